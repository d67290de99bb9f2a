/*
 * Priorities, claims, fills, turns: kernel/ABI.md §10.1; and that a thread keeps what is its own when it is interrupted (R16.4).
 */
#include "kit/kit.h"
#include "lib/pattern.h"
#include "suite/suite.h"

static volatile bool stop;
static volatile uint64_t turns;

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop)
        ;
    return 0;
}

static uint64_t used_us(const struct thread *t)
{
    return sc_time(t->sc).rdx / ticks_per_us;
}

static void check_near(uint64_t got, uint64_t expected, uint64_t by)
{
    CHECK_AT_MOST(got, expected + by);
    CHECK_AT_MOST(expected, got + by);
}

/* Among claims the priority decides, and nothing else. */
static void time_priority(void)
{
    stop = false;
    struct thread *low = thread_new(0, spin, 0, 0, 50, 100000), *high = thread_new(0, spin, 0, 0, 51, 100000);

    sleep_us(5000);
    CHECK_EQ(used_us(low), 0);
    check_near(used_us(high), 5000, 100);
    CHECK_OK(ec_control(high->ec, EC_PAUSE, 0));
    sleep_us(5000);
    check_near(used_us(low), 5000, 100);
    CHECK_OK(sc_priority(low->sc, 60, 1000));
    CHECK_OK(ec_control(high->ec, EC_RESUME, 0));
    sleep_us(2000);
    check_near(used_us(low), 7000, 200);
}

/* Equal priorities take turns of their budgets. */
static void time_budget(void)
{
    stop = false;
    struct thread *a = thread_new(0, spin, 0, 0, 50, 100000), *b = thread_new(0, spin, 0, 0, 50, 100000);

    CHECK_OK(sc_priority(b->sc, 50, 3000));
    sleep_us(20000);
    check_near(used_us(a), 5000, 1100);
    check_near(used_us(b), 15000, 3100);
}

/* Without quota the priority says nothing: all are equal, and behind every claim. */
static void time_fill(void)
{
    stop = false;
    struct thread *a = thread_new(0, spin, 0, 0, 1, 0), *b = thread_new(0, spin, 0, 0, PRIORITY_MAX, 0);

    sleep_us(60000);
    check_near(used_us(a), 30000, 10100);
    check_near(used_us(b), 30000, 10100);
    const uint64_t before = used_us(a) + used_us(b);
    struct thread *c = thread_new(0, spin, 0, 0, 1, 20000);
    sleep_us(10000);
    check_near(used_us(c), 10000, 100);
    check_near(used_us(a) + used_us(b), before, 100);
}

/* A claim that is used up is no claim. */
static void time_claim_ends(void)
{
    stop = false;
    struct thread *high = thread_new(0, spin, 0, 0, 100, 2000), *low = thread_new(0, spin, 0, 0, 50, 100000);

    sleep_us(10000);
    check_near(used_us(high), 2000, 100);
    check_near(used_us(low), 8000, 200);
    CHECK_OK(sc_quota(high->sc, 3000, SEL_SC)); /* more quota brings the claim of this round with it */
    sleep_us(10000);
    check_near(used_us(high), 5000, 200);
    check_near(used_us(low), 15000, 300);
}

static uint64_t yield_on(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop) {
        turns++;
        ec_control(0, EC_YIELD, 0);
    }
    return 0;
}

/* Who yields has no claim any more in this round. */
static void time_yield(void)
{
    stop = false;
    turns = 0;
    thread_new(0, yield_on, 0, 0, 100, 100000);
    struct thread *low = thread_new(0, spin, 0, 0, 1, 100000);

    sleep_us(5000);
    CHECK_EQ(turns, 1);
    check_near(used_us(low), 5000, 200);
    CHECK_OK(ec_control(low->ec, EC_PAUSE, 0));
    sleep_us(1000);
    CHECK(turns > 10); /* alone among the fills */
}

/* Time on another's behalf is the client's: the server's work is charged to who called. */
static uint64_t burn(struct portal *portal, uint64_t descriptor)
{
    const uint64_t end = in_us(3000);

    (void)portal, (void)descriptor;
    while (ticks() < end)
        ;
    return 0;
}

