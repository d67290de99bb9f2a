/* The handout: HANDOUT.md with the table of tests and points in place of the line `<!-- tests -->`. */
#ifndef STAGE_CUT_HANDOUT_H
#define STAGE_CUT_HANDOUT_H

#include <stdbool.h>

#include "folder.h"

/* tests: the folder of the stage's test records (one JSON object a file), or NULL. False after a message. */
bool handout_make(const struct folder *stage, const struct file *handout, const char *tests, struct text *out);

#endif
