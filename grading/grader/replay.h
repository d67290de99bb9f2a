/* Whether a run with an old seed found what it found before. */
#ifndef CAIRN_GRADER_REPLAY_H
#define CAIRN_GRADER_REPLAY_H

#include <stdio.h>

/* Compares the record kept at `path` with a new one of the same seed and says so: identical, or which tests ended otherwise. */
void replay_compare(FILE *out, const char *path, const char *record);

#endif
