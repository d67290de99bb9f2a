/*
 * What the system calls share: how they end, how they look things up, and how they ask whether everybody can pay.
 *
 * Every handler has the same four beats: decode; look up and validate, with early exits in the order that kernel/ABI.md
 * lists; act, which cannot fail; finish.
 */
#pragma once

#include "contract/1-entry.h"
#include "ec.h"
#include "path.h"
#include "trace.h"

/* ---- The end -------------------------------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) noreturn void finish(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
    trace(TRACE_EXIT, NULL, value, 0, status);
    ec_leave_call(self);
}

/* ---- Looking up ----------------------------------------------------------------------------------------------------- */

/* An object of that type, when selector names one in the caller's PD with these rights, or NULL. */
#define LOOKUP(name, TYPE)                                                                                     \
    static inline struct name *lookup_##name(const struct ec *self, uint64_t selector, uint32_t rights)            \
    {                                                                                                              \
        _Static_assert(offsetof(struct name, object) == 0, "its object is the structure");                          \
        return (struct name *)cap_lookup(self->ipc.pd, selector, TYPE, rights);                                    \
    }

LOOKUP(pd, TYPE_PD)
LOOKUP(sc, TYPE_SC)
LOOKUP(pt, TYPE_PT)
LOOKUP(sm, TYPE_SM)

static inline struct ec *lookup_ec(const struct ec *self, uint64_t selector, uint32_t rights)
{
    struct object *object = cap_lookup(self->ipc.pd, selector, TYPE_EC, rights);
    return object ? ec_of(object) : NULL;
}

static inline bool lookup_kernel(const struct ec *self, uint64_t selector, uint32_t rights)
{
    return cap_lookup(self->ipc.pd, selector, TYPE_KERNEL, rights);
}

/*
 * The SC that a donor's selector names; NULL in *donor for the kernel object, which stands for what of a CPU's time belongs
 * to no SC. Returns false when it names neither, with the rights for it.
 */
static inline bool lookup_donor(const struct ec *self, uint64_t selector, struct sc **donor)
{
    *donor = lookup_sc(self, selector, SC_RIGHT_DONATE);
    return *donor || lookup_kernel(self, selector, KERNEL_RIGHT_TIME);
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

/* ---- Who pays ------------------------------------------------------------------------------------------------------- */

/* What one call costs whom: bill[owner - 1] for owner ACCOUNT_CALLER … ACCOUNT_RECEIVER; without an account: nothing. */
struct charge {
    struct bill bill[ACCOUNT_RECEIVER];
};

static inline struct bill *charge_of(struct charge *charge, enum account_owner owner, struct pd *account)
{
    struct bill *bill = &charge->bill[owner - 1];
    bill->account = account;
    return bill;
}

/*
 * Whether all can pay. Where two names are one PD, its sums are added. Otherwise *refusal says whose account, the one with
 * the smallest owner number, lacks how much (ABI.md §5.1).
 */
bool charge_covered(struct charge *charge, uint64_t *refusal);

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
