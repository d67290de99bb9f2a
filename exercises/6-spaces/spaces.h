/*
 * What the files of this stage share among themselves.
 *
 *     processor.c   CR3, TLB, TSS: all that the processor must be told
 *     table.c       page tables
 *     place.c       places, the grants in them, and what the processor sees of them
 *     item.c        delegation: check, bill, commit
 *     target.c      its second half: may this land there?
 *     take.c        grants made of nothing: the kernel object's memory and ports
 *     ports.c       what ports the processor opens
 *     space.c       beginning and end of a space; UTCBs
 *     check.c       the invariants, for debug builds and tests
 */
#pragma once

#include "contract/6-spaces.h"
#include "digital.h"
#include "ec.h"
#include "x86/paging.h"

#define ORDER_PAGES(order) (1ull << (order))

/* ---- A PD's spaces -------------------------------------------------------------------------------------------------- */

struct spaces {
    struct digital_node *ports;         /* index of runs; those of pages are pd->pages */
    uint64_t *root;                     /* where its root page table will be, and is when something is mapped */
};

_Static_assert(sizeof(struct spaces) <= sizeof(struct pd_spaces), "the contract's room suffices");
_Static_assert(offsetof(struct grant, node) == 0, "a node of an index is a grant");

static inline struct spaces *spaces_of(const struct pd *pd)
{
    return (struct spaces *)&pd->spaces;
}

/* ---- processor.c ---------------------------------------------------------------------------------------------------- */

/* Flushes a page of pd from the TLB, if it can be in there: other spaces left it when CR3 was written. */
void tlb_flush(const struct pd *pd, uint64_t page);

/* If the processor is in pd's space, it goes on in the kernel's. */
void space_leave(const struct pd *pd);

/* Frames from here on do not exist on this processor: an entry with such an address is malformed. */
uint64_t frame_limit(void);

/* ---- table.c -------------------------------------------------------------------------------------------------------- */

/*
 * The entry that maps a place of order (0 or LARGE_ORDER) at page, or NULL when a table on the way is missing or a large page
 * in it.
 */
uint64_t *table_entry(const struct pd *pd, uint64_t page, unsigned order);

/* The entry of level 1 on the way to page. Missing tables are bought on pd's account, which has been checked to cover them. */
uint64_t *table_make(struct pd *pd, uint64_t page, unsigned order);

/* The same, for a page that is mapped or has been. */
uint64_t *table_directory(const struct pd *pd, uint64_t page);

/* The entry of a place behind that of level 1. */
static inline uint64_t *table_leaf(uint64_t *directory, uint64_t page, unsigned order)
{
    if (order == LARGE_ORDER)
        return directory;
    return (uint64_t *)phys_to_virt(*directory & PTE_ADDRESS) + page % PAGING_ENTRIES;
}

/* What stands at a place, and what it would take to map it. */
struct look {
    enum table_state { TABLE_FREE, TABLE_MAPPED, TABLE_OTHER_SIZE } state;
    unsigned missing; /* bit l: the table of level l (0: of pages), which table_make would buy */
};

struct look table_look(const struct pd *pd, uint64_t page, unsigned order);

static inline unsigned table_count(unsigned missing)
{
    return (missing & 1) + (missing >> 1 & 1) + (missing >> 2 & 1);
}

/* Sets the entry of a place behind that of level 1; 0 takes it away. Keeps the count of its table right, and the TLB. */
void table_set(struct pd *pd, uint64_t *directory, uint64_t page, unsigned order, uint64_t entry);

/*
 * The first mapped page from *cursor on and before end, which *cursor then is, and its order. A bounded search: false also
 * when it gave up.
 */
bool table_next(const struct pd *pd, uint64_t *cursor, uint64_t end, unsigned *order);

/* Takes one empty piece of the user half's tables apart; true when there is none left. */
bool table_free_some(struct pd *pd);

/* Counts what paging_map has mapped. */
void table_count_all(struct pd *pd);

/* ---- place.c -------------------------------------------------------------------------------------------------------- */

/* Positions of runs of ports: in order of the first port and, where that is the same, from large to small. */
#define PORTS_POSITION_BITS 21
static inline uint64_t ports_position(uint64_t base, unsigned order)
{
    return base << 5 | (16 - order);
}

/* The oldest grant of the place of this base and order, or NULL. type: TYPE_MEMORY or TYPE_PORTS. */
struct grant *space_grants(const struct pd *pd, enum cap_type type, uint64_t base, unsigned order);

/* Makes a grant in a place, or widens one, and shows it. Checked and paid for: cannot fail. */
void place_give(struct pd *pd, const struct offer *offer);

/* The oldest grant of the first run from this position on, or NULL. */
struct grant *ports_next(const struct pd *pd, uint64_t position);

/* The oldest live grant of pd that covers the page with these rights, in a large place only if large; NULL: there is none. */
struct grant *page_source(const struct pd *pd, uint64_t page, unsigned rights, bool large);

/* The same for a run of ports. */
struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights);

/* ---- target.c ------------------------------------------------------------------------------------------------------- */

/* What a check finds out about the place of an offer. */
struct standing {
    unsigned rights;  /* of all grants that are there */
    bool full;        /* there is no room for one more */
    bool derived;     /* one of them is of the offer's parent: no new one is needed */
    unsigned missing; /* tables on the way, as in struct look */
};

/* Whether offer can land in pd after those of the items t[0] … t[n - 1] that are memory or ports. */
enum status target_check(const struct pd *pd, const struct offer *offer, const struct transfer t[], unsigned n,
                         struct standing *s);

/* ---- item.c --------------------------------------------------------------------------------------------------------- */

/* How an item divides into places: its order and how many there are. */
static inline unsigned place_order(enum cap_type type, unsigned item_order)
{
    return type == TYPE_PORTS ? item_order : item_order >= LARGE_ORDER ? LARGE_ORDER : 0;
}

/* At most 64 places. */
static inline bool is_memory_order(unsigned item_order)
{
    return item_order <= 6 || (item_order >= LARGE_ORDER && item_order <= LARGE_ORDER + 6);
}

static inline bool is_area(const struct transfer *t)
{
    return t->offer.type == TYPE_MEMORY || t->offer.type == TYPE_PORTS;
}

static inline unsigned item_places(const struct transfer *t)
{
    return 1u << (RANGE_ORDER(t->range) - t->offer.order);
}

/* The i-th offer of a prepared item, all that its commit does with that place. The first is the item's own, others go into room. */
const struct offer *item_offer(const struct transfer *t, unsigned i, struct offer *room);

/* ---- ports.c -------------------------------------------------------------------------------------------------------- */

/* The runs of pd are not what they were. The processor finds out when pd next uses a port. */
void ports_changed(const struct pd *pd);

/* ---- check.c -------------------------------------------------------------------------------------------------------- */

void check_spaces(void);
