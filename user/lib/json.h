/*
 * JSON, read strictly (RFC 8259), without memory of its own.
 *
 * A text becomes an array of nodes in the order of the text, each behind its parent:
 *
 *     { "a": [1, 2] }        object  text "a"  array  number 1  number 2
 *                            end 5   end 2     end 5  end 4     end 5
 *
 * A node's `end` is the index behind everything that it contains, so a value is skipped in one step. The text stays the
 * caller's, and must stay as long as the nodes are used.
 *
 * Stricter than JSON in three points, because its readers are configurations: an object has no key twice, nothing is
 * deeper than JSON_DEPTH, and no text contains a NUL. The key "//" is a comment, if whoever reads the object leaves it
 * out (json_next does).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 16u

enum json_type { JSON_OBJECT, JSON_ARRAY, JSON_TEXT, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL };

struct json_node {
    uint8_t type;    /* enum json_type */
    uint32_t start;  /* offset in the text; of a text: behind the quote */
    uint32_t length; /* in bytes; of a text: to the other quote, escapes as they are written */
    uint32_t end;    /* index of the node behind it and all that it contains */
    uint32_t count;  /* members of an object, elements of an array; else 0 */
};

/* Where a text is wrong, and how. Lines and columns count from 1; columns count bytes. */
struct json_error {
    uint32_t line, column;
    const char *message; /* "a comma or } is missing" */
};

struct json {
    const char *text;
    const struct json_node *node; /* node 0 is the whole */
    uint32_t count;
};

/*
 * Reads length bytes into at most limit nodes. A text of n bytes never needs more than n / 2 + 1.
 * False: *error says where and why ("too many nodes" among the reasons), and *json is not valid.
 */
bool json_read(struct json *json, const char *text, size_t length, struct json_node *nodes, uint32_t limit,
               struct json_error *error);

/* The place of a node in its text, for errors of those who use it: message is left alone. */
void json_locate(const struct json *json, uint32_t node, struct json_error *error);

/* Whether node is the text `text`, escapes taken for what they mean. */
bool json_is_text(const struct json *json, uint32_t node, const char *text);

/*
 * Copies the text of node, escapes resolved, as UTF-8 with a NUL at its end. Returns its length, or -1: node is not a
 * text, or it does not fit into size bytes.
 */
int json_copy_text(const struct json *json, uint32_t node, char *buffer, size_t size);

/* The value of node if it is a number without fraction and exponent, from 0 to limit; else false. */
bool json_natural(const struct json *json, uint32_t node, uint64_t limit, uint64_t *value);

/* The value of the member key of an object; 0: there is none, or node is no object. (Node 0 is nobody's member.) */
uint32_t json_member(const struct json *json, uint32_t node, const char *key);

/*
 * Walks over the members of an object, without comments, or over the elements of an array. *at is 0 at first. Returns
 * false behind the last one. Else *value is the next node, and *key that of its key (of an element: 0).
 */
bool json_next(const struct json *json, uint32_t node, uint32_t *at, uint32_t *key, uint32_t *value);

/*
 * Which of the words (count of them) is most like the text of node: what somebody most likely meant who has mistyped
 * it. NULL: none is like it. By the number of letters inserted, deleted or changed (Levenshtein 1966), at most two.
 */
const char *json_nearest(const struct json *json, uint32_t node, const char *const words[], unsigned count);
