/*
 * What the system calls share: how they end, how they are refused, how they look things up, and who pays.
 *
 * Every handler has the same four beats: decode; look up and validate, in the order that kernel/ABI.md lists; act, which
 * cannot fail; finish. A handler never returns, and nothing has been changed before it acts: so the first check that fails
 * ends the call where it stands, however deep.
 */
#pragma once

#include "contract/1-entry.h"
#include "finish.h"
#include "path.h"

/* ---- The end -------------------------------------------------------------------------------------------------------- */

/* Ends the call with status if it is to be refused. */
static inline __attribute__((always_inline)) void refuse_if(struct ec *self, bool refused, enum status status)
{
    if (refused)
        finish(self, status, 0);
}

/* ---- Looking up ----------------------------------------------------------------------------------------------------- */

/* The object of that type that selector names in the caller's PD, with these rights. Without one the call ends: BAD_CAP. */
static inline struct object *lookup(struct ec *self, uint64_t selector, enum cap_type type, uint32_t rights)
{
    struct object *object = cap_lookup(self->ipc.pd, selector, type, rights);

    refuse_if(self, !object, BAD_CAP);
    return object;
}

#define LOOKUP(name, TYPE)                                                                                     \
    static inline struct name *lookup_##name(struct ec *self, uint64_t selector, uint32_t rights)                  \
    {                                                                                                              \
        _Static_assert(offsetof(struct name, object) == 0, "its object is the structure");                          \
        return (struct name *)lookup(self, selector, TYPE, rights);                                                \
    }

LOOKUP(pd, TYPE_PD)
LOOKUP(pt, TYPE_PT)
LOOKUP(sc, TYPE_SC)
LOOKUP(sm, TYPE_SM)

static inline struct ec *lookup_ec(struct ec *self, uint64_t selector, uint32_t rights)
{
    return ec_of(lookup(self, selector, TYPE_EC, rights));
}

/*
 * The SC that a donor's selector names; NULL for the kernel object, which stands for what of a CPU's time belongs to no SC.
 */
static inline struct sc *lookup_donor(struct ec *self, uint64_t selector)
{
    struct object *sc = cap_lookup(self->ipc.pd, selector, TYPE_SC, SC_RIGHT_DONATE);

    if (!sc)
        lookup(self, selector, TYPE_KERNEL, KERNEL_RIGHT_TIME);
    return (struct sc *)sc;
}

/* ---- Forms that several calls share --------------------------------------------------------------------------------- */

static inline bool is_new_number(uint64_t selector)
{
    return selector && selector < SELECTOR_COUNT;
}

static inline bool is_event_base(uint64_t base)
{
    return base <= SELECTOR_COUNT - EVENT_COUNT;
}

/* What struct ec_ipc has for the event base that a program gave, of which 0 is none. */
static inline uint32_t event_base(uint64_t base)
{
    return base ? base : NO_EVENTS;
}

static inline bool is_transfer(uint64_t transfer)
{
    return !(transfer & ~(uint64_t)TRANSFER_ALL);
}

/* priority: PAIR of priority and budget in µs */
static inline bool is_priority(uint64_t priority)
{
    return PAIR_LOW(priority) >= 1 && PAIR_LOW(priority) <= PRIORITY_MAX && PAIR_HIGH(priority) >= 1 &&
           PAIR_HIGH(priority) <= BUDGET_MAX_US;
}

/* Whether a signed number of 64 bits is from -limit to limit. */
static inline bool is_within(int64_t number, int64_t limit)
{
    return number >= -limit && number <= limit;
}

/* ---- The debug build ------------------------------------------------------------------------------------------------ */

/* Panics where a structure is not in order; NULL where it is not built (check.c). counter: the one that a program has just read. */
void check_structures(uint64_t counter) __attribute__((weak));

/* ---- The calls, as in contract/1-entry.h ---------------------------------------------------------------------------- */

/* The trace point at the beginning of a handler. Not in those whose own records say as much: call, reply, sm_control. */
#define trace_entry(number) trace(TRACE_ENTRY, NULL, a1, a2, number)

#define HANDLER(name) noreturn void name(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)

HANDLER(sys_create_pd);
HANDLER(sys_create_ec);
HANDLER(sys_create_sc);
HANDLER(sys_create_pt);
HANDLER(sys_create_sm);
HANDLER(sys_remove);
HANDLER(sys_pd_control);
HANDLER(sys_ec_control);
HANDLER(sys_sc_control);
HANDLER(sys_pt_control);
HANDLER(sys_sm_control);
HANDLER(sys_kernel_control);

/* ---- Making objects, also for root at boot -------------------------------------------------------------------------- */

/* A new EC in pd, paid by payer, who can. The rest of its state is zero but rflags; it is in pd's list, and has no name yet. */
struct ec *make_ec(struct pd *payer, struct pd *pd, uint32_t kind, uint64_t utcb_page);

/* A new SC for ec, paid by payer, who can. It has no quota yet and is nowhere: sc_quota and sched_add come next. */
struct sc *make_sc(struct pd *payer, struct ec *ec, uint64_t priority);
