/*
 * Page tables (SDM vol. 3A §4.5). Levels as in x86/paging.h: 3 is the root, in level 1 an entry is a table or a page of 2 MiB, in level 0
 * a page of 4 KiB.
 *
 * An entry of level 1 that points to a table also holds how many entries of that table are in use, in bits that the processor ignores
 * there (SDM vol. 3A table 4-18, bits 62:52). Without it one would have to look at 512 entries to see that a large page fits.
 */
#include "spaces.h"

#include "panic.h"
#include "string.h"

enum { ROOT_LEVEL = 3, USER_SLOTS = PAGING_KERNEL_SLOT, USED_SHIFT = 52 };

#define USED_ONE  (1ull << USED_SHIFT)
#define USED_MASK (0x3ffull << USED_SHIFT)

/* A table above the leaf allows everything: the rights of an access are those that all levels grant, so the leaf alone decides. */
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE | PTE_USER)

static inline uint64_t *table_of(uint64_t entry)
{
    return phys_to_virt(entry & PTE_ADDRESS);
}

static inline bool is_table(uint64_t entry)
{
    return (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}

static inline unsigned level_of(unsigned order)
{
    return order == LARGE_ORDER ? 1 : 0;
}

static inline unsigned used(uint64_t entry)
{
    return (entry & USED_MASK) >> USED_SHIFT;
}

/* The entry for page in the table of level, or NULL. */
static uint64_t *entry_at(const struct pd *pd, uint64_t page, unsigned level)
{
    uint64_t *table = table_of(pd->space);

    for (unsigned l = ROOT_LEVEL; l > level; l--) {
        uint64_t entry = table[paging_index(page * PAGE_SIZE, l)];
        if (!is_table(entry))
            return NULL;
        table = table_of(entry);
    }
    return &table[paging_index(page * PAGE_SIZE, level)];
}

uint64_t *table_entry(const struct pd *pd, uint64_t page, unsigned order)
{
    return entry_at(pd, page, level_of(order));
}

uint64_t *table_make(struct pd *pd, uint64_t page, unsigned order)
{
    /* Answer 6.1 (place 1 of 2) goes here: page tables on an account */
    not_implemented("6.1 page tables on an account");
}

unsigned table_missing(const struct pd *pd, uint64_t page, unsigned order, unsigned *missing)
{
    /* Answer 6.1 (place 2 of 2) goes here: page tables on an account */
    not_implemented("6.1 page tables on an account");
}

static enum table_state look_large(uint64_t entry, uint64_t page, uint64_t *found)
{
    *found = page;
    if (!is_table(entry))
        return entry & PTE_PRESENT ? TABLE_MAPPED : TABLE_FREE;
    if (!used(entry))
        return TABLE_FREE;
    for (const uint64_t *small = table_of(entry); !(*small & PTE_PRESENT); small++)
        ++*found;
    return TABLE_OTHER_SIZE;
}

enum table_state table_look(const struct pd *pd, uint64_t page, unsigned order, uint64_t *found)
{
    const uint64_t *entry = entry_at(pd, page, 1);

    *found = page;
    if (!entry)
        return TABLE_FREE;
    if (order == LARGE_ORDER)
        return look_large(*entry, page, found);
    *found = page & ~(ORDER_PAGES(LARGE_ORDER) - 1);
    if (!is_table(*entry))
        return *entry & PTE_PRESENT ? TABLE_OTHER_SIZE : TABLE_FREE;
    *found = page;
    return table_of(*entry)[paging_index(page * PAGE_SIZE, 0)] & PTE_PRESENT ? TABLE_MAPPED : TABLE_FREE;
}

void table_set(struct pd *pd, uint64_t page, unsigned order, uint64_t entry)
{
    /* Answer 6.2 (place 2 of 2) goes here: what the processor sees of a place */
    not_implemented("6.2 what the processor sees of a place");
}

bool table_next(const struct pd *pd, uint64_t *cursor, uint64_t end, unsigned *order)
{
    for (unsigned tries = 0; tries < PAGING_ENTRIES && *cursor < end; tries++) {
        const uint64_t *table = table_of(pd->space);
        unsigned l = ROOT_LEVEL;
        uint64_t entry;
        while (is_table(entry = table[paging_index(*cursor * PAGE_SIZE, l)]) && l > 0 && !(l == 1 && !used(entry)))
            table = table_of(entry), l--;
        *order = 9 * l;
        if ((entry & PTE_PRESENT) && !(l == 1 && is_table(entry)))
            return true;
        *cursor = (*cursor | (ORDER_PAGES(*order) - 1)) + 1;
    }
    return false;
}

/* Frees the tables below entry of level; true when they had none of their own and entry is gone, else some are left. */
static bool free_below(struct pd *pd, uint64_t *entry, unsigned level)
{
    uint64_t *table = table_of(*entry);

    for (unsigned i = 0; level > 1 && i < PAGING_ENTRIES; i++)
        if (is_table(table[i])) {
            free_below(pd, &table[i], level - 1);
            return false;
        }
    for (unsigned i = 0; level == 1 && i < PAGING_ENTRIES; i++)
        if (is_table(table[i]))
            page_free(pd, table_of(table[i]));
    *entry = 0;
    page_free(pd, table);
    return true;
}

bool table_free_some(struct pd *pd)
{
    uint64_t *root = table_of(pd->space);

    for (unsigned i = 0; i < USER_SLOTS; i++)
        if (is_table(root[i])) {
            free_below(pd, &root[i], ROOT_LEVEL - 1);
            return false;
        }
    return true;
}

static uint64_t count_used(const uint64_t *table)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < PAGING_ENTRIES; i++)
        count += table[i] & PTE_PRESENT;
    return count;
}

static void count_below(uint64_t *table, unsigned level, unsigned slots)
{
    for (unsigned i = 0; i < slots; i++) {
        if (!is_table(table[i]))
            continue;
        if (level > 1)
            count_below(table_of(table[i]), level - 1, PAGING_ENTRIES);
        else
            table[i] = (table[i] & ~USED_MASK) | count_used(table_of(table[i])) << USED_SHIFT;
    }
}

void table_count_all(struct pd *pd)
{
    count_below(table_of(pd->space), ROOT_LEVEL, USER_SLOTS);
}