static uint64_t call_once(uint64_t portal, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return portal_call(portal, 0).rax;
}

static void time_donated(void)
{
    static struct portal p = { burn };
    struct domain *s = domain_new(DOMAIN_QUOTA);
    struct thread *t = thread_new(0, call_once, portal_new(s->ec, portal_entry, &p, 0), 0, 50, 100000);

    CHECK(thread_join(t));
    CHECK_IS(t->result, SUCCESS);
    check_near(used_us(t), 3000, 100);
}

/* ---- What is a thread's own ------------------------------------------------------------------------------------------- */

static uint64_t patterns(uint64_t seed, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t changed = 0;

    (void)b, (void)c, (void)d;
    while (!stop && !changed)
        changed = pattern_loop(seed++ * 0x9e3779b97f4a7c15, 50);
    return changed;
}

enum { INTERRUPTS_COUNTED = 1 }; /* kernel_counter */

/* Fewest interrupts that struck in a test of this run; 0 before the first. */
static uint64_t struck_least;

static uint64_t strikes_wanted(void)
{
    return option_number("races", 3000);
}

/* Four threads of two PDs run f and take turns of 3 to 6 µs, until as many interrupts have struck as races= says. None sees a change. */
static void strike(function *f)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    struct thread *t[4];
    const uint64_t before = kernel_counter(SEL_KERNEL, INTERRUPTS_COUNTED).rdx, patience = 10 + strikes_wanted() / 500;
    uint64_t struck = 0;

    stop = false;
    for (unsigned i = 0; i < 4; i++) {
        t[i] = thread_new(i & 1 ? b : 0, f, i * 1000, 0, 50, 200000);
        CHECK_OK(sc_priority(t[i]->sc, 50, 3 + i));
    }
    for (uint64_t naps = 0; struck < strikes_wanted() && naps < patience; naps++) {
        sleep_us(5000);
        struck = kernel_counter(SEL_KERNEL, INTERRUPTS_COUNTED).rdx - before;
    }
    stop = true;
    for (unsigned i = 0; i < 4; i++) {
        CHECK(thread_join(t[i]));
        CHECK_EQ(t[i]->result, 0);
    }
    if (!struck_least || struck < struck_least)
        struck_least = struck;
}

static void registers_kept(void)
{
    strike(patterns);
}

/* SSE, x87, MXCSR, FS and GS base; with system calls between. */
static uint64_t fpu_patterns(uint64_t seed, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t wrong = 0;

    (void)b, (void)c, (void)d;
    for (uint64_t n = seed; !stop && !wrong; n += 0x100000001) {
        const uint32_t mxcsr = 0x1f80 | (n & 1) << 13;
        uint64_t low, high, gs, st, fs = (uint64_t)utcb();
        uint32_t csr;
        __asm__ volatile("movq %0, %%xmm3; movq %1, %%xmm15; ldmxcsr %2; wrgsbase %0" : : "r"(n), "r"(~n), "m"(mxcsr));
        __asm__ volatile("fninit; fildll %0" : : "m"(n));
        for (int i = 0; i < 20; i++)
            sm_up(0); /* refused */
        __asm__ volatile("movq %%xmm3, %0; movq %%xmm15, %1; stmxcsr %2; rdgsbase %3"
                         : "=r"(low), "=r"(high), "=m"(csr), "=r"(gs));
        __asm__ volatile("fistpll %0" : "=m"(st));
        wrong |= (low != n) | (high != ~n) << 1 | (csr != mxcsr) << 2 | (st != n) << 4 | (fs != (uint64_t)utcb()) << 5;
        (void)gs; /* not kept by a system call */
    }
    return wrong;
}

static void fpu_kept(void)
{
    strike(fpu_patterns);
}

/* The two tests above prove something only if enough has struck. A test of its own: whose turns are wrong may yet keep registers. */
static void registers_struck(void)
{
    CHECK_AT_MOST(strikes_wanted(), struck_least);
}

