/* What a student reads: a heading, a line for each test as soon as it is known, and what to do next.
 */
#ifndef CAIRN_GRADER_REPORT_H
#define CAIRN_GRADER_REPORT_H

#include "course.h"
#include "hints.h"
#include "result.h"

#include <stdbool.h>
#include <stdio.h>

#define REPORT_WIDTH 100

struct report {
    FILE *out;
    bool color;
    bool progress;  /* `out` is a terminal: a line may be written over */
    const struct result *result; /* its tests are those that may be shown */
    const struct result *all;    /* hidden ones as well */
    enum feedback feedback;
    const char *submission; /* as named on the command line */
    struct hints *hints;
    unsigned id_width;
    bool line_open; /* a progress line is to be written over */
};

/* Heading: exercise, submission, seed, machine, what was ignored, warnings of the compiler. */
void report_heading(struct report *report);

/* When it is due, how late it is; what that leaves of the points; what is hidden. Nothing where the course says nothing of it. */
void report_due(struct report *report);
void report_mark(struct report *report, unsigned points, unsigned max);
void report_hidden(struct report *report);

/* The compiler's messages for files that do not make a kernel. */
void report_not_compiled(struct report *report);

/* One test. */
void report_verdict(struct report *report, size_t index);

/* How far it is; only on a terminal. */
void report_progress(struct report *report, size_t finished, size_t running);
void report_progress_end(struct report *report);

/* The autopsy of the first failed test whose run ended badly, if there is one. */
void report_autopsy(struct report *report);

/* Before the task that is next: an earlier one of which places are not written, and which no test has come to. */
void report_unwritten(struct report *report, const char *next);

/* Points, the one thing to repair first, and how to repeat a test. */
void report_ending(struct report *report);

#endif
