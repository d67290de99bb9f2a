#include "body/frames.h"

#include "x86/paging.h"

struct region_list frames_kept;

void frames_exclude(uint64_t base, uint64_t size)
{
    region_add(&frames_kept, base & -(uint64_t)PAGE_SIZE, (base + size + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE);
}

bool frames_excluded(uint64_t base, uint64_t size)
{
    for (unsigned i = 0; i < frames_kept.count; i++) {
        const struct info_region *run = &frames_kept.region[i];
        if (base < run->base + run->size && run->base < base + size)
            return true;
    }
    return false;
}
