/* A test record: what one test shows, what it is worth, and what it says when it fails.
 *
 * Records are the files grading/tests/N-stage/NAME.json, where the id is N.NAME; the format is described in grading/tests/README.md.
 */
#ifndef CAIRN_GRADER_TEST_H
#define CAIRN_GRADER_TEST_H

#include "grader/families.h"
#include "machine/status.h"

#include <stddef.h>
#include <stdint.h>

#define TEST_HINTS 3

/* Who sees what of a test: a course decides, course.h. Ascending: each is seen less than the one before. */
enum visibility { VISIBILITY_SHOWN, VISIBILITY_UNTIL_DUE, VISIBILITY_HIDDEN };

struct test {
    const char *id;        /* "1.syscall-return": stage, point, name */
    const char *title;     /* what is tried, in a student's words */
    const char *task;      /* "1.6": the task of the handout that it belongs to */
    const char *shows;     /* what a pass proves; one sentence */
    const char *probe;     /* name of the host's probe (grading/probes), which judges */
    const char *program;   /* ring-3 program, or NULL; OUT/NAME.elf of grading/tests/N-stage */
    const char *partner;   /* program of the second EC, or NULL */
    unsigned order;        /* of running and reporting, ascending */
    unsigned points;
    uint64_t limit;        /* instructions from reset; at least ten times what the reference takes */
    const char **presupposes; /* ids of tests that must have passed; NULL-terminated */
    const char **families;    /* ids of the families this test can tell apart; the first is its own; NULL-terminated */
    const char *hints[TEST_HINTS]; /* from a nudge to nearly the answer */
    enum visibility visibility;    /* not in the record; shown, if no course says otherwise */
};

struct tests {
    struct test *test; /* in `order` */
    size_t count;
    json_t *json;      /* owns the strings */
};

/* Reads every record of a stage ("1-entry") below `directory` (grading/tests, or a teacher's own). STATUS_MISUSE names file, line and
 * key: unknown keys, missing keys, wrong types, a family that the stage does not have, a presupposed test that
 * does not exist or runs later, two tests with one id. */
struct status tests_load(struct tests *tests, const char *directory, const char *stage, const struct families *families);

void tests_free(struct tests *tests);
void test_release(struct test *test); /* one of them, for who takes it out */

#endif
