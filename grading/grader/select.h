/* Which tests a run is about. */
#ifndef CAIRN_GRADER_SELECT_H
#define CAIRN_GRADER_SELECT_H

#include "test.h"

#include <stdbool.h>

/* Marks the tests named in `only` ("1.gates,syscall-return": ids, with or without the stage's number) and whatever they presuppose;
 * all of them when only is NULL. selected holds one for each test. STATUS_MISUSE names an id that does not exist. */
struct status select_tests(const struct tests *tests, const char *only, bool *selected);

#endif
