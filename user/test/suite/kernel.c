/*
 * kernel_control, but for interrupts: kernel/ABI.md §7.13.
 */
#include "kit/kit.h"
#include "suite/suite.h"

enum { READ = MEMORY_READ, WRITE = MEMORY_WRITE, EXECUTE = MEMORY_EXECUTE, ALL = 0x7f };

#define REFUSE_MEMORY(status, frames, page, rights)                                                                              \
    REFUSE(status, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_MEMORY, frames, page, rights)

static void kernel_memory_form(void)
{
    const uint64_t frame = frames_new(64), page = SCRATCH_PAGE;

    REFUSE_MEMORY(BAD_PAR, RANGE(frame + 1, 1), page, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 1), page + 1, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, 0);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, WRITE);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, EXECUTE);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, READ | WRITE | EXECUTE);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, READ | 0x10);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), page, READ | 1ull << 32);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), 0, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), (1ull << 35) - 1, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), 1ull << 35, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame, 0), ~0ull, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame & ~127ull, 7), page & ~127ull, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(frame & ~255ull, 8), page & ~255ull, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(0, 16), 1 << 16, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(0, 200), 0, READ);
    REFUSE_MEMORY(BAD_PAR, ~0ull & ~0xffull, page, READ);
    REFUSE_MEMORY(BAD_PAR, RANGE(0x100, 0), page, READ);                           /* 1 MiB: the kernel's image */
    REFUSE_MEMORY(BAD_PAR, RANGE(0xfee00, 0), page, READ | WRITE | MEMORY_DEVICE); /* the local APIC */
    REFUSE(BAD_CAP, 0, CALL_KERNEL_CONTROL, 0, KERNEL_MEMORY, RANGE(frame, 0), page, READ);
    REFUSE(BAD_CAP, 0, CALL_KERNEL_CONTROL, SEL_PD, KERNEL_MEMORY, RANGE(frame, 0), page, READ);
}

static void kernel_memory_place(void)
{
    const uint64_t frame = frames_new(64), page = SCRATCH_PAGE;

    CHECK_RESULT(kernel_memory(SEL_KERNEL, RANGE(frame, 0), page, READ), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, page), SUCCESS, READ);
    REFUSE_MEMORY(CONFLICT, RANGE(frame + 1, 0), page, READ);
    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 0), page, READ | WRITE)); /* the same frame: the same source, wider */
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, page), SUCCESS, READ | WRITE);
    REFUSE_MEMORY(CONFLICT, RANGE(frame, 0), page, READ | EXECUTE);
    REFUSE_MEMORY(OCCUPIED, RANGE(frame, 0), ROOT_UTCB >> 12, READ);
    REFUSE_MEMORY(OCCUPIED, RANGE(frame, 0), (ROOT_UTCB >> 12) + 1, READ); /* the information page */
    REFUSE_MEMORY(OCCUPIED, RANGE(frame, 0), 0x400, READ);                 /* root's image */
    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 6), page + 64, READ));
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, page + 127), SUCCESS, READ);
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, page + 128), SUCCESS, 0);
    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(0xb8, 0), page + 200, READ | WRITE | MEMORY_DEVICE)); /* a device */
}

static void kernel_ports_taken(void)
{
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0x81, 1));
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0x10000, 0));
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0, 17));
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0x20, 0)); /* the interrupt controllers' */
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0xa1, 0));
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0x20, 1)); /* the interrupt controller's */
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_PORTS, RANGE(0, 16));   /* all, and these among them */
    REFUSE(BAD_CAP, 0, CALL_KERNEL_CONTROL, SEL_PD, KERNEL_PORTS, RANGE(0x80, 0));
    CHECK_RESULT(kernel_ports(SEL_KERNEL, RANGE(0x80, 0)), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x80), SUCCESS, PORTS_ACCESS);
    __asm__ volatile("outb %%al, $0x80" : : "a"(0));
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_PORTS, RANGE(0x80, 0), 1));
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x80), SUCCESS, 0);
}

static void kernel_counters(void)
{
    enum { EXCEPTIONS, INTERRUPTS, CALLS, HELPS, COUNTERS };

    for (uint64_t number = COUNTERS; number; number <<= 9)
        REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_COUNTER, number);
    REFUSE(BAD_CAP, 0, CALL_KERNEL_CONTROL, 0, KERNEL_COUNTER, 0);
    const uint64_t interrupts = kernel_counter(SEL_KERNEL, INTERRUPTS).rdx;
    sleep_us(100);
    CHECK(kernel_counter(SEL_KERNEL, INTERRUPTS).rdx > interrupts);
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_reply_at_once, 0, 0);
    const uint64_t delivered = kernel_counter(SEL_KERNEL, CALLS).rdx, helps = kernel_counter(SEL_KERNEL, HELPS).rdx;
    CHECK_OK(portal_call(portal, 0));
    CHECK_RESULT(kernel_counter(SEL_KERNEL, CALLS), SUCCESS, delivered + 1);
    CHECK_RESULT(kernel_counter(SEL_KERNEL, HELPS), SUCCESS, helps);
    CHECK_OK(kernel_counter(SEL_KERNEL, EXCEPTIONS));
}

static void kernel_stop_refused(void)
{
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_STOP, 2);
    REFUSE(BAD_PAR, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_STOP, 1ull << 32);
    REFUSE(BAD_CAP, 0, CALL_KERNEL_CONTROL, SEL_PD, KERNEL_STOP, 0);
}

const struct test tests_kernel[] = {
    { "kernel_memory_form", kernel_memory_form },   { "kernel_memory_place", kernel_memory_place },
    { "kernel_ports", kernel_ports_taken },         { "kernel_counters", kernel_counters },
    { "kernel_stop_refused", kernel_stop_refused }, { 0 },
};
