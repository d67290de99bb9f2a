/* Families of bugs of a stage: what a failed test is called in a student's words. See grading/families/README.md. */
#ifndef CAIRN_GRADER_FAMILIES_H
#define CAIRN_GRADER_FAMILIES_H

#include "machine/status.h"

#include <jansson.h>
#include <stddef.h>

struct family {
    const char *id, *title, *means, *section;
};

struct families {
    struct family *family;
    size_t count;
    json_t *json; /* owns the strings */
};

/* Reads DIRECTORY/STAGE.json. STATUS_MISUSE with file and line or key when it cannot be used. */
struct status families_load(struct families *families, const char *directory, const char *stage);
void families_free(struct families *families);

/* NULL when there is none of that id. */
const struct family *families_find(const struct families *families, const char *id);

/*
 * The section of the handout to read again when a test of this task fails: the family's, or the task's own where the family's is a task
 * that the student has not come to yet. Writes to text and returns it.
 */
const char *families_section(const struct family *family, const char *task, char *text, size_t size);

#endif
