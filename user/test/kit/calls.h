/*
 * The kernel's calls as C functions, one for each row of kernel/ABI.md §7, arguments in the ABI's order.
 *
 * The tests need more than a program does: every argument can be any 64 bits, and both results are always returned.
 */
#pragma once

#include "cairn/abi.h"
#include "lib/syscall.h"

typedef struct syscall_result result;

#define ANY 0xdeadbeefcafe /* an argument that the kernel must not read */

static inline result portal_call(uint64_t portal, uint64_t descriptor)
{
    return syscall(CALL_CALL, portal, descriptor, ANY, ANY, ANY);
}

static inline result create_pd(uint64_t new, uint64_t payer, uint64_t quota)
{
    return syscall(CALL_CREATE_PD, new, payer, quota, ANY, ANY);
}

static inline result create_ec(uint64_t new, uint64_t base, uint64_t payer, uint64_t pd, uint64_t place, uint64_t rsp,
                               uint64_t fs)
{
    return syscall(CALL_CREATE_EC, PAIR(new, base), PAIR(payer, pd), place, rsp, fs);
}

static inline result create_sc(uint64_t new, uint64_t payer, uint64_t ec, uint64_t priority, uint64_t budget, uint64_t donor,
                               uint64_t quota)
{
    return syscall(CALL_CREATE_SC, new, PAIR(payer, ec), PAIR(priority, budget), donor, quota);
}

static inline result create_pt(uint64_t new, uint64_t payer, uint64_t ec, uint64_t entry, uint64_t id, uint64_t transfer)
{
    return syscall(CALL_CREATE_PT, new, PAIR(payer, ec), entry, id, transfer);
}

static inline result create_sm(uint64_t new, uint64_t payer, uint64_t count)
{
    return syscall(CALL_CREATE_SM, new, payer, count, ANY, ANY);
}

static inline result remove_range(uint64_t operation, uint64_t type, uint64_t range, uint64_t rights)
{
    return syscall(CALL_REMOVE, REMOVE(operation, type), range, rights, ANY, ANY);
}

/* The three forms of `remove` for one selector. */
static inline result revoke(uint64_t selector, uint64_t rights)
{
    return remove_range(REMOVE_BELOW, TYPE_OBJECT, RANGE(selector, 0), rights);
}

static inline result delete (uint64_t selector)
{
    return remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(selector, 0), 0xff);
}

static inline result destroy(uint64_t selector)
{
    return remove_range(REMOVE_DESTROY, TYPE_OBJECT, RANGE(selector, 0), 0xff);
}

static inline result pd_quota(uint64_t pd, int64_t pages, uint64_t payer)
{
    return syscall(CALL_PD_CONTROL, pd, PD_QUOTA, (uint64_t)pages, payer, ANY);
}

enum figure { FIGURE_QUOTA = 0, FIGURE_USED = 1, FIGURE_FREE = 2, FIGURE_CELLS = 3, FIGURE_COUNT };

static inline result pd_figure(uint64_t pd, uint64_t figure)
{
    return syscall(CALL_PD_CONTROL, pd, PD_FIGURES, figure, ANY, ANY);
}

static inline result pd_grant(uint64_t pd, uint64_t range, uint64_t how)
{
    return syscall(CALL_PD_CONTROL, pd, PD_GRANT, range, how, ANY);
}

/* PD_GRANT of one object: lands at number spot, unless pd has it already. */
static inline result grant_object(uint64_t pd, uint64_t selector, uint64_t rights, uint64_t spot)
{
    return pd_grant(pd, RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, spot));
}

static inline result pd_lookup(uint64_t type, uint64_t place)
{
    return syscall(CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(place, 0), type, ANY);
}

static inline result pd_ack(uint64_t selector, uint64_t count)
{
    return syscall(CALL_PD_CONTROL, ANY, PD_ACK, selector, count, ANY);
}

static inline result ec_control(uint64_t ec, enum ec_operation operation, uint64_t base)
{
    return syscall(CALL_EC_CONTROL, ec, operation, base, ANY, ANY);
}

static inline result sc_time(uint64_t sc)
{
    return syscall(CALL_SC_CONTROL, sc, SC_TIME, ANY, ANY, ANY);
}

static inline result sc_quota(uint64_t sc, int64_t us, uint64_t donor)
{
    return syscall(CALL_SC_CONTROL, sc, SC_QUOTA, (uint64_t)us, donor, ANY);
}

static inline result sc_priority(uint64_t sc, uint64_t priority, uint64_t budget)
{
    return syscall(CALL_SC_CONTROL, sc, SC_PRIORITY, PAIR(priority, budget), ANY, ANY);
}

static inline result pt_set(uint64_t pt, uint64_t id, uint64_t transfer)
{
    return syscall(CALL_PT_CONTROL, pt, PT_SET, id, transfer, ANY);
}

static inline result sm_up(uint64_t sm)
{
    return syscall(CALL_SM_CONTROL, sm, SM_UP, ANY, ANY, ANY);
}

static inline result sm_down(uint64_t sm, uint64_t deadline)
{
    return syscall(CALL_SM_CONTROL, sm, SM_DOWN, deadline, ANY, ANY);
}

static inline result sm_zero(uint64_t sm, uint64_t deadline)
{
    return syscall(CALL_SM_CONTROL, sm, SM_ZERO, deadline, ANY, ANY);
}

static inline result kernel_memory(uint64_t kernel, uint64_t frames, uint64_t page, uint64_t rights)
{
    return syscall(CALL_KERNEL_CONTROL, kernel, KERNEL_MEMORY, frames, page, rights);
}

static inline result kernel_ports(uint64_t kernel, uint64_t ports)
{
    return syscall(CALL_KERNEL_CONTROL, kernel, KERNEL_PORTS, ports, ANY, ANY);
}

static inline result kernel_counter(uint64_t kernel, uint64_t number)
{
    return syscall(CALL_KERNEL_CONTROL, kernel, KERNEL_COUNTER, number, ANY, ANY);
}

static inline uint64_t ticks(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}
