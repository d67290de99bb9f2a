/*
 * Stage 4, capabilities: how a number that a program gives becomes an object, who gave it to whom, who pays for it,
 * and how it ends.
 *
 * The stage defines the look-up of selectors, the grants with delegate, revoke and delete, the pins, the accounts with the kernel's
 * memory, and the death of objects. There is one mechanism of derivation for objects, memory and ports: a struct grant, one list of
 * all, one engine that takes back. What the places of memory and ports are is stage 6's. The rules that programs see are in
 * kernel/ABI.md ("Selectors and grants", "Accounts", "Destruction") and are not repeated here; this header says how the parts of
 * the kernel talk about them.
 *
 * Files: any *.c and *.h.
 *
 * What it builds on: a range of memory that the given part sets aside at boot. The system calls themselves are given (they decode
 * registers and call what is declared here), and so is the making of objects: allocate, fill, cap_create.
 *
 * How it hangs together
 * ---------------------
 *     PD A                          PD B                          PD C
 *     selector 7: rights ---.       selector 3: rights ---.       selector 9
 *                           v                             v            |
 *     object <------- grant (root) <--parent-- grant <--parent-- grant <'
 *
 * A selector's entry holds the object and the union of the rights of its grants, so that a call looks at one entry and at no
 * grant. Each grant has one parent, from which it was delegated. Revoke removes grants below; a selector without grants keeps its
 * number, without rights, until its own PD deletes it.
 *
 * The rules
 * ---------
 * 1. Check everything, then charge, then change; after the first change nothing may fail. Otherwise: a refused call has changed
 *    something, and the second try gives another result than the first.
 * 2. The entry's rights are the union of the rights of its grants, always. Too many: somebody still calls what was
 *    revoked. Too few: a revoke by one giver takes what another gave.
 * 3. In a PD an object has at most one selector. Otherwise: a server cannot recognise its own object when it comes back.
 * 4. A grant lives no longer than its parent, and has no right that the parent lacks. Otherwise: revoke misses somebody.
 * 5. Nothing derives from rights that are marked. Otherwise: a revoke never ends, because somebody re-grants faster than it walks.
 *    Only one removal is at work at a time, and only a removal frees grants: so its position stays good over a preemption point.
 *    The others wait by doing the work of the first.
 * 6. What is charged is charged to the PD that ABI.md names, and returns to it when the thing goes. Otherwise: "create until
 *    refused, destroy all, create again" gives another number the second time.
 * 7. Memory that becomes an object is zero. Otherwise: a new object starts with what an old one left, or shows it.
 * 8. When an object dies every selector of it is BAD_CAP at once, before its memory goes anywhere. Otherwise: a stale number
 *    reaches whatever lies there next, possibly with another type.
 * 9. No PD is special, the first one neither. Privilege is a selector of the kernel object.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "cairn/abi.h"
#include "digital.h"

struct ec;
struct pd;

typedef void continuation(struct ec *self); /* does not return; C has no way to say so in a typedef. See contract/3-threads.h */

/* ---- Public structures ---------------------------------------------------------------------------------------------- */

/*
 * What every kernel object begins with (struct ec apart: there it is a field, and object_of_ec gives it). type and payer are
 * written by the creator, the rest by stage 4 alone.
 */
struct object {
    uint8_t type;          /* enum cap_type: TYPE_PD … TYPE_KERNEL; TYPE_NULL: dead */
    uint8_t dying;         /* not 0: its end has begun, nobody gets it any more */
    uint64_t serial : 48;  /* which of all objects it is, since boot; memory is used again, this never is */
    struct pd *payer;      /* NULL: the kernel's own, made at boot */
    struct grant *root;    /* the grant it was created with; all others descend from it */
    struct object *next, *prev; /* among the objects that payer pays, or among those whose end has begun */
};

/*
 * An entry of a PD's object space; ABI.md §4.1 has its states. The given fast path reads object and rights: the entry is live if
 * and only if rights is not 0 and the object's type is not TYPE_NULL. A reserved entry points to nothing: it has the serial of the
 * object that it is reserved for, which may have died long ago.
 */
struct capability {
    struct object *object; /* NULL: empty or reserved */
    uint32_t rights;       /* PD_RIGHT_… and so on by type; the union of the live grants */
    uint32_t pins;
    union {
        struct grant *grants; /* those that landed here, oldest first */
        uint64_t serial;      /* of a reserved entry; 0: it is empty */
    };
    uint32_t next; /* private to stage 4: the next number in the same bucket of the PD's index */
};

_Static_assert(sizeof(struct capability) * SELECTORS_PER_TABLE == ACCOUNT_UNIT, "selectors are stored by whole pages");

