/*
 * What the files of this stage share among themselves: grants, numbers, and the work on them.
 *
 *     object ──root──> grant A:7                      down: children, next, prev        up: parent
 *                        ├── grant B:3 ── grant C:9
 *                        └── grant C:9                here_next: the grants of one number, oldest first
 *
 * C has the object under one number with two grants, one from A and one from B. A grant belongs to one tree and to one number.
 */
#pragma once

#include "contract/4-caps.h"
#include "contract/6-spaces.h"
#include "ec.h"

/* Between two preemption points there are at most so many steps, each of bounded length (ABI.md §13.4). Tests take fewer. */
#ifndef STEPS_AT_ONCE
#define STEPS_AT_ONCE 64
#endif

/*
 * A grant: its holder may use these rights until its parent's holder takes them back. One cell of the holder's.
 *
 * live (rights without dying) is what counts. A right that is taken is first marked as dying everywhere below, then
 * taken away from the leaves upwards; marked grants are in the list of their tree, parents before children
 * (removal.c).
 */
struct grant {
    struct grant *parent;             /* NULL: a root */
    struct grant *children;
    struct grant *next, *prev;        /* among the children of parent */
    struct pd *pd;                    /* who holds it; NULL: the kernel */
    struct object *object;
    struct grant *here_next;          /* the next younger one under the same number */
    struct grant *here_prev;          /* the next older one; of the oldest: the youngest */
    uint32_t selector;                /* the number in pd */
    uint8_t rights;
    uint8_t dying;                    /* those of the rights that are being taken */
    uint8_t below;                    /* rights that are being taken from its children */
    uint8_t flags;                    /* GRANT_… */
    struct grant *work_next, *work_prev; /* among the marked grants of the tree */

    /* Only in a root: the removals in progress in its tree. */
    struct grant *last;               /* marked grants; the list has no other end that anybody needs */
    struct grant *unspread;           /* the first of them whose children have not been marked yet; */
    struct grant *child;              /* and the child of that one that comes next */
    struct ec_caps *waiting;          /* who waits until nothing is marked */
};

_Static_assert(sizeof(struct grant) <= CELL_SIZE, "a grant costs one cell");

#define GRANT_MARKED 1u /* in the list of marked grants */

/* capability.state */
#define NUMBER_GOING 1u /* deleted: empty, not reserved, when its last grant is gone. A new arrival takes that back */

/* object.dying: the type it had, and how far its end has come. */
#define DYING_TYPE   0x3fu
#define DYING_ENDED  0x40u /* the owner's part is done */
#define DYING_MARKED 0x80u /* the whole tree is marked */

static inline uint32_t grant_live(const struct grant *grant)
{
    return grant->rights & ~grant->dying;
}

static inline bool object_dead(const struct object *object)
{
    return object->type == TYPE_NULL;
}

/* selector: below SELECTOR_COUNT. */
static inline struct capability *number_entry(const struct pd *pd, uint32_t selector)
{
    return &pd->directory[selector / SELECTORS_PER_TABLE][selector % SELECTORS_PER_TABLE];
}

static inline bool number_taken(const struct capability *entry)
{
    return entry->serial; /* or grants, which is the same word */
}

/* The oldest grant; NULL also for a reserved number. */
static inline struct grant *number_grants(const struct capability *entry)
{
    return entry->object ? entry->grants : NULL;
}

static inline bool number_live(const struct capability *entry)
{
    return entry->rights && !object_dead(entry->object);
}

/* Whether it has grants, be it that they are being taken, of an object that lives. */
static inline bool number_granted(const struct capability *entry)
{
    return entry->object && !object_dead(entry->object);
}

/* ---- number.c: tables, and the way from an object to its number ----------------------------------------------------- */

extern struct capability *const empty_table; /* for every table that a PD does not have */

static inline bool table_missing(const struct pd *pd, uint32_t selector)
{
    return pd->directory[selector / SELECTORS_PER_TABLE] == empty_table;
}

/* The number under which pd has object, live or reserved; 0: none. Objects are compared by their serials. */
uint32_t number_find(const struct pd *pd, const struct object *object);

/* Makes the empty number selector one of object's, reserved as yet. A missing table is bought, which cannot fail. */
void number_take(struct pd *pd, uint32_t selector, const struct object *object);

/* A number without grants becomes empty. */
void number_empty(struct pd *pd, uint32_t selector);

/* ---- grant.c: one grant --------------------------------------------------------------------------------------------- */

/* A new grant on payer's account, below parent (NULL: a root) and, unless pd is NULL, under pd's number. */
struct grant *grant_make(struct pd *payer, struct grant *parent, struct pd *pd, uint32_t selector, struct object *object,
                         uint32_t rights);

/* A grant without children leaves its tree and number, and its cell goes back. A number without grants is reserved. */
void grant_free(struct grant *grant);

/* The entry's rights, computed anew because this grant of it has lost some. */
void rights_refresh(const struct grant *grant);

/* ---- removal.c: taking rights from a subtree ------------------------------------------------------------------------ */

/* Marks own as dying in grant, and below as what its children are to lose. */
void removal_mark(struct grant *grant, uint32_t own, uint32_t below);

/* Does at most so many steps of the removals in the tree of root; false: nothing is left to do. */
bool removal_work(struct grant *root, unsigned steps);

/* Marks the grants under a number: they, if self, and all below lose these rights. May begin the end of the object. */
void removal_begin(struct pd *pd, uint32_t selector, uint32_t rights, bool self);

/* caps waits for the removals in object's tree, or no longer. */
void removal_join(struct ec_caps *caps, struct object *object);
void removal_leave(struct ec_caps *caps);

/* Takes a dead object's grants apart, a step at a time; true: there is none left. */
bool object_strip(struct object *object);

/* ---- ends ----------------------------------------------------------------------------------------------------------- */

/* What became of a step in the end of an object: it is gone; there is more to do; others come first, of which some are new. */
enum progress { END_DONE, END_MORE, END_AGAIN, END_WAIT };

/* pd_end.c: a step in the end of a PD, whose own grants are gone. self: the EC that does it, which may run in this PD. */
enum progress pd_step(struct pd *pd, struct ec *self);
