/* Small changes to the answers of a stage, made without understanding them: a statement less, a condition inverted, a constant off by one,
 * operands swapped. A test of the tests that nobody has chosen.
 */
#ifndef CAIRN_MECHANICAL_CHANGE_H
#define CAIRN_MECHANICAL_CHANGE_H

#include "machine/status.h"

#include <stdbool.h>
#include <stddef.h>

#define CHANGE_LINE 400

struct change {
    char file[128]; /* below the stage's folder */
    unsigned line;
    const char *kind;                        /* "statement", "condition", ... */
    char old[CHANGE_LINE], new[CHANGE_LINE]; /* the whole line, without marks */
};

struct changes {
    struct change *list;
    size_t count, room;
};

/* Adds one; a line that would stay as it is, or is too long, is left out. */
void change_add(struct changes *changes, const struct change *place, const char *kind, const char *new_line);

/* Adds every change of one line of an answer: place->file, line and old are given. `before` is the last line of code before it. */
void changes_c(struct changes *changes, const struct change *place, const char *before);
void changes_nasm(struct changes *changes, const struct change *place);

/* Every change of every answer of the stage whose folder this is, in the order of files and lines. */
struct status changes_read(struct changes *changes, const char *stage);

/* Puts them into an order that the seed decides. */
void changes_shuffle(struct changes *changes, unsigned long long seed);

/* Writes the changed line (a struct change) into a copy of the stage: for struct mutant_change. */
struct status change_make(const char *folder, const void *change);

/* A diff with some lines around it. */
void change_print(const struct change *change, const char *stage);

#endif
