/*
 * Interrupts of the HPET (IA-PC HPET specification 1.0a, 2.3), which asks when its counter reaches a number: with a level that stays
 * until it is silenced, with an edge, or with a message. kernel/ABI.md §7.13 and §11.
 */
#include "suite/interrupt.h"
#include "suite/suite.h"

/* ---- The device ------------------------------------------------------------------------------------------------------- */

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
    if (!CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(HPET_FRAME, 0), SCRATCH_PAGE, MEMORY_READ | MEMORY_WRITE | MEMORY_DEVICE)))
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

/* ---- Lines ------------------------------------------------------------------------------------------------------------ */

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

/* ---- Messages --------------------------------------------------------------------------------------------------------- */

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

const struct test tests_hpet[] = {
    { "interrupt_level", interrupt_level },         { "interrupt_storm", interrupt_storm },
    { "interrupt_edge_line", interrupt_edge_line }, { "interrupt_vectors", interrupt_vectors },
    { "interrupt_message", interrupt_message },     { 0 },
};