#define CAP_TABLES (SELECTOR_COUNT / SELECTORS_PER_TABLE)
#define PD_BUCKETS 1024
#define PAGE_BUCKETS 128

/*
 * The part of struct pd that concerns memory and ports: pd->spaces. Private to stage 6, but for its size; zero when
 * the PD is new.
 */
struct pd_spaces {
    uint64_t own[2];
};

/*
 * A protection domain: at the beginning of a page, zeroed up to bucket before cap_space_init. Stage 4 writes everything but space and
 * spaces, which are stage 6's, and ecs, which is stage 5's. used never exceeds quota.
 */
struct pd {
    struct object object;
    struct capability **directory; /* CAP_TABLES pointers, none NULL: where nothing is, one page of empty entries for all */
    uint64_t space;                /* physical address of the root page table; kernel_space while nothing is mapped */
    uint64_t quota, used;          /* pages */
    uint64_t cells;                /* taken ones */
    uint64_t free_cells;           /* in the pages that used counts */
    struct object *paid;           /* the objects that this PD pays and whose end has not begun */
    struct ec *ecs;                /* the ECs that run in it */
    struct pd_spaces spaces;       /* stage 6's */
    struct capability **own;       /* from here on private to stage 4. Where its directory will be, and is with its first number */
    struct frame_info *open;       /* pages with taken and with free cells */
    uint64_t ending;               /* objects that it pays and whose end has begun */
    uint32_t stage;                /* how far its own end has come */
    uint16_t bucket[PD_BUCKETS];   /* from an object to its number: the first number in each bucket, or 0; with the first number */
    struct digital_node *pages[PAGE_BUCKETS]; /* stage 6's, as spaces; set when something is first mapped */
};

_Static_assert(sizeof(struct pd) <= ACCOUNT_UNIT, "a PD lies in one page");
_Static_assert(SELECTOR_COUNT - 1 <= UINT16_MAX, "every number fits a bucket");

/*
 * A grant: what the ABI calls a record. The holder of a place (a selector, a page, a run of ports) may use these rights to an object,
 * a frame or ports until its parent's holder takes them back. One cell of the holder's.
 *
 * All grants stand in one list, each behind its parent and before its parent's next brother: the tree in preorder, with depths. So
 * the descendants of a grant are those that follow it with a greater depth, in one run; walked backwards, no grant comes before what
 * was derived from it. Neither walk needs a stack.
 *
 *     depth   1 object X, A:7    2 B:3    3 C:9    2 C:9    1 frame 5, A:0x400    2 B:0x9000
 *             |__________________|________|        |                                 |
 *             A gave X to B, who gave it to C; and A gave it to C as well, under the same number
 */
struct grant {
    struct digital_node node;    /* stage 6's, if this is the oldest of a place of memory or ports. First: a node is a grant */
    struct grant *next, *prev;   /* in the list of all */
    struct grant *parent;        /* NULL: the first of its tree */
    struct grant *younger;       /* of the same place, in order of arrival; NULL: the youngest */
    struct grant *older;         /* of the oldest: the youngest */
    struct pd *pd;               /* who holds it; NULL: the kernel, at no place */
    uint64_t place;              /* selector, page number, or first port */
    uint64_t what;               /* the object's address; frame number, with stage 6's FRAME_DEVICE; first port */
    uint64_t serial;             /* in order of creation, over all grants */
    uint32_t depth;              /* that of its parent and one; 1 without one */
    uint8_t type;                /* TYPE_OBJECT, TYPE_MEMORY or TYPE_PORTS */
    uint8_t order;               /* memory: 0 or LARGE_ORDER; ports: 0 to 16; objects: 0 */
    uint8_t rights;
    uint8_t marked;              /* of these: what is being taken; nothing derives from it any more */
    void *table;                 /* stage 6's */
};

_Static_assert(sizeof(struct grant) <= CELL_SIZE, "a record costs one cell");

/* A grant that is to be made. */
struct offer {
    struct grant *parent;
    uint64_t place, what;
    uint8_t type, order, rights;
};

/* A removal, as it was asked for. Private to stage 4. */
struct request {
    struct request *next;
    union {
        struct pd *pd;         /* whose range */
        struct object *object; /* REMOVE_DESTROY: all that is left of it */
    };
    uint64_t range;
    uint8_t type, operation, rights, state;
    uint32_t status;
};

/* The part of struct ec that concerns capabilities: ec->caps. Private to stage 4; zero when the EC is new. */
struct ec_caps {
    struct request request; /* of its `remove`, whose registers are gone after a preemption point */
};

/*
 * What an operation will cost one account. Every operation adds up its bills, has them checked, and only then takes anything;
 * what a bill covers cannot fail afterwards.
 */
