/* Putting a changed line together. */
#ifndef CAIRN_MECHANICAL_LINE_H
#define CAIRN_MECHANICAL_LINE_H

#include "corpus/mechanical/change.h"
#include "corpus/mechanical/tokens.h"

/* Adds the line with [from, to) replaced by text. */
void line_replace(struct changes *changes, const struct change *place, const char *kind, const char *from, const char *to,
                  const char *text);

/* Adds the line with two stretches exchanged, the first before the second. */
void line_exchange(struct changes *changes, const struct change *place, const char *kind, const char *a, size_t a_length,
                   const char *b, size_t b_length);

/* Adds the neighbours of a number: one more, and one less where that is no negative number. */
void line_numbers(struct changes *changes, const struct change *place, const struct token *number);

#endif
