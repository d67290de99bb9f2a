#include "body/memory.h"

#include "contract/6-spaces.h"
#include "panic.h"

/*
 * What phys_alloc has given is not written down anywhere, but all of it is in use, so the page tables know: it is either a
 * table or mapped by a small page. Stage 2 may give pages in whatever order it likes.
 */

enum { RUNS = 64, LOW_MEMORY_END = 0x100000, DIRECT_SLOT = PAGING_KERNEL_SLOT };

static struct run {
    uint64_t base, end;
} busy[RUNS];
static unsigned runs;

/* Runs that touch become one, so there are few. */
static void occupy(uint64_t base, uint64_t end)
{
    for (unsigned i = 0; i < runs; i++)
        if (base <= busy[i].end && end >= busy[i].base) {
            base = base < busy[i].base ? base : busy[i].base;
            end = end > busy[i].end ? end : busy[i].end;
            busy[i] = busy[--runs];
            i = -1;
        }
    if (runs == RUNS)
        panic("the kernel's memory is in more than %u pieces", RUNS);
    busy[runs++] = (struct run){base, end};
}

static void occupy_page(uint64_t phys)
{
    occupy(phys, phys + PAGE_SIZE);
}

/*
 * The table at phys, of a level (3: root), its entries from first on, all tables below it, and with leaves the small pages as
 * well.
 */
static void occupy_tables(uint64_t phys, unsigned level, unsigned first, unsigned end, bool leaves)
{
    const uint64_t *table = phys_to_virt(phys);

    occupy_page(phys);
    for (unsigned i = first; i < end; i++) {
        uint64_t below = table[i] & PTE_ADDRESS;
        if (!(table[i] & PTE_PRESENT) || (table[i] & PTE_LARGE && level > 0))
            continue;
        if (level > 0)
            occupy_tables(below, level - 1, 0, PAGING_ENTRIES, leaves);
        else if (leaves)
            occupy_page(below);
    }
}

/* The highest piece of pages pages in region that nothing occupies: its base, or 0. */
static uint64_t find_free(const struct info_region *region, uint64_t pages)
{
    uint64_t size = pages * PAGE_SIZE, end = region->base + region->size;

    while (end >= region->base + size && end - size >= LOW_MEMORY_END) {
        const struct run *hit = NULL;
        for (unsigned i = 0; i < runs && !hit; i++)
            if (busy[i].base < end && busy[i].end > end - size)
                hit = &busy[i];
        if (!hit)
            return end - size;
        end = hit->base & -(uint64_t)PAGE_SIZE;
    }
    return 0;
}

static struct pool find_pool(const struct boot_info *boot, uint64_t pages)
{
    for (; pages > 1; pages /= 2)
        for (unsigned i = boot->region_count; i-- > 0;) {
            uint64_t base = find_free(&boot->region[i], pages);
            if (base)
                return (struct pool){base, pages};
        }
    panic("no memory for the kernel's pool");
}

struct pool memory_divide(const struct boot_info *boot, uint64_t space, uint64_t pages)
{
    occupy((uint64_t)kernel_start - KERNEL_BASE, (uint64_t)kernel_end - KERNEL_BASE);
    occupy_tables(kernel_space, 3, DIRECT_SLOT, DIRECT_SLOT + 1, false); /* what the direct map shows is not in use by that */
    occupy_tables(kernel_space, 3, DIRECT_SLOT + 1, PAGING_ENTRIES, true);
    occupy_tables(space, 3, 0, PAGING_KERNEL_SLOT, true);
    for (unsigned i = 0; i < runs; i++)
        space_exclude(busy[i].base, busy[i].end - busy[i].base);

    for (unsigned i = 0; i < boot->module_count; i++) /* root's to take, but not the pool's */
        occupy(boot->module[i].base, boot->module[i].base + boot->module[i].size);
    struct pool pool = find_pool(boot, pages);
    space_exclude(pool.base, pool.pages * PAGE_SIZE);
    return pool;
}
