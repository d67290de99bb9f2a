/* Running the tests of a stage: each in a process of its own, several at a time, verdicts handed out in order.
 */
#ifndef CAIRN_GRADER_RUN_H
#define CAIRN_GRADER_RUN_H

#include "build.h"
#include "test.h"
#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_input {
    const struct tests *tests;
    const bool *selected;      /* one for each test; what a selected one presupposes must be selected too */
    const struct build *build;
    const char *stage;
    const char *programs[2];   /* folders in which NAME.elf is looked for, in this order; the second may be NULL */
    const struct workdir *dir; /* recordings go to WORKDIR/tests/ID/ and stay there for the autopsy */
    uint64_t seed;             /* of the run */
    unsigned jobs;
    uid_t uid;
    const volatile bool *interrupted; /* looked at while waiting: ends the run */
};

struct run_events {
    void (*verdict)(void *context, size_t index, const struct verdict *verdict); /* in the order of the tests */
    void (*progress)(void *context, size_t finished, size_t running);            /* whenever something changes */
    void *context;
};

/* Fills verdicts[i] for each selected test. A test in trouble is run once more; when it is in trouble again the run ends with
 * STATUS_SYSTEM and what it said. */
struct status run_tests(const struct run_input *input, struct verdict *verdicts, const struct run_events *events);

#endif
