/* Everything a run has found out, for the record and the report.
 */
#ifndef CAIRN_GRADER_RESULT_H
#define CAIRN_GRADER_RESULT_H

#include "build.h"
#include "deadline.h"
#include "families.h"
#include "kit.h"
#include "submission.h"
#include "test.h"
#include "verdict.h"

struct result {
    const struct kit *kit;
    const struct submission *submission;
    const struct families *families;
    const struct tests *tests;
    const struct build *build;
    const struct verdict *verdicts; /* one for each test */
    const bool *selected;
    const char *stage;
    const char *qemu; /* its version, "7.2.22" */
    uint64_t seed;
    const struct deadline *deadline;
};

/* Sums over the selected tests. */
unsigned result_points(const struct result *result);
unsigned result_max(const struct result *result);

/* Whether every test of the exercise was selected. */
bool result_complete(const struct result *result);

/* The first test that has failed, whose family is the run's; NULL when none has. */
const struct verdict *result_first_failure(const struct result *result, const struct test **test);

#endif
