/* What must be true of test records, beyond types. Private to reading them. */
#ifndef CAIRN_GRADER_TEST_CHECK_H
#define CAIRN_GRADER_TEST_CHECK_H

#include "test.h"

/* "PATH:LINE: "KEY": WHAT" as STATUS_MISUSE. */
struct status test_complain(const char *path, const char *key, const char *what);

/* One record: the id goes with the file's name, names are plain, the probe exists. */
struct status test_check_alone(const struct test *test, const char *path);

/* All of a stage, sorted: what is presupposed comes before, families exist. */
struct status test_check_together(const struct tests *tests, const char *folder, const struct families *families);

#endif
