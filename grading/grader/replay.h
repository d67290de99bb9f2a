/* Whether a run with an old seed found what it found before. */
#ifndef CAIRN_GRADER_REPLAY_H
#define CAIRN_GRADER_REPLAY_H

#include "result.h"

#include <stdio.h>

/* Compares the record kept at `path` with a new one of the same seed and says so: identical, or which tests ended otherwise. Of tests
 * that are not in `shown` nothing is said. */
void replay_compare(FILE *out, const char *path, const char *record, const struct result *shown);

#endif
