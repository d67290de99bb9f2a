/*
 * Which physical memory is whose when booting ends: the kernel's, the pool's, or free for root to take (ABI.md §14).
 */
#pragma once

#include <stdint.h>

#include "contract/2-boot.h"

struct pool {
    uint64_t base, pages;
};

/*
 * Excludes from what programs can get (frames_exclude) all usable memory that is neither vacant nor in a page of a module, which
 * is what phys_alloc has given; and the pool: so many pages in one piece that nothing occupies, as high as possible. Fewer, if
 * there is no such piece; panics when there is none at all.
 *
 * phys_alloc is not called afterwards.
 */
struct pool memory_divide(const struct boot_info *boot, uint64_t pages);
