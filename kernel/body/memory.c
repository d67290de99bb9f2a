#include "body/memory.h"

#include "frames.h"
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

struct pool memory_divide(const struct boot_info *boot, uint64_t pages)
{
    const struct region_list *vacant = phys_vacant();
    const struct pool pool = find_pool(vacant, pages);

    for (unsigned i = 0; i < boot->region_count; i++)
        frames_exclude(boot->region[i].base, boot->region[i].size);
    frames_release(0, LOW_MEMORY_END);
    for (unsigned i = 0; i < vacant->count; i++)
        frames_release(vacant->region[i].base, vacant->region[i].size);
    for (unsigned i = 0; i < boot->module_count; i++)
        frames_release(boot->module[i].base, boot->module[i].size);
    frames_exclude(pool.base, pool.pages * PAGE_SIZE);
    return pool;
}
