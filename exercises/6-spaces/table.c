/*
 * Page tables (SDM vol. 3A §4.5). Levels as in x86/paging.h: 3 is the root, in level 1 an entry is a table or a page of 2
 * MiB, in level 0 a page of 4 KiB.
 *
 * An entry of level 1 that points to a table also holds how many entries of that table are in use, in bits that the
 * processor ignores there (SDM vol. 3A table 4-18, bits 62:52). Without it one would have to look at 512 entries to see
 * that a large page fits.
 */
#include "spaces.h"

#include "contract/2-boot.h"
#include "panic.h"
#include "path.h"
#include "string.h"

enum { ROOT_LEVEL = 3, USER_SLOTS = PAGING_KERNEL_SLOT, USED_SHIFT = 52 };

#define USED_ONE  (1ull << USED_SHIFT)
#define USED_MASK (0x3ffull << USED_SHIFT)

/*
 * A table above the leaf allows everything: the rights of an access are those that all levels grant, so the leaf alone
 * decides.
 */
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE | PTE_USER)

/* The index into the table of a level. */
static inline unsigned index_at(uint64_t page, unsigned level)
{
    return page >> 9 * level & (PAGING_ENTRIES - 1);
}

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

/*
 * Goes down to the table of level, or as far as there are tables; *reached is the level. Returns the entry there. Unrolled,
 * because these few shifts are a good part of what it costs to delegate a page.
 */
static inline uint64_t *walk(const struct pd *pd, uint64_t page, unsigned level, unsigned *reached)
{
    uint64_t *table = table_of(pd->space);
    unsigned l = ROOT_LEVEL;

#pragma GCC unroll 3
    for (; l > level; l--) {
        const uint64_t entry = table[index_at(page, l)];
        if (!is_table(entry))
            break;
        table = table_of(entry);
    }
    *reached = l;
    return &table[index_at(page, l)];
}

/* The entry for page in the table of level, or NULL. */
static uint64_t *entry_at(const struct pd *pd, uint64_t page, unsigned level)
{
    unsigned reached;
    uint64_t *entry = walk(pd, page, level, &reached);

    return reached == level ? entry : NULL;
}

uint64_t *table_directory(const struct pd *pd, uint64_t page)
{
    return entry_at(pd, page, 1);
}

uint64_t *table_entry(const struct pd *pd, uint64_t page, unsigned order)
{
    return entry_at(pd, page, level_of(order));
}

/* The kernel's half is the same tables everywhere; its root entries never change after boot. */
static RARE void root_make(struct pd *pd)
{
    uint64_t *root = spaces_of(pd)->root;
    const uint64_t *kernel = table_of(kernel_space);

    memset(pd->pages, 0, sizeof pd->pages);
    memset(root, 0, USER_SLOTS * sizeof *root);
    memcpy(root + USER_SLOTS, kernel + USER_SLOTS, (PAGING_ENTRIES - USER_SLOTS) * sizeof *root);
    pd->space = (uint64_t)root - DIRECT_BASE;
}

uint64_t *table_make(struct pd *pd, uint64_t page, unsigned order)
{
    /* Answer 6.1 (place 1 of 2) goes here: page tables on an account */
    (void)root_make; not_implemented("6.1 page tables on an account");
}

struct look table_look(const struct pd *pd, uint64_t page, unsigned order)
{
    /* Answer 6.1 (place 2 of 2) goes here: page tables on an account */
    (void)walk; not_implemented("6.1 page tables on an account");
}

void table_set(struct pd *pd, uint64_t *directory, uint64_t page, unsigned order, uint64_t entry)
{
    /* Answer 6.2 (place 2 of 2) goes here: what the processor sees of a place */
    not_implemented("6.2 what the processor sees of a place");
}

bool table_next(const struct pd *pd, uint64_t *cursor, uint64_t end, unsigned *order)
{
    for (unsigned tries = 0; tries < PAGING_ENTRIES && *cursor < end; tries++) {
        unsigned level;
        uint64_t entry = *walk(pd, *cursor, 1, &level);
        if (level == 1 && is_table(entry) && used(entry)) {
            entry = table_of(entry)[index_at(*cursor, 0)];
            level = 0;
        }
        *order = 9 * level;
        if ((entry & PTE_PRESENT) && !(level && is_table(entry)))
            return true;
        *cursor = (*cursor | (ORDER_PAGES(*order) - 1)) + 1;
    }
    return false;
}

/* Frees the tables below entry of level; true when they had none of their own and entry is gone, else some are left. */
static bool free_below(struct pd *pd, uint64_t *entry, unsigned level)
{
    /* Answer 6.8 (place 2 of 3) goes here: the end of a space */
    not_implemented("6.8 the end of a space");
}

bool table_free_some(struct pd *pd)
{
    /* Answer 6.8 (place 3 of 3) goes here: the end of a space */
    (void)free_below; not_implemented("6.8 the end of a space");
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
