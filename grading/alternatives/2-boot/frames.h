/*
 * The free frames of physical memory.
 */
#pragma once

#include "region.h"

/* Below 1 MiB there are firmware's data, device memory, and the place where other processors will start. */
#define FRAMES_FIRST 0x100000

/* free: what phys_alloc may hand out, whole pages. Not empty of a place for one bit a page. */
void frames_init(const struct region_list *free);
