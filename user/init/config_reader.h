/*
 * What the files config*.c share: the text being read, and how its values are taken and refused.
 */
#pragma once

#include "init/config.h"
#include "lib/json.h"

struct config_reader {
    struct json json;
    struct config_error *error;
    const char *child; /* whose part of the text this is, for errors; NULL: nobody's */
};

/*
 * The configuration is wrong at node. Conversions as in cairn/format.h; what does not fit the error is cut. Returns false.
 */
bool config_wrong(struct config_reader *r, uint32_t node, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The text of a node, for an error; good until the next one. */
const char *config_word(const struct config_reader *r, uint32_t node);

/* node is an object, and all its keys are among words. */
bool config_keys(struct config_reader *r, uint32_t node, const char *what, const char *const words[], unsigned count);

/* The value of key is of this type. 0 in *value when there is none, which is wrong if it is needed. */
bool config_member(struct config_reader *r, uint32_t node, const char *key, enum json_type type, bool needed, uint32_t *value);

/* node is a text that fits size bytes and is not empty. */
bool config_text(struct config_reader *r, uint32_t node, const char *key, char *out, size_t size);

/* The member key of node as such a text; "" when it is not there. */
bool config_text_member(struct config_reader *r, uint32_t node, const char *key, bool needed, char *out, size_t size);

/* The member key of node as a number of bytes: 4096, "64K", "1M", "2G". *bytes stays as it was when there is none. */
bool config_size(struct config_reader *r, uint32_t node, const char *key, uint64_t *bytes);

/* Appends the routes in the list node to start's. */
bool config_routes(struct config_reader *r, uint32_t node, struct config_start *start);
