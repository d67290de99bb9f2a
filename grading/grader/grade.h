/* One run of the grader, from its options to its exit code.
 */
#ifndef CAIRN_GRADER_GRADE_H
#define CAIRN_GRADER_GRADE_H

#include "exits.h"
#include "options.h"

/* interrupted: set by a signal; the run then ends with GRADE_TROUBLE and leaves nothing behind. */
enum grade_exit grade(const struct options *options, const volatile bool *interrupted);

#endif
