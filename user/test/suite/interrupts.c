/*
 * Which semaphore has which interrupt, and who may say so: kernel/ABI.md §7.13 (KERNEL_INTERRUPT). What then comes: edges.c and hpet.c.
 */
#include "suite/interrupt.h"
#include "suite/suite.h"

/* Flags, the semaphore, the line, the CPU, who has it: in this order. */
static void interrupt_refused(void)
{
    const uint64_t sm = sm_new(), other = sm_new();

    REFUSE_BIND(BAD_PAR, 0, 1ull << 36);
    REFUSE_BIND(BAD_PAR, 0, ~0ull);
    REFUSE_BIND(BAD_PAR, 0, INTERRUPT(0, 0, INTERRUPT_MSI | INTERRUPT_LEVEL));
    REFUSE_BIND(BAD_PAR, 0, INTERRUPT(0, 0, INTERRUPT_MSI | INTERRUPT_LOW));
    REFUSE_BIND(BAD_PAR, 0, INTERRUPT(0, 0, INTERRUPT_NONE | INTERRUPT_MSI));
    REFUSE_BIND(BAD_PAR, 0, INTERRUPT(0, 0, INTERRUPT_NONE | INTERRUPT_LEVEL));
    REFUSE_BIND(BAD_CAP, 0, INTERRUPT(COM1_LINE, 0, 0));
    REFUSE_BIND(BAD_CAP, SEL_PD, INTERRUPT(9999, 0, 0));
    REFUSE_BIND(BAD_CAP, 0, INTERRUPT(0, 0, INTERRUPT_NONE));
    REFUSE_BIND(BAD_PAR, sm, INTERRUPT(9999, 1, 0));
    REFUSE_BIND(BAD_PAR, sm, INTERRUPT(0xffff, 0, INTERRUPT_LEVEL));
    REFUSE_BIND(BAD_CPU, sm, INTERRUPT(COM1_LINE, 1, 0));
    REFUSE_BIND(BAD_CPU, sm, INTERRUPT(COM1_LINE, 0xffff, 0));
    REFUSE_BIND(BAD_CPU, sm, INTERRUPT(9999, 1, INTERRUPT_MSI)); /* which has no line */
    CHECK_RESULT(bind(sm, INTERRUPT(COM1_LINE, 0, 0)), SUCCESS, 0);
    REFUSE_BIND(BAD_CPU, other, INTERRUPT(COM1_LINE, 1, 0));
    REFUSE_BIND(OCCUPIED, sm, INTERRUPT(3, 0, 0));
    REFUSE_BIND(OCCUPIED, sm, INTERRUPT(COM1_LINE, 0, 0));
    REFUSE_BIND(OCCUPIED, sm, INTERRUPT(0, 0, INTERRUPT_MSI));
    REFUSE_BIND(OCCUPIED, other, INTERRUPT(COM1_LINE, 0, 0));
    REFUSE_BIND(OCCUPIED, other, INTERRUPT(COM1_LINE, 0, INTERRUPT_LEVEL | INTERRUPT_LOW));
}

/* Lines 0 and 2 of the PC, the timer's and the second controller's, arrive at one input of this machine; not in Bochs.
 */
static void interrupt_names(void)
{
    const uint64_t sm = sm_new(), other = sm_new();

    if (option("bochs"))
        return;
    CHECK_OK(bind(sm, INTERRUPT(0, 0, 0)));
    REFUSE_BIND(OCCUPIED, other, INTERRUPT(2, 0, 0));
}

static void interrupt_rights(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new();

    give(b, SEL_KERNEL, 0xff & ~KERNEL_RIGHT_INTERRUPT & 0x3f, 200);
    give(b, sm, SM_RIGHT_ASSIGN, 201);
    REFUSE_IN(b, BAD_CAP, 0, CALL_KERNEL_CONTROL, 200, KERNEL_INTERRUPT, 201, INTERRUPT(COM1_LINE, 0, 0));
    REFUSE_IN(b, BAD_CAP, 0, CALL_KERNEL_CONTROL, 200, KERNEL_INTERRUPT, 201, ~0ull);
    give(c, SEL_KERNEL, KERNEL_RIGHT_INTERRUPT, 200);
    give(c, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 201);
    REFUSE_IN(c, BAD_CAP, 0, CALL_KERNEL_CONTROL, 200, KERNEL_INTERRUPT, 201, INTERRUPT(COM1_LINE, 0, 0));
    CHECK_RESULT(grant_object(c->pd, sm, SM_RIGHT_ASSIGN, 201), SUCCESS, 201);
    CHECK_OK(call_in(c, CALL_KERNEL_CONTROL, 200, KERNEL_INTERRUPT, 201, INTERRUPT(COM1_LINE, 0, 0), 0));
    REFUSE_BIND(OCCUPIED, sm, INTERRUPT(COM1_LINE, 0, 0));
}

static void interrupt_none(void)
{
    const uint64_t sm = sm_new(), other = sm_new();

    CHECK_RESULT(bind(sm, INTERRUPT(0, 0, INTERRUPT_NONE)), SUCCESS, 0); /* it has none */
    CHECK_OK(bind(sm, INTERRUPT(COM1_LINE, 0, 0)));
    CHECK_RESULT(bind(other, INTERRUPT(COM1_LINE, 0, INTERRUPT_NONE)), SUCCESS, 0); /* nor has it: sm's stays */
    REFUSE_BIND(OCCUPIED, other, INTERRUPT(COM1_LINE, 0, 0));
    CHECK_RESULT(bind(sm, INTERRUPT(9999, 77, INTERRUPT_NONE)), SUCCESS, 0); /* line and CPU are not read */
    CHECK_OK(bind(other, INTERRUPT(COM1_LINE, 0, 0)));
    CHECK_OK(bind(sm, INTERRUPT(3, 0, 0)));
}

const struct test tests_interrupts[] = {
    { "interrupt_refused", interrupt_refused },
    { "interrupt_names", interrupt_names },
    { "interrupt_rights", interrupt_rights },
    { "interrupt_none", interrupt_none },
    { 0 },
};
