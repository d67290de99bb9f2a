/*
 * Stage 4, capabilities: how a number that a program gives becomes an object, who gave it to whom, who pays for it,
 * and how it ends.
 *
 * The stage defines the look-up of selectors, the grants behind them with delegate, revoke and delete, the pins, the
 * accounts with the kernel's memory, and the death of objects. The rules that programs see are in kernel/ABI.md
 * ("Selectors and grants", "Accounts", "Destruction") and are not repeated here; this header says how the parts of
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
 * A selector's entry holds the object and the union of the rights of its live grants, so that a call looks at one entry and at no
 * grant. Each grant has one parent, from which it was delegated. Revoke removes grants below; a selector without grants keeps its
 * number, without rights, until its own PD deletes it.
 *
 * The rules
 * ---------
 * 1. Check everything, then charge, then change; after the first change nothing may fail. Otherwise: a refused call has changed
 *    something, and the second try gives another result than the first.
 * 2. The entry's rights are the union of the rights of its live grants, always. Too many: somebody still calls what was
 *    revoked. Too few: a revoke by one giver takes what another gave.
 * 3. In a PD an object has at most one selector. Otherwise: a server cannot recognise its own object when it comes back.
 * 4. A grant lives no longer than its parent, and has no right that the parent lacks. Otherwise: revoke misses somebody.
 * 5. Nothing derives from a grant that is dying. Otherwise: a revoke never ends, because somebody re-grants faster than it walks.
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

struct ec;
struct pd;
struct grant; /* private to this stage */

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
    uint32_t state;       /* private to stage 4, as is next: whether it is on its way to being empty */
    uint32_t next;        /* the next number in the same bucket of the PD's index */
};

_Static_assert(sizeof(struct capability) * SELECTORS_PER_TABLE == ACCOUNT_UNIT, "selectors are stored by whole pages");

#define CAP_TABLES (SELECTOR_COUNT / SELECTORS_PER_TABLE)
#define PD_BUCKETS 1024

/*
 * The part of struct pd that concerns memory and ports: pd->spaces. Private to stage 6, but for its size; zero when
 * the PD is new.
 */
struct pd_spaces {
    uint64_t own[16];
};

/*
 * A protection domain: one page, zeroed before cap_space_init. Stage 4 writes everything but space and spaces, which are
 * stage 6's, and ecs, which is stage 5's. used never exceeds quota.
 */
struct pd {
    struct object object;
    struct capability **directory; /* CAP_TABLES pointers, none NULL: where nothing is, one page of empty entries for all */
    uint64_t space;                /* physical address of the root page table */
    uint64_t quota, used;          /* pages */
    uint64_t cells;                /* taken ones */
    uint64_t free_cells;           /* in the pages that used counts */
    struct object *paid;           /* the objects that this PD pays and whose end has not begun */
    struct ec *ecs;                /* the ECs that run in it */
    struct pd_spaces spaces;       /* stage 6's */
    struct frame_info *open;       /* from here on private to stage 4. Pages with taken and with free cells */
    uint64_t ending;               /* objects that it pays and whose end has begun */
    uint32_t cursor;               /* how far its own end has come: a number */
    uint32_t stage;                /* and a stage of it */
    uint16_t bucket[PD_BUCKETS];   /* from an object to its number: the first number in each bucket, or 0 */
};

_Static_assert(sizeof(struct pd) <= ACCOUNT_UNIT, "a PD lies in one page");
_Static_assert(SELECTOR_COUNT - 1 <= UINT16_MAX, "every number fits a bucket");

/*
 * The part of struct ec that concerns capabilities: ec->caps, the removal that it has begun. Private to stage 4, but
 * for its size; zero when the EC is new.
 */
struct ec_caps {
    struct object *object;         /* whose grants it waits to see gone; NULL: none */
    struct ec_caps *next, **place; /* among those that wait for this object */
    uint64_t own[3];
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

/* One capability on its way from one PD to another. The first group is set by whoever asks, the second by cap_prepare. */
struct transfer {
    struct pd *from, *to;
    uint64_t selector;                   /* in from; any 64 bits */
    uint32_t rights;                     /* to be given, exactly */
    uint32_t window_base, window_count;  /* where a new number may lie in to */

