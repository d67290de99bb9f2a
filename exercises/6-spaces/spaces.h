/*
 * What the files of this stage share among themselves.
 *
 *     processor.c   CR3, TLB, TSS: all that the processor must be told
 *     table.c       page tables
 *     frames.c      the frames that the kernel keeps
 *     place.c       places and the grants in them; what the processor sees of a place
 *     item.c        delegation: check, bill, commit
 *     target.c      its second half: may this land there?
 *     take.c        grants made of nothing: the kernel object's memory and ports
 *     ports.c       the I/O bitmap
 *     remove.c      taking back, in pieces
 *     tops.c        the grants at which it begins
 *     space.c       beginning and end of a space; UTCBs
 *     check.c       the invariants, for debug builds and tests
 */
#pragma once

#include "contract/6-spaces.h"
#include "digital.h"
#include "ec.h"
#include "x86/paging.h"

/* ---- Grants --------------------------------------------------------------------------------------------------------- */

/*
 * A grant of a page or of a run of ports: what the ABI calls a record.
 *
 * All grants stand in one list, each behind its parent and before the parent's next brother (the tree in preorder, with
 * depths). So the descendants of a grant are those that follow it with a greater depth, in one run; walked backwards, no
 * grant comes before what was derived from it. Neither walk needs a stack.
 */
struct grant {
    struct digital_node node; /* in the index of its PD, if it is the oldest of its place */
    struct pd *pd;
    uint64_t place;           /* page number, or first port */
    uint64_t frame;           /* frame number, with FRAME_DEVICE; or first port */
    struct grant *parent;     /* from which it was derived; NULL: given by the kernel */
    struct grant *next, *prev; /* in the list of all */
    struct grant *younger;    /* of the same place, in order of arrival; NULL: the youngest */
    struct grant *older;      /* of the oldest: the youngest */
    uint64_t serial;          /* in order of creation, over all grants */
    void *table;              /* of the oldest of a large place: the empty page table that stood where the place is now */
    uint32_t depth;           /* that of its parent and one; 1 without one */
    uint8_t type;             /* TYPE_MEMORY or TYPE_PORTS */
    uint8_t order;            /* 0 or LARGE_ORDER; for ports 0 to 16 */
    uint8_t rights;
    uint8_t marked;           /* of these: what is being taken; nothing derives from it any more */
};

_Static_assert(sizeof(struct grant) <= CELL_SIZE, "a record costs one cell");
_Static_assert(offsetof(struct grant, node) == 0, "a node of an index is a grant");

#define FRAME_DEVICE (1ull << 62) /* part of the frame's name: all grants of a place agree on it, and what is derived has it */
#define ORDER_PAGES(order) (1ull << (order))

/* Rights from which something can derive. */
static inline unsigned live_rights(const struct grant *g)
{
    return g->rights & ~g->marked;
}

/* ---- A PD's spaces -------------------------------------------------------------------------------------------------- */

/* A removal, as it was asked for: in the EC that asks, or in the PD that dies. */
struct request {
    struct request *next;
    struct pd *pd;
    uint64_t range;
    uint8_t type, operation, rights, state; /* enum request_state */
    uint32_t status;
};

enum request_state { REQUEST_NONE, REQUEST_WAITING, REQUEST_ACTIVE, REQUEST_DONE };

struct spaces {
    struct digital_node *pages, *ports; /* indexes of places */
    uint8_t *bitmap[2];                 /* one bit per port, 1: closed; NULL before the first port */
    uint32_t open_first, open_end;      /* bytes outside these have no open port */
    uint64_t ending;                    /* how far space_end has come */
    struct request end;
};

_Static_assert(sizeof(struct spaces) <= sizeof(struct pd_spaces), "the contract's room suffices");
_Static_assert(sizeof(struct request) <= sizeof(struct ec_spaces), "the contract's room suffices");

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

/* The same; tables that are missing are bought on pd's account, which has been checked to cover them. */
uint64_t *table_make(struct pd *pd, uint64_t page, unsigned order);

/* What stands at a place, and what it would take to map it. */
struct look {
    enum table_state { TABLE_FREE, TABLE_MAPPED, TABLE_OTHER_SIZE } state;
    unsigned missing; /* bit l: the table of level l (0: of pages), which table_make would buy */
    uint64_t found;   /* first page of what is in the way */
};

struct look table_look(const struct pd *pd, uint64_t page, unsigned order);

static inline unsigned table_count(unsigned missing)
{
    return (missing & 1) + (missing >> 1 & 1) + (missing >> 2 & 1);
}

/* Sets the entry of a place; 0 takes it away. Keeps the count of its table right, and the TLB. */
void table_set(struct pd *pd, uint64_t page, unsigned order, uint64_t entry);

/*
 * The first mapped page from *cursor on and before end, which *cursor then is, and its order. A bounded search: false also
 * when it gave up.
 */
bool table_next(const struct pd *pd, uint64_t *cursor, uint64_t end, unsigned *order);

/* Takes one empty piece of the user half's tables apart; true when there is none left. */
bool table_free_some(struct pd *pd);

