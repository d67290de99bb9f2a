/* The page that `make progress` prints. */
#ifndef CAIRN_PROGRESS_SAY_H
#define CAIRN_PROGRESS_SAY_H

#include "progress/state.h"

/* Returns whether something that has passed is lost. */
bool say_progress(const struct stage_state *states, size_t count, bool color);

#endif
