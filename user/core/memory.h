/*
 * Physical memory: all that the kernel has left is core's. It is mapped twice, once to be written and once to be executed,
 * because what core grants must come from a place that has the right, and no place has both.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cairn/info.h"

enum { PAGE = 4096 };

/* Takes everything; the modules are not free afterwards, all else is. */
void memory_init(const struct info_page *info);

/* count frames, one behind the other, zeroed; 0: there are not so many in a row. */
uint64_t frames_allocate(uint64_t count);
void frames_free(uint64_t first, uint64_t count);
uint64_t frames_free_count(void);

/* Where core sees a frame, to read and write. */
void *frame_address(uint64_t frame);

/* Gives count frames from first to a PD (the kernel's), at page `at`. Returns what PD_GRANT says of the first that fails. */
struct syscall_result frames_grant(uint32_t pd, uint64_t first, uint64_t count, uint64_t at, uint32_t rights);

/* Takes them back from everybody. */
void frames_revoke(uint64_t first, uint64_t count);
