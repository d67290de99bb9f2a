/* A stage: a folder of sources with answer marks, checked, and the list of its answers. */
#ifndef STAGE_CUT_STAGE_H
#define STAGE_CUT_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "folder.h"
#include "mark.h"

struct place { /* one block between marks */
    const char *path;
    unsigned begin, end; /* the lines of the marks */
    unsigned lines;      /* in between, without blank lines and marks */
};

struct answer {
    char *number; /* "3.2" */
    char *title;
    struct place *places;
    size_t count;
};

struct stage {
    struct folder folder;
    unsigned number; /* from the folder's name, N-name */
    struct answer *answers;
    size_t count;
    unsigned errors;
};

/* Steps through the lines of a text. Start with line 0 and rest at the beginning; false at the end. */
struct reader {
    const char *rest, *end;
    unsigned line;
};
struct reader reader_of(const struct text *text);
bool reader_next(struct reader *reader, struct part *line);

/*
 * Reads a stage and checks all its marks; each error is printed with file, line and remedy on standard error.
 * Returns false if something could not be read; wrong marks only raise stage->errors.
 */
bool stage_read(struct stage *stage, const char *path);

/* The answer with this number, or NULL. */
const struct answer *stage_answer(const struct stage *stage, struct part number);

void stage_free(struct stage *stage);

#endif
