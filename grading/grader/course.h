/* What a course decides: grading/course.json, or another file of that form.
 */
#ifndef CAIRN_GRADER_COURSE_H
#define CAIRN_GRADER_COURSE_H

#include "test.h"

/* Reads the file, puts its points in place of the records' and says in *hints how many levels may be shown. STATUS_MISUSE names file and
 * key: unknown keys, tests that do not exist, points that are none. */
struct status course_apply(const char *path, const char *stage, struct tests *tests, int *hints);

#endif
