/* Where a run's chance comes from. */
#ifndef CAIRN_GRADER_SEED_H
#define CAIRN_GRADER_SEED_H

#include "machine/status.h"

#include <stdint.h>

/* A seed nobody knows yet: 32 bits from the kernel, short enough to be typed. Tests spread it to 64. */
struct status seed_draw(uint64_t *seed);

/* The seed of one test: splitmix64 of the run's seed and an FNV-1a hash of the id, so that a test sees the same
 * chance whichever others run beside it. */
uint64_t seed_of_test(uint64_t seed, const char *id);

#endif
