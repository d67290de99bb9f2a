/*
 * The kernel's page tables (SDM vol. 3A §4.5), and the making of address spaces while booting.
 *
 *     root table     entry per 512 GiB     slots 256–511: the kernel's, the same tables in every space
 *       table        entry per   1 GiB
 *         directory  entry per   2 MiB     the direct map ends here, with large pages
 *           table    entry per   4 KiB
 */
#include "boot.h"
#include "panic.h"
#include "string.h"
#include "x86/registers.h"

uint64_t kernel_space;

static bool is_user(uint64_t virt)
{
    return virt < USER_END;
}

/*
 * The table that entry points to, made when absent. A table above the leaf allows everything its half may have: the rights
 * of an access are those that every level grants, so the leaf alone decides.
 */
static uint64_t *table_below(uint64_t *entry, uint64_t virt)
{
    if (!(*entry & PTE_PRESENT)) {
        uint64_t phys = phys_alloc();
        if (!phys)
            return NULL;
        *entry = phys | PTE_PRESENT | PTE_WRITE | (is_user(virt) ? PTE_USER : 0);
    }
    return phys_to_virt(*entry & PTE_ADDRESS);
}

/* The entry for virt in the table of level (0: 4 KiB pages, 1: 2 MiB), or NULL when memory is out. */
static uint64_t *leaf_entry(uint64_t space, uint64_t virt, unsigned level)
{
    uint64_t *table = phys_to_virt(space);

    for (unsigned l = 3; table && l > level; l--)
        table = table_below(&table[paging_index(virt, l)], virt);
    return table ? &table[paging_index(virt, level)] : NULL;
}

static uint64_t leaf_bits(uint64_t virt, unsigned rights)
{
    //! answer 2.5 begin
    uint64_t bits = PTE_PRESENT; //! skeleton: not_implemented("2.5 page tables");

    bits |= rights & PAGING_WRITE ? PTE_WRITE : 0;
    bits |= rights & PAGING_EXECUTE ? 0 : PTE_NX;
    bits |= rights & PAGING_USER ? PTE_USER : 0;
    bits |= rights & PAGING_DEVICE ? PTE_UNCACHED : 0;
    bits |= is_user(virt) ? 0 : PTE_GLOBAL;
    return bits;
    //! answer 2.5 end
}

bool paging_map(uint64_t space, uint64_t virt, uint64_t phys, unsigned rights)
{
    if ((rights & PAGING_WRITE) && (rights & PAGING_EXECUTE))
        return false;
    uint64_t *entry = leaf_entry(space, virt, 0);
    if (!entry || *entry & PTE_PRESENT)
        return false;
    *entry = phys | leaf_bits(virt, rights);
    return true;
}

static void map_image(const char *from, const char *to, unsigned rights)
{
    for (uint64_t virt = (uint64_t)from; virt < (uint64_t)to; virt += PAGE_SIZE)
        if (!paging_map(kernel_space, virt, virt - KERNEL_BASE, rights))
            panic("no memory for the kernel's page tables");
}

/* Large pages from 0 to the end of memory. Holes are mapped too; what the firmware marked uncacheable there stays so (MTRRs). */
static void map_direct(void)
{
    //! answer 2.5 begin
    for (uint64_t phys = 0; phys < direct_size(); phys += PAGE_LARGE) { //! skeleton: not_implemented("2.5 page tables");
        uint64_t *entry = leaf_entry(kernel_space, DIRECT_BASE + phys, 1);
        if (!entry)
            panic("no memory for the direct map");
        *entry = phys | PTE_LARGE | leaf_bits(DIRECT_BASE + phys, PAGING_WRITE);
    }
    //! answer 2.5 end
}

void paging_init(void)
{
    kernel_space = phys_alloc();
    map_image(kernel_start, kernel_text_end, PAGING_EXECUTE);
    map_image(kernel_text_end, kernel_rodata_end, 0);
    map_image(kernel_rodata_end, kernel_end, PAGING_WRITE);
    map_direct();
    write_cr3(kernel_space);
}

/* Copying the root table's upper half shares everything below it, because its entries never change after paging_init. */
uint64_t paging_new_space(void)
{
    uint64_t space = phys_alloc();
    uint64_t *root = phys_to_virt(space);
    const uint64_t *kernel_root = phys_to_virt(kernel_space);

    if (space)
        memcpy(root + PAGING_KERNEL_SLOT, kernel_root + PAGING_KERNEL_SLOT, (PAGING_ENTRIES - PAGING_KERNEL_SLOT) * sizeof *root);
    return space;
}
