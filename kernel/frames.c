#include "frames.h"

#include "x86/paging.h"

static struct region_list kept;

static uint64_t page_end(uint64_t end)
{
    return (end + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE;
}

void frames_exclude(uint64_t base, uint64_t size)
{
    region_add(&kept, base & -(uint64_t)PAGE_SIZE, page_end(base + size));
}

void frames_release(uint64_t base, uint64_t size)
{
    region_remove(&kept, base & -(uint64_t)PAGE_SIZE, page_end(base + size));
}

bool frames_excluded(uint64_t base, uint64_t size)
{
    for (unsigned i = 0; i < kept.count; i++)
        if (base < kept.region[i].base + kept.region[i].size && kept.region[i].base < base + size)
            return true;
    return false;
}
