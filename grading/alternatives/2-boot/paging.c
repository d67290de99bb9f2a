/*
 * Page tables (SDM vol. 3A §4.5). A walk is a recursion: an entry for virt in a table of level n is one in the table that the
 * entry above leads to. Tables on the way are made with the rights that any page of their half may have, so the last entry decides.
 */
#include "boot.h"
#include "panic.h"
#include "string.h"
#include "x86/registers.h"

enum { LEVEL_PAGE = 0, LEVEL_LARGE = 1, LEVEL_ROOT = 3 };

uint64_t kernel_space;

static bool is_kernel(uint64_t virt)
{
    return virt >= DIRECT_BASE;
}

/* The entry for virt, in the table of this level that the root at `space` leads to. NULL when memory is out. */
static uint64_t *entry_for(uint64_t space, uint64_t virt, unsigned level)
{
    uint64_t table = space;

    if (level < LEVEL_ROOT) {
        uint64_t *above = entry_for(space, virt, level + 1);
        if (!above)
            return NULL;
        if (!*above) {
            uint64_t fresh = phys_alloc();
            if (!fresh)
                return NULL;
            *above = fresh | PTE_PRESENT | PTE_WRITE | (is_kernel(virt) ? 0 : PTE_USER);
        }
        table = *above & PTE_ADDRESS;
    }
    return (uint64_t *)phys_to_virt(table) + paging_index(virt, level);
}

/* Each right has a bit that gives it, but the right to execute: there the bit takes it away. */
static uint64_t bits_for(uint64_t virt, unsigned rights)
{
    static const uint64_t given[] = {
        [PAGING_WRITE] = PTE_WRITE,
        [PAGING_USER] = PTE_USER,
        [PAGING_DEVICE] = PTE_UNCACHED,
    };
    uint64_t bits = PTE_PRESENT;

    for (unsigned right = 1; right < sizeof given / sizeof given[0]; right <<= 1)
        if (rights & right)
            bits |= given[right];
    if (!(rights & PAGING_EXECUTE))
        bits |= PTE_NX;
    if (is_kernel(virt))
        bits |= PTE_GLOBAL;
    return bits;
}

bool paging_map(uint64_t space, uint64_t virt, uint64_t phys, unsigned rights)
{
    const unsigned never_both = PAGING_WRITE | PAGING_EXECUTE;
    uint64_t *entry;

    if ((rights & never_both) == never_both)
        return false;
    entry = entry_for(space, virt, LEVEL_PAGE);
    if (!entry || *entry)
        return false;
    *entry = phys | bits_for(virt, rights);
    return true;
}

static void map_image(const char *from, const char *to, unsigned rights)
{
    for (uint64_t phys = (uint64_t)from - KERNEL_BASE; phys < (uint64_t)to - KERNEL_BASE; phys += PAGE_SIZE)
        if (!paging_map(kernel_space, KERNEL_BASE + phys, phys, rights))
            panic("the kernel's image cannot be mapped at %lx", KERNEL_BASE + phys);
}

/* From the end down, a directory at a time. */
static void map_memory(void)
{
    for (uint64_t phys = direct_size(); phys > 0;) {
        phys -= PAGE_LARGE;
        uint64_t *entry = entry_for(kernel_space, DIRECT_BASE + phys, LEVEL_LARGE);
        if (!entry)
            panic("no memory for the direct map");
        *entry = phys | PTE_LARGE | bits_for(DIRECT_BASE + phys, PAGING_WRITE);
    }
}

void paging_init(void)
{
    kernel_space = phys_alloc();
    if (!kernel_space)
        panic("no memory for the kernel's page tables");
    map_memory();
    map_image(kernel_rodata_end, kernel_end, PAGING_WRITE);
    map_image(kernel_text_end, kernel_rodata_end, 0);
    map_image(kernel_start, kernel_text_end, PAGING_EXECUTE);
    write_cr3(kernel_space);
}

uint64_t paging_new_space(void)
{
    uint64_t space = phys_alloc();

    if (space) {
        const uint64_t *from = phys_to_virt(kernel_space);
        uint64_t *to = phys_to_virt(space);
        for (unsigned slot = PAGING_KERNEL_SLOT; slot < PAGING_ENTRIES; slot++)
            to[slot] = from[slot];
    }
    return space;
}