/* Counts what paging_map has mapped. */
void table_count_all(struct pd *pd);

/* ---- frames.c ------------------------------------------------------------------------------------------------------- */

bool frames_allowed(uint64_t frame, uint64_t count);

/* ---- place.c -------------------------------------------------------------------------------------------------------- */

/* The oldest grant of the place of this base and order, or NULL. */
struct grant *place_find(const struct pd *pd, enum cap_type type, uint64_t base, unsigned order);

/* Positions of runs of ports: in order of the first port and, where that is the same, from large to small. */
#define PORTS_POSITION_BITS 21
static inline uint64_t ports_position(uint64_t base, unsigned order)
{
    return base << 5 | (16 - order);
}

/* The oldest grant of the first run from this position on, or NULL. */
struct grant *ports_next(const struct pd *pd, uint64_t position);

/* The oldest live grant of pd that covers the page with these rights, in a large place only if large; NULL: there is none. */
struct grant *page_source(const struct pd *pd, uint64_t page, unsigned rights, bool large);

/* The same for a run of ports. */
struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights);

/* The grant in the place of head that was derived from parent (NULL: from the kernel), or NULL. head may be NULL. */
struct grant *place_derived(struct grant *head, const struct grant *parent);

/* The union of the rights of a place's grants. */
unsigned place_rights(const struct grant *head);

/* What a new grant is to be. */
struct offer {
    struct grant *parent; /* NULL: the kernel */
    uint64_t place, frame;
    uint8_t type, order, rights;
};

/* Makes a grant, or widens the one of the same parent and place, and lets the processor see it. Paid for: cannot fail. */
void grant_make(struct pd *pd, const struct offer *offer);

/* Takes the marked rights of g, and g itself when it has none left. Ports that may have to be closed: see ports_reopen. */
void grant_take(struct grant *g);

/* The list of all grants is a ring through this. */
extern struct grant all_grants;
extern uint64_t next_serial;

/* ---- target.c ------------------------------------------------------------------------------------------------------- */

/* What a check finds out about the place of an offer. */
struct standing {
    unsigned rights;  /* of all grants that are there */
    bool derived;     /* one of them is of the offer's parent: no new one is needed */
    unsigned missing; /* tables on the way, as in struct look */
};

/* Whether offer can land in pd after the items t[0] … t[n - 1]. */
enum status target_check(const struct pd *pd, const struct offer *offer, const struct space_transfer t[], unsigned n,
                         struct standing *s);

/* ---- item.c --------------------------------------------------------------------------------------------------------- */

/* How an item divides into places: its order and how many there are. */
static inline unsigned place_order(enum cap_type type, unsigned item_order)
{
    return type == TYPE_PORTS ? item_order : item_order >= LARGE_ORDER ? LARGE_ORDER : 0;
}

/* The i-th offer of a prepared item, all that its commit does with that place. */
struct offer item_offer(const struct space_transfer *t, unsigned i);
unsigned item_places(const struct space_transfer *t);

/* ---- ports.c -------------------------------------------------------------------------------------------------------- */

/* Pages that pd's bitmap will cost. */
unsigned bitmap_cost(const struct pd *pd);

/* Opens a run; buys the bitmap with the first one. */
void ports_open(struct pd *pd, uint64_t base, unsigned order);

/*
 * After a grant of [base, end) has gone: closes what no other covers, from base on and in a bounded piece. Returns where to go
 * on; end: done.
 */
uint64_t ports_reopen(struct pd *pd, uint64_t base, uint64_t end);

/* Gives the bitmap back. */
void bitmap_free(struct pd *pd);

/* ---- remove.c ------------------------------------------------------------------------------------------------------- */

/* Puts a request behind those that wait. Its state is REQUEST_DONE when it has been dealt with. */
void request_begin(struct request *request, struct pd *pd, enum remove_operation operation, enum cap_type type, uint64_t range,
                   unsigned rights);

/* Whoever holds the request dies: forgotten if it has not begun, else finished without him. */
void request_leave(struct request *request);

/* ---- tops.c --------------------------------------------------------------------------------------------------------- */

/* Where a removal is among the places of its range: first those that are larger than the range, then those inside it. */
struct tops {
    struct pd *pd;
    enum cap_type type;
    uint64_t base, end; /* the range: pages or ports */
    unsigned order;
    uint64_t serial;    /* grants from here on are younger than the removal */
    unsigned outer;     /* the next larger order to look at; for memory only known when tops_inner has met one */
    uint64_t cursor;    /* in the range: page, or position of ports */
    struct grant *next; /* of the same place */
};

void tops_begin(struct tops *tops, struct pd *pd, enum cap_type type, uint64_t range);

/* The next grant in a place that is larger than the range; NULL: no more. */
struct grant *tops_outer(struct tops *tops);

/* The next grant in a place inside the range; NULL: none found in a bounded search. More may come until tops_end is true. */
struct grant *tops_inner(struct tops *tops);
bool tops_end(const struct tops *tops);

/* ---- check.c -------------------------------------------------------------------------------------------------------- */

void check_spaces(void);
