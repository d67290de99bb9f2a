/*
 * The characters of a JSON text: as they are written, and the bytes that they stand for. For the files json*.c.
 */
#pragma once

#include "lib/json.h"

/* The length of the character at s, of which room bytes are left (at least one), as it is written; 0: a text may not
 * contain it. */
unsigned json_character(const char *s, uint32_t room);

/* Goes over the bytes that a text stands for. The text has been read, so it is right. */
struct speller {
    const char *at, *end;
    uint8_t rest[4]; /* of a character that was written as an escape, last byte first */
    unsigned left;   /* so many of them */
};

static inline struct speller speller(const char *text, const struct json_node *node)
{
    return (struct speller){ .at = text + node->start, .end = text + node->start + node->length };
}

/* The next byte, or -1 at the end. */
int speller_next(struct speller *s);

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Line and column of a byte. */
void json_locate_byte(const char *text, uint32_t at, struct json_error *error);