struct bill {
    struct pd *account;
    uint32_t pages; /* whole ones, tables included */
    uint32_t cells;
};

/*
 * An item on its way from one PD to another. The first group is set by whoever asks, the second by cap_prepare. window_count is in
 * selectors, pages or ports; number 0 is in no window; a memory window is 2^n pages at a multiple of that. PD_GRANT gives one
 * number or the whole space.
 */
struct transfer {
    struct pd *from, *to;
    uint64_t range, how;                /* as the sender wrote them, read once; how: 0 when it is a null item */
    uint64_t window_base, window_count; /* where it may land in to; count 0: nowhere */

    uint32_t records;   /* how many of the window's it uses */
    struct offer offer; /* place: where it lands, 0 also: nothing arrives. All else is private to stages 4 and 6: the first new grant */
};

/* ---- What the stage defines: memory and accounts -------------------------------------------------------------------- */

/*
 * Makes the pool of pages pages of physical memory from base, which nobody else uses, and gives all of it to root, the first PD,
 * whose memory the caller has zeroed. What the pool needs for its own book-keeping is taken from the range first. The pages need
 * not be zero, and are not touched now: booting does not take longer when there is more memory. Once, at boot; pages: at least 2.
 */
void account_init(struct pd *root, uint64_t base, uint64_t pages);

/*
 * The end of booting: what root has used so far is the kernel's from now on and for ever, and root's quota is what
 * is left, with nothing used (ABI.md §5, last row of the charges). Once, after everything that root finds at its
 * start has been made.
 */
void account_settle(struct pd *root);

/*
 * Whether the account has free pages for what the bill says: pages, and pages for those cells that do not fit into cells it has
 * free. Otherwise *lacking is the number of pages it lacks. Changes nothing.
 */
bool account_covers(const struct bill *bill, uint32_t *lacking);

/*
 * Takes a page, or a cell of CELL_SIZE bytes, on payer's account: zeroed, aligned to its size. Cells share pages, but cells of
 * different payers never do: otherwise one PD's holes are another's shortage.
 *
 * Returns NULL, with nothing changed, when payer's account has no page left for it; never for another reason, and never for
 * what a bill has covered.
 */
void *page_alloc(struct pd *payer);
void *cell_alloc(struct pd *payer);

/* The same, but not zeroed: for who writes all of it before anybody reads it. */
void *page_take(struct pd *payer);
void *cell_take(struct pd *payer);

/* Returns what they gave; payer as then. A page goes back to the account when its last cell is returned. */
void page_free(struct pd *payer, void *page);
void cell_free(struct pd *payer, void *cell);

/*
 * Moves pages from the account of pd's payer, if there is one, to pd's (negative: back); any 64 bits are possible.
 * Called with the right checked. Returns SUCCESS, or NO_QUOTA with nothing changed and in *lacking how many pages
 * the giving account lacks, or UINT32_MAX when that is more.
 */
enum status account_move(struct pd *pd, int64_t pages, uint32_t *lacking);

/* ---- What the stage defines: look-up -------------------------------------------------------------------------------- */

/*
 * The object that selector names in pd, if it is of this type and the entry has all these rights. selector is what the user
 * gave, all 64 bits of it; rights is not 0. Otherwise NULL, which every call reports as BAD_CAP, whatever the reason was.
 *
 * On the path of every call: no loop, no write, and the index is bounded without a branch that can be mispredicted.
 */
struct object *cap_lookup(const struct pd *pd, uint64_t selector, enum cap_type type, uint32_t rights);

/* ---- What the stage defines: grants --------------------------------------------------------------------------------- */

/*
 * Makes pd's object space, empty. The page for its directory is one of COST_PD, which pd->object.payer pays (root,
 * which has no payer, pays itself); tables come later, with the first numbers, on pd's own account. Returns false,
 * with nothing changed, without a page.
 */
bool cap_space_init(struct pd *pd);

/*
 * A new object is named in two steps. cap_prepare_new checks that selector can take it, and adds to the bill what pd
 * will pay; cap_create makes the root grant, with rights, and cannot fail. From then on the object is alive, and on
 * the list of what object->payer pays. An object without a payer is the kernel's: the root grant is the kernel's
 * own, with the same rights, and pd gets one below it. So it never dies, whatever pd deletes. That costs pd one cell
 * more, which the bill does not show; it is for booting only.
 *
 * Returns SUCCESS, BAD_PAR (no such number), OCCUPIED (live or reserved).
 */
enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill);
void cap_create(struct pd *pd, uint32_t selector, struct object *object, uint32_t rights);

