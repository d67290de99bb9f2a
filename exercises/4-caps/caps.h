/*
 * What the files of this stage share among themselves.
 *
 *     account.c, pool.c   the kernel's memory, and who pays for it
 *     lookup.c            from a number to an object
 *     number.c            tables of numbers, and the way from an object to its number
 *     grant.c             one grant: in the list of all, and in its place
 *     derive.c            what an item of a message will do, and doing it
 *     create.c            the name of a new object; pins
 *     removal.c           taking back, in pieces
 *     object.c, pd_end.c  the end of objects, and of a PD
 *     check.c             the invariants, for debug builds and tests
 */
#pragma once

#include "contract/4-caps.h"
#include "contract/6-spaces.h"
#include "ec.h"

/* object.dying: the type it had, and how far its end has come. */
#define DYING_TYPE     0x3fu
#define DYING_ENDED    0x40u /* the owner's part is done */
#define DYING_STRIPPED 0x80u /* nobody has it any more */

static inline bool object_dead(const struct object *object)
{
    return object->type == TYPE_NULL;
}

/* ---- Numbers (number.c) --------------------------------------------------------------------------------------------- */

/* selector: below SELECTOR_COUNT. */
static inline struct capability *number_entry(const struct pd *pd, uint32_t selector)
{
    return &pd->directory[selector / SELECTORS_PER_TABLE][selector % SELECTORS_PER_TABLE];
}

/* Live or reserved. */
static inline bool number_taken(const struct capability *entry)
{
    return entry->serial; /* or grants, which is the same word */
}

static inline bool number_live(const struct capability *entry)
{
    return entry->rights && !object_dead(entry->object);
}

/* The oldest grant; NULL also for a reserved number. */
static inline struct grant *number_grants(const struct capability *entry)
{
    return entry->object ? entry->grants : NULL;
}

extern struct capability *const empty_table; /* for every table that a PD does not have */

static inline bool table_missing(const struct pd *pd, uint32_t selector)
{
    return pd->directory[selector / SELECTORS_PER_TABLE] == empty_table;
}

/* The number under which pd has object, live or reserved; 0: none. Objects are compared by their serials. */
uint32_t number_find(const struct pd *pd, const struct object *object);

/* Reserves the empty number selector for object; its first grant follows. A missing table is bought, which cannot fail. */
struct capability *number_take(struct pd *pd, uint32_t selector, const struct object *object);

/* Makes the grant that is offered, under a number that is empty or of that object, or widens one. Returns the number's entry. */
struct capability *number_give(struct pd *pd, const struct offer *offer);

/* grant has lost rights; now: the oldest one of its number. Without any the number is reserved. */
void number_changed(const struct grant *grant, struct grant *now);

/* pd has deleted selector: a reserved number becomes empty, unless it is pinned. The pins of a dying PD do not count. */
void number_forget(struct pd *pd, uint32_t selector);

/* ---- Grants (grant.c) ----------------------------------------------------------------------------------------------- */

static inline uint32_t grant_live(const struct grant *grant)
{
    return grant->rights & ~grant->marked;
}

extern uint64_t grant_serial; /* of the youngest grant */

/* The first grant of an object that is the kernel's, on pd's account: in no place. */
struct grant *grant_root(struct pd *pd, struct object *object, uint32_t rights);

/* Takes the marked rights, and the grant itself when it has none left; then its place shows it. */
void grant_take(struct grant *grant);

/* ---- Removal (removal.c) -------------------------------------------------------------------------------------------- */

enum request_state { REQUEST_NONE, REQUEST_WAITING, REQUEST_ACTIVE, REQUEST_DONE };

/* Puts a request, whose first fields are set, behind those that wait. Its state is REQUEST_DONE when it has been dealt with. */
void request_begin(struct request *request);

/* Does a piece of the removals that have begun, at most up to the end of one. */
void removal_settle(void);

/* ---- Ends ----------------------------------------------------------------------------------------------------------- */

/* Between two preemption points there are at most so many steps, each of bounded length (ABI.md §13.4). Tests take fewer. */
#ifndef STEPS_AT_ONCE
#define STEPS_AT_ONCE 64
#endif

/* What became of a step in the end of an object: it is gone; there is more to do; others come first, of which some are new. */
enum progress { END_DONE, END_MORE, END_AGAIN, END_WAIT };

/*
 * A step of a removal for the object that is being taken apart; true when it is complete. One is under way at a time: another object
 * that asks meanwhile does its work, and begins its own then.
 */
bool end_removal(struct request request);

/* pd_end.c: a step in the end of a PD, whose own grants are gone. self: the EC that does it, which may run in this PD. */
enum progress pd_step(struct pd *pd, struct ec *self);
