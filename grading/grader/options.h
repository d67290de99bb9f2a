/* The command line. */
#ifndef CAIRN_GRADER_OPTIONS_H
#define CAIRN_GRADER_OPTIONS_H

#include "when.h"

#include <stdbool.h>
#include <stdint.h>

#define HINT_NEXT (-1) /* one level more than was shown last */

struct options {
    const char *submission, *exercise;
    const char *only;   /* "id,id" or NULL */
    const char *output; /* the record's file or NULL */
    const char *tests;  /* a teacher's own tests or NULL */
    const char *kit, *build;
    const char *course; /* another course.json or NULL */
    const char *student; /* who handed in, or NULL */
    bool has_submitted;
    struct when submitted;
    bool has_seed, replay;
    uint64_t seed;
    unsigned jobs; /* 0: one for each processor */
    int hint;      /* 0: none; 1 ... 3; HINT_NEXT */
    bool json;
    enum { COLOR_AUTO, COLOR_NEVER, COLOR_ALWAYS } color;
};

/* Returns -1 to go on, or the exit code to end with: after --help, --version, or a message about what is wrong. */
int options_read(struct options *options, int argc, char **argv);

#endif
