/*
 * The kernel's calls as C functions: one for each row of kernel/ABI.md §7, with the arguments in its order.
 *
 * All return the status in rax and the value in rdx. What a register holds that a call does not read is 0 here.
 */
#pragma once

#include "cairn/abi.h"
#include "lib/syscall.h"

typedef struct syscall_result result;

static inline result call(uint32_t portal, uint64_t descriptor)
{
    return syscall(CALL_CALL, portal, descriptor, 0, 0, 0);
}

/* ---- Creating ------------------------------------------------------------------------------------------------------- */

static inline result create_pd(uint32_t new, uint32_t payer, uint32_t quota)
{
    return syscall(CALL_CREATE_PD, new, payer, quota, 0, 0);
}

/* place: EC_PLACE */
static inline result create_ec(uint32_t new, uint32_t event_base, uint32_t payer, uint32_t pd, uint64_t place, const void *stack,
                               const void *fs)
{
    return syscall(CALL_CREATE_EC, PAIR(new, event_base), PAIR(payer, pd), place, (uint64_t)stack, (uint64_t)fs);
}

static inline result create_sc(uint32_t new, uint32_t payer, uint32_t ec, uint32_t priority, uint32_t budget_us, uint32_t donor,
                               uint32_t quota_us)
{
    return syscall(CALL_CREATE_SC, new, PAIR(payer, ec), PAIR(priority, budget_us), donor, quota_us);
}

static inline result create_pt(uint32_t new, uint32_t payer, uint32_t ec, uint64_t entry, uint64_t id, uint32_t transfer)
{
    return syscall(CALL_CREATE_PT, new, PAIR(payer, ec), entry, id, transfer);
}

static inline result create_sm(uint32_t new, uint32_t payer, uint64_t count)
{
    return syscall(CALL_CREATE_SM, new, payer, count, 0, 0);
}

/* ---- Giving and taking ---------------------------------------------------------------------------------------------- */

static inline result remove_range(enum remove_operation operation, enum cap_type type, uint64_t range, uint32_t rights)
{
    return syscall(CALL_REMOVE, REMOVE(operation, type), range, rights, 0, 0);
}

/* What others have got from this selector of one's own. */
static inline result revoke(uint32_t selector, uint32_t rights)
{
    return remove_range(REMOVE_BELOW, TYPE_OBJECT, RANGE(selector, 0), rights);
}

static inline result delete(uint32_t selector)
{
    return remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(selector, 0), 0xff);
}

static inline result destroy(uint32_t selector)
{
    return remove_range(REMOVE_DESTROY, TYPE_OBJECT, RANGE(selector, 0), 0xff);
}

static inline result pd_quota(uint32_t pd, int64_t pages, uint32_t payer)
{
    return syscall(CALL_PD_CONTROL, pd, PD_QUOTA, (uint64_t)pages, payer, 0);
}

/* figure: 0 quota, 1 used, 2 free pages, 3 cells */
static inline result pd_figure(uint32_t pd, uint32_t figure)
{
    return syscall(CALL_PD_CONTROL, pd, PD_FIGURES, figure, 0, 0);
}

/* how: ITEM of kind ITEM_DELEGATE */
static inline result pd_grant(uint32_t pd, uint64_t range, uint64_t how)
{
    return syscall(CALL_PD_CONTROL, pd, PD_GRANT, range, how, 0);
}

static inline result pd_lookup(enum cap_type type, uint64_t place)
{
    return syscall(CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(place, 0), type, 0);
}

static inline result pd_acknowledge(uint32_t selector, uint32_t count)
{
    return syscall(CALL_PD_CONTROL, 0, PD_ACK, selector, count, 0);
}

/* ---- Controlling ---------------------------------------------------------------------------------------------------- */

static inline result ec_control(uint32_t ec, enum ec_operation operation, uint32_t event_base)
{
    return syscall(CALL_EC_CONTROL, ec, operation, event_base, 0, 0);
}

static inline result sc_time(uint32_t sc)
{
    return syscall(CALL_SC_CONTROL, sc, SC_TIME, 0, 0, 0);
}

static inline result sc_quota(uint32_t sc, int32_t us, uint32_t donor)
{
    return syscall(CALL_SC_CONTROL, sc, SC_QUOTA, (uint64_t)(int64_t)us, donor, 0);
}

static inline result sc_priority(uint32_t sc, uint32_t priority, uint32_t budget_us)
{
    return syscall(CALL_SC_CONTROL, sc, SC_PRIORITY, PAIR(priority, budget_us), 0, 0);
}

static inline result pt_set(uint32_t pt, uint64_t id, uint32_t transfer)
{
    return syscall(CALL_PT_CONTROL, pt, PT_SET, id, transfer, 0);
}

static inline result sm_up(uint32_t sm)
{
    return syscall(CALL_SM_CONTROL, sm, SM_UP, 0, 0, 0);
}

/* deadline: ticks of the time-stamp counter; 0: none */
static inline result sm_down(uint32_t sm, uint64_t deadline)
{
    return syscall(CALL_SM_CONTROL, sm, SM_DOWN, deadline, 0, 0);
}

static inline result sm_zero(uint32_t sm, uint64_t deadline)
{
    return syscall(CALL_SM_CONTROL, sm, SM_ZERO, deadline, 0, 0);
}

static inline result kernel_control(uint32_t kernel, enum kernel_operation operation, uint64_t a3, uint64_t a4, uint64_t a5)
{
    return syscall(CALL_KERNEL_CONTROL, kernel, operation, a3, a4, a5);
}