/*
 * Prepares t[n], an item of any kind and type, as if t[0] … t[n - 1] were done already: finds source, place and records by the rules
 * of ABI.md §4.2, and adds to the bill what t[n].to will pay. All of t are between the same two PDs. Changes nothing but t[n] and
 * the bill, so that there is nothing to undo after a refusal.
 *
 * Returns SUCCESS; BAD_PAR (form: kind, type, range, rights, spot); BAD_CAP (not live, or no single live grant covers the rights);
 * NO_WINDOW (it is closed, or has no room); OCCUPIED, CONFLICT (memory; see space_prepare); TOO_MANY (pins, grants of one place,
 * order). How many records the window admits is the caller's to check.
 */
enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill);

/*
 * Makes t real; the transfers are committed in their order. pin: the receiver has one pin more on its number. Returns what the
 * receiver finds as the item. Cannot fail.
 */
struct item cap_commit(struct transfer *t, bool pin);

/*
 * Takes count pins away (PD_ACK); *left is what remains. Returns SUCCESS, or BAD_PAR (no such number, fewer pins)
 * with nothing changed.
 */
enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left);

/* What PD_LOOKUP tells of a number: its word for rdx (ABI.md §7.8). selector: any 64 bits; 0 where nothing is. */
uint64_t cap_describe(const struct pd *pd, uint64_t selector);

/*
 * The call `remove` (ABI.md §7.7, steps 2 and on; the form has been checked), for objects, memory and ports of self's PD. A long
 * operation: it has preempt_points, where it keeps in self->caps what it was asked; the place is not looked up again. It is
 * finished even if self is destroyed in between.
 *
 * Leaves by ec_leave_call with the status in self's frame. self: the current EC.
 */
noreturn void cap_remove(struct ec *self, enum remove_operation operation, enum cap_type type, uint64_t range, uint32_t rights);

/* ---- What the stage defines: grants of all types, for stage 6 -------------------------------------------------------- */

/* The list of all grants is a ring through this, which has depth 0. */
extern struct grant all_grants;

/* From which rights can be derived: in a place whose oldest grant is head (or NULL), the oldest that has all of them live, or NULL. */
struct grant *grant_source(struct grant *head, uint32_t rights);

/* The one grant of the place that was derived from parent (NULL: made of nothing), or NULL. head may be NULL. */
struct grant *grant_from(struct grant *head, const struct grant *parent);

/* Whether the place has as many grants as it may (GRANTS_MAX): so every pass over them is bounded. */
bool grant_full(const struct grant *head);

/* The union of the rights of a place's grants. */
uint32_t grant_rights(const struct grant *head);

/*
 * Makes a grant of pd's in the place whose oldest is *oldest (NULL: it has none), or widens the one that it has of the same parent.
 * What is being taken of these rights is given back. *oldest is then up to date; that the place shows it is the caller's part. Paid
 * for: cannot fail.
 */
void grant_give(struct pd *pd, struct grant **oldest, const struct offer *offer);

/* ---- What the stage defines: the end of objects --------------------------------------------------------------------- */

/*
 * Begins the end of an object: from here on no look-up finds it. The rest (grants, what it pays, its memory) happens at the
 * preemption points of whoever calls object_finish. Calling it again does nothing.
 */
void object_kill(struct object *object);

/*
 * Ends all objects whose end has begun. Returns when none is left; has preempt_points, with restart as the continuation.
 * For each object it first calls the owner stage's function below, then removes its grants, then returns its memory.
 *
 * The EC self and the SC whose time it spends come last, when nothing is left that could be interrupted. If one of
 * them ends, the function does not return but goes to sched_next; self, if it lives, goes on with restart when it
 * has time again.
 */
void object_finish(struct ec *self, continuation *restart);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/*
 * The owners' part in the end of an object, a piece of bounded length at a time: each returns true when it is done. Then nothing of
 * the owner's points to it, and everybody who waited on it is released with ABORTED. They return and cannot fail. None frees the
 * object itself, but ec_end the page of the UTCB.
 */
bool ec_end(struct object *object); /* stage 5, which calls ec_forget of stage 3 */
bool sc_end(struct object *object); /* stage 3 */
bool pt_end(struct object *object); /* stage 5 */
bool sm_end(struct object *object); /* stage 7 */

/* Stage 6: items of memory and ports, their places and the end of a space. See contract/6-spaces.h. */
struct places;
enum status space_prepare(struct transfer t[], unsigned n, struct bill *bill);
void space_commit(const struct transfer *t);
void space_changed(struct grant *was, struct grant *now, struct grant *grant);
struct grant *space_next(struct places *places);
bool space_end(struct pd *pd);

/* Stage 3: see contract/3-threads.h. */
void preempt_point(struct ec *self, continuation *restart);
noreturn void ec_leave_call(struct ec *self);
noreturn void sched_next(void);
