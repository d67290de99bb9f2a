#include "body/memory.h"

#include "body/frames.h"
#include "panic.h"
#include "x86/paging.h"
#include "x86/registers.h"

/*
 * What phys_alloc has given is not written down anywhere, but all of it is in use, so the page tables know: it is either a
 * table or mapped by a small page. Stage 2 may give pages in whatever order it likes.
 */

enum { LOW_MEMORY_END = 0x100000, DIRECT_SLOT = PAGING_KERNEL_SLOT };

/*
 * The table at phys, of a level (3: root), its entries from first on, all tables below it, and with leaves the small pages as
 * well.
 */
static void occupy_tables(uint64_t phys, unsigned level, unsigned first, unsigned end, bool leaves)
{
    const uint64_t *table = phys_to_virt(phys);

    frames_exclude(phys, PAGE_SIZE);
    for (unsigned i = first; i < end; i++) {
        uint64_t below = table[i] & PTE_ADDRESS;
        if (!(table[i] & PTE_PRESENT) || (table[i] & PTE_LARGE && level > 0))
            continue;
        if (level > 0)
            occupy_tables(below, level - 1, 0, PAGING_ENTRIES, leaves);
        else if (leaves)
            frames_exclude(below, PAGE_SIZE);
    }
}

/* The highest piece of so many pages in the list: its base, or 0. */
static uint64_t find_piece(const struct region_list *list, uint64_t pages)
{
    for (unsigned i = list->count; i-- > 0;) {
        const struct info_region *region = &list->region[i];
        const uint64_t end = (region->base + region->size) & -(uint64_t)PAGE_SIZE, base = end - pages * PAGE_SIZE;
        if (end >= pages * PAGE_SIZE && base >= region->base && base >= LOW_MEMORY_END)
            return base;
    }
    return 0;
}

static struct pool find_pool(const struct boot_info *boot, uint64_t pages)
{
    static struct region_list free;

    for (unsigned i = 0; i < boot->region_count; i++)
        region_add(&free, boot->region[i].base, boot->region[i].base + boot->region[i].size);
    for (unsigned i = 0; i < frames_kept.count; i++)
        region_remove(&free, frames_kept.region[i].base, frames_kept.region[i].base + frames_kept.region[i].size);
    for (unsigned i = 0; i < boot->module_count; i++) /* root's to take, but not the pool's */
        region_remove(&free, boot->module[i].base, boot->module[i].base + boot->module[i].size);
    for (; pages > 1; pages /= 2) {
        const uint64_t base = find_piece(&free, pages);
        if (base)
            return (struct pool){base, pages};
    }
    panic("no memory for the kernel's pool");
}

struct pool memory_divide(const struct boot_info *boot, uint64_t space, uint64_t pages)
{
    frames_exclude((uint64_t)kernel_start - KERNEL_BASE, kernel_end - kernel_start);
    frames_exclude(rdmsr(MSR_APIC_BASE) & PTE_ADDRESS, PAGE_SIZE);
    occupy_tables(kernel_space, 3, DIRECT_SLOT, DIRECT_SLOT + 1, false); /* what the direct map shows is not in use by that */
    occupy_tables(kernel_space, 3, DIRECT_SLOT + 1, PAGING_ENTRIES, true);
    occupy_tables(space, 3, 0, PAGING_KERNEL_SLOT, true);
    struct pool pool = find_pool(boot, pages);
    frames_exclude(pool.base, pool.pages * PAGE_SIZE);
    return pool;
}
