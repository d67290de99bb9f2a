/*
 * Edges as ups of a semaphore: kernel/ABI.md §11; rule R17.3. They come from the serial line, which asks for an interrupt whenever its
 * transmitter is empty, an edge each time that is enabled.
 */
#include "suite/interrupt.h"
#include "suite/suite.h"

/* ---- The serial line -------------------------------------------------------------------------------------------------- */

enum { COM1 = 0x3f8, COM1_IER = COM1 + 1, COM1_IIR = COM1 + 2, COM1_MCR = COM1 + 4 };

static void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t input(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* Off whenever a test prints or ends: each character would be an edge. */
static void com1_quiet(void)
{
    out(COM1_IER, 0);
}

static void com1_fire(void)
{
    com1_quiet();
    input(COM1_IIR);
    out(COM1_IER, 2);
}

static uint64_t com1_bound(void)
{
    const uint64_t sm = sm_new();

    com1_quiet();
    out(COM1_MCR, 8); /* OUT2 lets the line through */
    CHECK_RESULT(bind(sm, INTERRUPT(COM1_LINE, 0, 0)), SUCCESS, 0);
    return sm;
}

/* ---- What comes of them ----------------------------------------------------------------------------------------------- */

static void interrupt_once(void)
{
    const uint64_t sm = com1_bound();

    check_quiet(sm);
    const uint64_t before = interrupts();
    for (int i = 0; i < 20; i++) {
        com1_fire();
        spin_us(20);
        CHECK_RESULT(sm_zero(sm, in_us(1000)), SUCCESS, 1);
    }
    check_interrupts(before, 20);
    check_quiet(sm);
    com1_quiet();
}

/* R17.3. The first is an up; the others come while the interrupt is masked, and are one. */
static void interrupt_mask(void)
{
    const uint64_t sm = com1_bound();

    check_quiet(sm);
    for (int i = 0; i < 3; i++)
        com1_fire();
    check_comes(sm);
    check_comes(sm);
    check_quiet(sm);
    com1_quiet();
}

/* Bound and not yet opened: what comes is kept until the first down. */
static void interrupt_masked_first(void)
{
    const uint64_t sm = com1_bound();
    const uint64_t before = interrupts();

    for (int i = 0; i < 5; i++)
        com1_fire();
    spin_us(20);
    check_interrupts(before, 5);
    CHECK_RESULT(sm_zero(sm, 1), SUCCESS, 1); /* the unmask comes before the look at the count */
    check_quiet(sm);
    com1_quiet();
}

/* An up is an up, whoever it comes from; and none of them opens anything. */
static void interrupt_up_by_hand(void)
{
    const uint64_t sm = com1_bound();

    CHECK_OK(sm_up(sm));
    com1_fire();
    CHECK_RESULT(sm_zero(sm, 1), SUCCESS, 2);
    check_quiet(sm);
    com1_quiet();
}

/* A driver that is more urgent than who runs has the processor at once. */
static void interrupt_preempts(void)
{
    const uint64_t sm = com1_bound();

    CHECK_OK(sc_priority(SEL_SC, 100, 10000));
    handled = 0;
    struct thread *driver = thread_new(0, handle, sm, 10, 110, 10000);
    for (uint64_t i = 1; i <= 10; i++) {
        com1_fire();
        for (int n = 0; n < 100 && handled < i; n++) /* an emulated line needs an instruction or two */
            __asm__ volatile("pause");
        CHECK_EQ(handled, i);
    }
    com1_quiet();
    CHECK(thread_join(driver));
    CHECK_OK(sc_priority(SEL_SC, PRIORITY_MAX, 10000));
}

static uint64_t down_once(uint64_t sm, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return sm_down(sm, 0).rax;
}

/* R17.3: who waits is told, the line is masked and free, and what had been kept does not go to whoever binds it next.
 */
static void interrupt_destroyed(void)
{
    uint64_t sm = com1_bound();
    const uint64_t other = sm_new();
    struct thread *t = thread_new(0, down_once, sm, 0, 50, 1000);

    sleep_us(200);
    CHECK_OK(destroy(sm));
    CHECK(thread_join(t));
    CHECK_IS(t->result, ABORTED);
    const uint64_t before = interrupts();
    for (int i = 0; i < 5; i++)
        com1_fire();
    spin_us(50);
    check_interrupts(before, 0);
    com1_quiet();

    sm = com1_bound();
    com1_fire();
    com1_fire();
    CHECK_OK(destroy(sm));
    com1_quiet();
    CHECK_RESULT(bind(other, INTERRUPT(COM1_LINE, 0, 0)), SUCCESS, 0);
    check_quiet(other);
    com1_fire();
    check_comes(other);
    com1_quiet();
}

const struct test tests_edges[] = {
    { "interrupt_once", interrupt_once },
    { "interrupt_mask", interrupt_mask },
    { "interrupt_masked_first", interrupt_masked_first },
    { "interrupt_up_by_hand", interrupt_up_by_hand },
    { "interrupt_preempts", interrupt_preempts },
    { "interrupt_destroyed", interrupt_destroyed },
    { 0 },
};
