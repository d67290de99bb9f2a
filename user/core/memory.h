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
void memory_init(const struct info_page *given);

/* count frames, one behind the other, zeroed; 0: there are not so many in a row. */
uint64_t frames_allocate(uint64_t count);
void frames_free(uint64_t first, uint64_t count);
uint64_t frames_free_count(void);

/* Where core sees a frame, to read and write. */
void *frame_address(uint64_t frame);
uint64_t frame_of(const void *address);

/* Is any frame of the run in memory that a computer calculates with, whoever has it? */
bool frames_are_memory(uint64_t first, uint64_t count);

/*
 * A run of memory that core can grant: frames, and the pages under which core has them. Device memory has one place,
 * ordinary memory two.
 */
struct frames {
    uint64_t first, count;
    uint64_t page, executable_page; /* of the first; 0: no such place */
};

struct frames frames_of_memory(uint64_t first, uint64_t count);

/*
 * Gives count of them, from offset (both in pages), to a PD of the kernel's at page `at`. Returns what PD_GRANT says of the
 * first that fails; what was granted before stays.
 */
struct syscall_result frames_grant(uint32_t pd, const struct frames *f, uint64_t offset, uint64_t count, uint64_t at,
                                   uint32_t rights);

/* Takes them back from everybody. */
void frames_revoke(const struct frames *f, uint64_t offset, uint64_t count);

/*
 * A device's memory, never cached, appears in core's window for devices, count pages from page `place` (0 to
 * DEVICE_PAGES - 1; place and first have the same remainder by DEVICE_ALIGN). Returns what KERNEL_MEMORY says of the
 * first piece that fails; the caller then drops all.
 */
enum { DEVICE_PAGES = 8192, DEVICE_ALIGN = 64 };

struct syscall_result frames_take_device(struct frames *f, uint64_t first, uint64_t count, uint64_t place, bool writable);

/* From everybody, core itself included. */
void frames_drop_device(const struct frames *f);
