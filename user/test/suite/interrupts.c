/*
 * Interrupts as semaphores: kernel/ABI.md §7.13 (KERNEL_INTERRUPT), §11; rule R17.3.
 *
 * Two devices are driven from here. The serial line asks for an interrupt whenever its transmitter is empty, an edge
 * each time that is enabled. The HPET asks when its counter reaches a number: with an edge, a level that stays until it
 * is silenced, or a message.
 */
#include "kit/kit.h"
#include "suite/suite.h"

enum { COM1_LINE = 4, COM1 = 0x3f8, COM1_IER = COM1 + 1, COM1_IIR = COM1 + 2, COM1_MCR = COM1 + 4 };

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

static result bind(uint64_t sm, uint64_t what)
{
    return syscall(CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_INTERRUPT, sm, what, ANY);
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

/* Interrupts that the kernel has counted. */
static uint64_t interrupts(void)
{
    return kernel_counter(SEL_KERNEL, 1).rdx;
}

/* So many have come since then from devices. Nobody sleeps, and root alone is ready: the end of its turn may be one more. */
static void check_interrupts(uint64_t before, uint64_t count)
{
    const uint64_t come = interrupts() - before;

    CHECK(come >= count);
    CHECK_AT_MOST(come, count + 1);
}

static void spin_us(uint64_t us)
{
    for (const uint64_t end = in_us(us); ticks() < end;)
        ;
}

/* Nothing has come, and nothing comes soon. Opens the interrupt, as every down does. */
static void check_quiet(uint64_t sm)
{
    CHECK_RESULT(sm_down(sm, in_us(300)), TIMEOUT, 0);
}

static void check_comes(uint64_t sm)
{
    CHECK_RESULT(sm_down(sm, in_us(1000)), SUCCESS, 1);
}

/* ---- Binding
 * ---------------------------------------------------------------------------------------------------------- */

#define REFUSE_BIND(status, sm, what) REFUSE(status, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_INTERRUPT, sm, what)

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

/* ---- Edges
 * ------------------------------------------------------------------------------------------------------------ */

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

static volatile uint64_t handled;

static uint64_t handle(uint64_t sm, uint64_t rounds, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    for (; handled < rounds; handled++)
        if (sm_down(sm, 0).rax != SUCCESS)
            return 1;
    return 0;
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

/* ---- The HPET (IA-PC HPET specification 1.0a, 2.3)
 * -------------------------------------------------------------------- */

#define HPET_FRAME 0xfed00

enum { TIMER = 2, TICKS_TO_GO = 100 };
enum {
    HPET_CAPABILITIES = 0,
    HPET_CONFIGURATION = 0x10,
    HPET_STATUS = 0x20,
    HPET_COUNTER = 0xf0,
    HPET_TIMER = 0x100 + 0x20 * TIMER
};
enum {
    TIMER_LEVEL = 2,
    TIMER_ENABLE = 4,
    TIMER_32_BIT = 0x100,
    TIMER_ROUTE_SHIFT = 9,
    TIMER_MESSAGE = 0x4000,
    TIMER_CAN_SEND = 0x8000
};

static volatile uint32_t *hpet(unsigned offset)
{
    return (volatile uint32_t *)(SCRATCH_AREA + offset);
}

static void hpet_silence(void)
{
    *hpet(HPET_CONFIGURATION) = 0;
    *hpet(HPET_STATUS) = 1 << TIMER;
    *hpet(HPET_TIMER) = 0;
}

/* Asks as configuration says, in a moment. */
static void hpet_fire(uint32_t configuration)
{
    hpet_silence();
    *hpet(HPET_COUNTER) = *hpet(HPET_COUNTER + 4) = 0;
    *hpet(HPET_TIMER) = configuration | TIMER_ENABLE | TIMER_32_BIT;
    *hpet(HPET_TIMER + 8) = TICKS_TO_GO;
    *hpet(HPET_CONFIGURATION) = 1;
}

static bool hpet_open(void)
{
    if (!CHECK_OK(
            kernel_memory(SEL_KERNEL, RANGE(HPET_FRAME, 0), SCRATCH_PAGE, MEMORY_READ | MEMORY_WRITE | MEMORY_DEVICE)))
        return false;
    const uint32_t period = *hpet(HPET_CAPABILITIES + 4);
    if (!CHECK(period && period <= 100000000)) /* femtoseconds: §2.3.4 */
        return false;
    hpet_silence();
    return true;
}

/* The last line that it can ask on, above the PC's: no other device of this machine uses it. */
static uint32_t hpet_line(void)
{
    const uint32_t lines = *hpet(HPET_TIMER + 4) >> 16;

    return CHECK(lines) ? 16 + 31 - (uint32_t)__builtin_clz(lines) : 16;
}

/* A level stays until the device is silenced: it fires again at once, and only after the next down. */
static void interrupt_level(void)
{
    if (!hpet_open())
        return;
    const uint64_t sm = sm_new();
    const uint32_t line = hpet_line(), level = line << TIMER_ROUTE_SHIFT | TIMER_LEVEL;

    CHECK_RESULT(bind(sm, INTERRUPT(line, 0, INTERRUPT_LEVEL)), SUCCESS, 0);
    const uint64_t before = interrupts();
    hpet_fire(level);
    spin_us(50);
    check_interrupts(before, 0); /* masked at first */
    for (int i = 0; i < 5; i++) {
        check_comes(sm);
        spin_us(2000); /* for which the timer may still be armed */
        const uint64_t since = interrupts();
        spin_us(50);
        check_interrupts(since, 0); /* masked until the next down: otherwise many */
    }
    hpet_silence();
    check_quiet(sm); /* nothing had been kept */
    hpet_fire(level);
    check_comes(sm);
    hpet_silence();
    check_quiet(sm);

    hpet_fire(level);
    check_comes(sm);
    CHECK_OK(destroy(sm)); /* the line is still up, and masked */
    spin_us(2000);
    const uint64_t after = interrupts();
    spin_us(50);
    check_interrupts(after, 0);
    const uint64_t other = sm_new();
    CHECK_RESULT(bind(other, INTERRUPT(line, 0, INTERRUPT_LEVEL)), SUCCESS, 0);
    check_comes(other); /* who binds it next finds it up */
    hpet_silence();
    check_quiet(other);
}

/* A driver that never silences its device spends its own time: others of its priority have their turns. */
static void interrupt_storm(void)
{
    if (!hpet_open())
        return;
    const uint64_t sm = sm_new();
    const uint32_t line = hpet_line();

    handled = 0;
    CHECK_RESULT(bind(sm, INTERRUPT(line, 0, INTERRUPT_LEVEL)), SUCCESS, 0);
    hpet_fire(line << TIMER_ROUTE_SHIFT | TIMER_LEVEL);
    struct thread *driver = thread_new(0, handle, sm, 1000000, 50, 100000),
                  *other = thread_new(0, handle, sm_new(), 1, 51, 100000);
    sleep_us(5000);
    CHECK(handled > 10);
    CHECK_OK(sm_up(other->a));
    CHECK(thread_join(other));
    hpet_silence();
    CHECK_OK(destroy(sm));
    CHECK(thread_join(driver));
}

/* The same line as an edge: what comes while it is masked is kept, as from the PC's lines. */
static void interrupt_edge_line(void)
{
    if (!hpet_open())
        return;
    const uint64_t sm = sm_new();
    const uint32_t line = hpet_line(), edge = line << TIMER_ROUTE_SHIFT;

    CHECK_RESULT(bind(sm, INTERRUPT(line, 0, 0)), SUCCESS, 0);
    check_quiet(sm);
    for (int i = 0; i < 3; i++) {
        hpet_fire(edge);
        spin_us(20);
    }
    check_comes(sm);
    check_comes(sm);
    check_quiet(sm);
    hpet_silence();
}

/* ---- Messages
 * --------------------------------------------------------------------------------------------------------- */

enum { MESSAGES = 300 };

#define MESSAGE_AREA 0xfee00000 /* SDM vol. 3A §11.11 */

static unsigned bind_messages(const uint64_t sm[])
{
    static bool taken[256];
    unsigned n = 0;

    for (int i = 0; i < 256; i++)
        taken[i] = false;
    for (; n < MESSAGES; n++) {
        const result r = bind(sm[n], INTERRUPT(0, 0, INTERRUPT_MSI));
        if (r.rax != SUCCESS) {
            CHECK_IS(r.rax, TOO_MANY);
            CHECK_EQ(r.rdx, 0);
            break;
        }
        CHECK_EQ(PAIR_HIGH(r.rdx), MESSAGE_AREA);
        if (!CHECK(PAIR_LOW(r.rdx) >= 32 && PAIR_LOW(r.rdx) < 256) || !CHECK(!taken[PAIR_LOW(r.rdx)]))
            break;
        taken[PAIR_LOW(r.rdx)] = true;
    }
    return n;
}

/* Each has a vector of its own, until there is none; they come back. */
static void interrupt_vectors(void)
{
    uint64_t sm[MESSAGES];

    for (unsigned i = 0; i < MESSAGES; i++)
        sm[i] = sm_new();
    const unsigned n = bind_messages(sm);
    CHECK(n > 100);
    CHECK(n < 256);
    REFUSE_BIND(TOO_MANY, sm[n], INTERRUPT(0, 0, INTERRUPT_MSI));
    CHECK_OK(bind(sm[n], INTERRUPT(COM1_LINE, 0, 0))); /* lines have theirs */
    CHECK_OK(bind(sm[0], INTERRUPT(0, 0, INTERRUPT_NONE)));
    CHECK_STATUS(bind(sm[n + 1], INTERRUPT(0, 0, INTERRUPT_MSI)), SUCCESS);
    REFUSE_BIND(TOO_MANY, sm[0], INTERRUPT(0, 0, INTERRUPT_MSI));
    for (unsigned i = 0; i <= n + 1; i++)
        CHECK_OK(destroy(sm[i]));
    for (unsigned i = 0; i <= n + 1; i++) {
        CHECK_OK(delete (sm[i]));
        CHECK_OK(create_sm(sm[i], SEL_PD, 0));
    }
    CHECK_EQ(bind_messages(sm), n);
}

/* Not in Bochs, whose HPET sends none. */
static void interrupt_message(void)
{
    if (option("bochs") || !hpet_open() || !CHECK(*hpet(HPET_TIMER) & TIMER_CAN_SEND))
        return;
    const uint64_t sm = sm_new();
    const result r = bind(sm, INTERRUPT(0, 0, INTERRUPT_MSI));

    CHECK_IS(r.rax, SUCCESS);
    *hpet(HPET_TIMER + 16) = (uint32_t)PAIR_LOW(r.rdx);
    *hpet(HPET_TIMER + 20) = (uint32_t)PAIR_HIGH(r.rdx);
    check_quiet(sm);
    for (int i = 0; i < 3; i++) {
        hpet_fire(TIMER_MESSAGE);
        spin_us(20);
    }
    check_comes(sm); /* messages are edges */
    check_comes(sm);
    check_quiet(sm);
    CHECK_OK(destroy(sm));
    spin_us(2000);
    const uint64_t before = interrupts();
    hpet_fire(TIMER_MESSAGE);
    spin_us(50);
    CHECK_AT_MOST(interrupts() - before, 2); /* counted, and otherwise without effect: a message cannot be masked */
    hpet_silence();
}

const struct test tests_interrupts[] = {
    { "interrupt_refused", interrupt_refused },
    { "interrupt_names", interrupt_names },
    { "interrupt_rights", interrupt_rights },
    { "interrupt_none", interrupt_none },
    { "interrupt_once", interrupt_once },
    { "interrupt_mask", interrupt_mask },
    { "interrupt_masked_first", interrupt_masked_first },
    { "interrupt_up_by_hand", interrupt_up_by_hand },
    { "interrupt_preempts", interrupt_preempts },
    { "interrupt_destroyed", interrupt_destroyed },
    { "interrupt_level", interrupt_level },
    { "interrupt_storm", interrupt_storm },
    { "interrupt_edge_line", interrupt_edge_line },
    { "interrupt_vectors", interrupt_vectors },
    { "interrupt_message", interrupt_message },
    { 0 },
};