    uint32_t place;                      /* its number in to */
    uint32_t record;                     /* 1: it uses one of the window's records; 0: none */
    uint32_t step;                       /* private to stage 4, as is the rest: what cap_commit has to do */
    struct object *object;
    struct grant *source;
    struct grant *known;                 /* the grant that there is already */
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

/* Returns what they gave; payer as then. A page goes back to the account when its last cell is returned. */
void page_free(struct pd *payer, void *page);
void cell_free(struct pd *payer, void *cell);

/*
 * Moves pages from the account of pd's payer, if there is one, to pd's (negative: back); any 64 bits are possible.
 * Called with the right checked. Returns SUCCESS, or NO_QUOTA with nothing changed and in *lacking how many pages
 * the giving account lacks.
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
 * Makes pd's object space, empty. Its directory is one of the pages of COST_PD, which pd->object.payer pays (root,
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
 * Prepares t[n], as if t[0] … t[n - 1] were done already: finds source, place and record by the rules of ABI.md §4.2, and adds to
 * the bill what t[n].to will pay. Changes nothing but t[n] and the bill, so that there is nothing to undo after a refusal.
 *
 * Returns SUCCESS, BAD_PAR (rights empty or not the type's), BAD_CAP (not live, or no single live grant covers
 * them), NO_WINDOW (the window is closed, or a number is needed and it has no empty one), TOO_MANY (pins).
 */
enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill);

/* Makes t real; the transfers are committed in their order. pin: the receiver has one pin more on it. Cannot fail. */
void cap_commit(struct transfer *t, bool pin);

/*
 * The number that to has for the object that selector names in from (ITEM_TRANSLATE). Returns SUCCESS with *place 0 when to
 * does not hold it live, BAD_CAP when from does not. Changes nothing; the pin for it is cap_pin's. Whether the
 * receiver has an open window is the caller's to ask, and so is what earlier items of the same message bring.
 */
enum status cap_translate(const struct pd *from, uint64_t selector, const struct pd *to, uint32_t *place);

/* Adds a pin to a live entry whose count is below PIN_MAX. Cannot fail. */
void cap_pin(struct pd *pd, uint32_t selector);

/*
 * Takes count pins away (PD_ACK); *left is what remains. Returns SUCCESS, or BAD_PAR (no such number, fewer pins)
 * with nothing changed.
 */
enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left);

/* What PD_LOOKUP tells of a number: its word for rdx (ABI.md §7.8). selector: any 64 bits; 0 where nothing is. */
uint64_t cap_describe(const struct pd *pd, uint64_t selector);

/*
 * The call `remove` for an object selector of self's PD (ABI.md §7.7, steps 2 and on; the form has been checked). A long
 * operation: it has preempt_points, where it keeps in self->caps how far it has come; the selector is not looked at again. It is
 * finished even if self is destroyed in between.
 *
 * Leaves by ec_leave_call with the status in self's frame. self: the current EC.
 */
noreturn void cap_remove(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights);

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
 * The owners' part in the end of an object. Afterwards nothing of the owner's points to it, and everybody who waited on it is
 * released with ABORTED. They return and cannot fail. None frees the object itself, but ec_end the page of the UTCB.
 */
void ec_end(struct object *object); /* stage 5, which calls ec_forget of stage 3 */
void sc_end(struct object *object); /* stage 3 */
void pt_end(struct object *object); /* stage 5 */
void sm_end(struct object *object); /* stage 7 */

/*
 * Stage 6: the memory and ports of a PD, a piece at a time: returns true when nothing is left but the root page
 * table, which goes back to pd->object.payer with the rest of COST_PD. The PD's own capabilities and what it pays
 * are stage 4's work. The PD's ECs have ended, but for one that destroys itself and still runs in the kernel.
 */
bool space_end(struct pd *pd);

/* Stage 3: see contract/3-threads.h. */
void preempt_point(struct ec *self, continuation *restart);
noreturn void ec_leave_call(struct ec *self);
noreturn void sched_next(void);

/* Stage 6: does a piece of the removals of memory and ports that have begun; true when there is none. See contract/6-spaces.h. */
bool space_settle(void);
