#include "body/memory.h"

#include "body/frames.h"
#include "panic.h"
#include "region.h"

enum { LOW_MEMORY_END = 0x100000 }; /* below is nothing of the kernel's */

/* As high as possible: what is low may be wanted by devices. */
static struct pool find_pool(const struct region_list *vacant, uint64_t pages)
{
    for (; pages > 1; pages /= 2)
        for (unsigned i = vacant->count; i-- > 0;) {
            const struct info_region *r = &vacant->region[i];
            if (r->size >= pages * PAGE_SIZE)
                return (struct pool){r->base + r->size - pages * PAGE_SIZE, pages};
        }
    panic("no memory for the kernel's pool");
}

/* What phys_alloc has given is usable, and neither vacant nor in a page of a module. */
static struct region_list find_given(const struct boot_info *boot)
{
    const struct region_list *vacant = phys_vacant();
    struct region_list given = {0};

    for (unsigned i = 0; i < boot->region_count; i++)
        region_add(&given, boot->region[i].base, boot->region[i].base + boot->region[i].size);
    region_remove(&given, 0, LOW_MEMORY_END);
    for (unsigned i = 0; i < vacant->count; i++)
        region_remove(&given, vacant->region[i].base, vacant->region[i].base + vacant->region[i].size);
    for (unsigned i = 0; i < boot->module_count; i++) {
        const uint64_t base = boot->module[i].base, end = base + boot->module[i].size;
        region_remove(&given, base & -(uint64_t)PAGE_SIZE, (end + PAGE_SIZE - 1) & -(uint64_t)PAGE_SIZE);
    }
    return given;
}

struct pool memory_divide(const struct boot_info *boot, uint64_t pages)
{
    const struct region_list given = find_given(boot);
    const struct pool pool = find_pool(phys_vacant(), pages);

    for (unsigned i = 0; i < given.count; i++)
        frames_exclude(given.region[i].base, given.region[i].size);
    frames_exclude(pool.base, pool.pages * PAGE_SIZE);
    return pool;
}
