/*
 * The physical memory that the kernel keeps for itself: its image, its page tables, the pool, the interrupt controllers. No program
 * ever gets a frame of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "region.h"

/* From now on the pages of these bytes are the kernel's, or are not any more. Only while booting. */
void frames_exclude(uint64_t base, uint64_t size);
void frames_release(uint64_t base, uint64_t size);

/* Whether one of these bytes is. */
bool frames_excluded(uint64_t base, uint64_t size);