/* A new EC's FPU shows nothing of anybody else's. */
static uint64_t fpu_first(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t low;
    uint32_t csr;
    uint16_t control;

    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("movq %%xmm3, %0; stmxcsr %1; fnstcw %2" : "=r"(low), "=m"(csr), "=m"(control));
    return low | (csr != 0x1f80) | (control != 0x37f) << 1;
}

static void fpu_fresh(void)
{
    const uint64_t secret = 0x5ec7e75ec7e7;

    __asm__ volatile("movq %0, %%xmm3" : : "r"(secret));
    struct domain *b = domain_new(DOMAIN_QUOTA);
    CHECK_EQ(in(b, fpu_first, 0, 0, 0, 0), 0);
    struct thread *t = thread_new(b, fpu_first, 0, 0, 50, 1000);
    CHECK(thread_join(t));
    CHECK_EQ(t->result, 0);
    uint64_t kept;
    __asm__ volatile("movq %%xmm3, %0" : "=r"(kept));
    CHECK_EQ(kept, secret);
}

/* ---- Whole rounds, for a run in which time passes quickly ------------------------------------------------------------- */

/* Quota comes first, the rest is shared equally. */
static void rounds_shares(void)
{
    static const uint32_t quota[] = { 200000, 300000, 100000 };
    struct thread *t[3];
    uint64_t before[3];

    if (!option("rounds"))
        return;
    stop = false;
    for (int i = 0; i < 3; i++)
        t[i] = thread_new(0, spin, 0, 0, 10 + 20 * (unsigned)i, quota[i]);
    sleep_us(SUPER_PERIOD_US); /* whatever the first round was */
    for (int i = 0; i < 3; i++)
        before[i] = used_us(t[i]);
    sleep_us(3 * SUPER_PERIOD_US);
    for (int i = 0; i < 3; i++)
        check_near(used_us(t[i]) - before[i], 3 * (quota[i] + 400000 / 3), 3 * 12000);
}

/* Two that are equal have half each, within 3 %: from the fills, and from claims of one priority. */
static void rounds_equal(void)
{
    static const uint32_t quota[] = { 0, 400000 };

    if (!option("rounds"))
        return;
    for (unsigned i = 0; i < sizeof quota / sizeof *quota; i++) {
        stop = false;
        struct thread *a = thread_new(0, spin, 0, 0, 50, quota[i]), *b = thread_new(0, spin, 0, 0, 50, quota[i]);
        sleep_us(SUPER_PERIOD_US);
        const uint64_t a_had = used_us(a), b_had = used_us(b);
        sleep_us(3 * SUPER_PERIOD_US);
        const uint64_t a_got = used_us(a) - a_had, b_got = used_us(b) - b_had, half = (a_got + b_got) / 2;
        check_near(a_got + b_got, 3 * SUPER_PERIOD_US, 3 * SUPER_PERIOD_US / 100); /* nobody else runs */
        check_near(a_got, half, half * 3 / 100);
        kit_clean();
    }
}

/* Claims come back with the round. */
static void rounds_claims(void)
{
    if (!option("rounds"))
        return;
    stop = false;
    struct thread *high = thread_new(0, spin, 0, 0, 100, 1000), *low = thread_new(0, spin, 0, 0, 50, 900000);
    sleep_us(SUPER_PERIOD_US);
    const uint64_t high_had = used_us(high), low_had = used_us(low);
    sleep_us(2 * SUPER_PERIOD_US);
    CHECK(used_us(high) - high_had >= 2000);
    CHECK(used_us(low) - low_had >= 1800000);
}

const struct test tests_time[] = {
    { "time_priority", time_priority },
    { "time_budget", time_budget },
    { "time_fill", time_fill },
    { "time_claim_ends", time_claim_ends },
    { "time_yield", time_yield },
    { "time_donated", time_donated },
    { "registers_kept", registers_kept },
    { "fpu_kept", fpu_kept },
    { "registers_struck", registers_struck },
    { "fpu_fresh", fpu_fresh },
    { "rounds_shares", rounds_shares },
    { "rounds_equal", rounds_equal },
    { "rounds_claims", rounds_claims },
    { 0 },
};
