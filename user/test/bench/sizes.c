/*
 * Cost against size: 1 to 10,000 of something, and what a call then takes. What is promised: look-up, calls, wake-ups and
 * scheduling do not depend on how much there is; revoking is linear in what there is below; a deadline costs the logarithm of how
 * many wait; a reply inside a chain of calls is linear in the chain.
 */
#include "kit/kit.h"
#include "kit/many.h"
#include "kit/measure.h"

#include "lib/print.h"

void bench_sizes(void);

enum { N = 200 };

static const uint32_t sizes[] = { 1, 10, 100, 1000, 10000 };

static uint64_t longest_of_all;

#define SIZES (sizeof sizes / sizeof *sizes)

static void figure(const char *name, uint64_t size, uint64_t value)
{
    print("size %s %lu %lu\n", name, size, value);
}

static uint64_t once(const struct measured *c)
{
    return measure_call(c, 1) - measure_no_call(c, 1);
}

static void drop(uint64_t from, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        destroy(from + i);
        delete (from + i);
    }
}

/* A PD with so many capabilities: a call, an up, a creation. */
static void many_capabilities(uint64_t size)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_reply_at_once, 0, 0), sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (uint64_t i = 0; i < size; i++)
        CHECK_OK(create_sm(MANY_FIRST + i, SEL_PD, 0));
    cells_make_room();
    const struct measured call = { .rax = CALL_CALL, .rsi = portal }, up = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_UP };
    const struct measured new = { CALL_CREATE_SM, selector_new(), SEL_PD, 0, 0, 0 };
    figure("call/capabilities", size, instructions(&call, N));
    figure("up/capabilities", size, instructions(&up, N));
    figure("create_sm/capabilities", size, once(&new));
    drop(MANY_FIRST, size);
}

/* One capability with so many descendants, all side by side in PDs' numbers: what one revoke takes, and per descendant. */
static void many_descendants(uint64_t size)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (uint64_t i = 0; i < size; i++) {
        CHECK_OK(create_pd(MANY_FIRST + i, SEL_PD, 2));
        if (!CHECK_OK(grant_object(MANY_FIRST + i, sm, SM_RIGHT_UP, 200)))
            break;
    }
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff, 0, 0 };
    const uint64_t all = once(&take);
    figure("revoke/descendants", size, all);
    figure("revoke_each/descendants", size, all / size);
    drop(MANY_FIRST, size);
}

/* An object with so much behind it is destroyed: what the most urgent thread notices of it. */
static void destroy_it(uint64_t selector)
{
    CHECK_OK(destroy(selector));
}

static void longest(const char *name, uint64_t size, uint64_t selector)
{
    const uint64_t pass = longest_pass(destroy_it, selector);

    figure(name, size, pass);
    longest_of_all = pass > longest_of_all ? pass : longest_of_all;
}

/* An EC with so many portals; one capability of a semaphore in so many PDs; a PD that pays for so many semaphores. */
static void many_to_destroy(uint64_t size)
{
    int place;
    const uint64_t ec = server_new(0, &place), sm = selector_new(), pd = selector_new();

    for (uint64_t i = 0; i < size; i++)
        CHECK_OK(create_pt(MANY_FIRST + i, SEL_PD, ec, (uint64_t)portal_entry, 0, 0));
    longest("longest_pass/destroy_ec", size, ec);
    drop(MANY_FIRST, size);
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (uint64_t i = 0; i < size; i++) {
        CHECK_OK(create_pd(MANY_FIRST + i, SEL_PD, 2));
        CHECK_OK(grant_object(MANY_FIRST + i, sm, SM_RIGHT_UP, 200));
    }
    longest("longest_pass/destroy_granted", size, sm);
    drop(MANY_FIRST, size);
    CHECK_OK(create_pd(pd, SEL_PD, size / 16 + 16));
    for (uint64_t i = 0; i < size; i++)
        CHECK_OK(create_sm(MANY_FIRST + i, pd, 0));
    longest("longest_pass/destroy_pd", size, pd);
    drop(MANY_FIRST, size);
}

/* So many ECs that wait for deadlines far away: a wait that times out at once, an up, and one that sleeps. */
static void many_sleepers(uint64_t size)
{
    const uint64_t sm = selector_new(), mine = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_sm(mine, SEL_PD, 0));
    many_new(size, sm, in_us(100000000), 1000);
    const struct measured wait = { .rax = CALL_SM_CONTROL, .rsi = mine, .rdx = SM_DOWN, .r10 = 1 };
    const struct measured up = { .rax = CALL_SM_CONTROL, .rsi = mine, .rdx = SM_UP };
    figure("down_timeout/sleepers", size, instructions(&wait, N));
    figure("up/sleepers", size, instructions(&up, N));
    struct measured sleep = { .rax = CALL_SM_CONTROL, .rsi = selector_new(), .rdx = SM_DOWN };
    CHECK_OK(create_sm(sleep.rsi, SEL_PD, 0));
    const uint64_t before = sc_time(SEL_SC).rdx;
    for (int i = 0; i < 20; i++) {
        sleep.r10 = in_us(50);
        measure_call(&sleep, 1);
    }
    figure("sleep_and_wake/sleepers", size, (sc_time(SEL_SC).rdx - before) / 20);
    longest("longest_pass/destroy_sm", size, sm);
    many_drop(size);
}

/* So many ready ECs behind one that runs: the change between two threads of a higher priority. */
static uint64_t pong(uint64_t mine, uint64_t other, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    for (int i = 0; i < N; i++) {
        sm_down(mine, 0);
        sm_up(other);
    }
    return 0;
}

static void many_ready(uint64_t size)
{
    const uint64_t a = selector_new(), b = selector_new(), never = selector_new();

    CHECK_OK(create_sm(a, SEL_PD, 0));
    CHECK_OK(create_sm(b, SEL_PD, 0));
    CHECK_OK(create_sm(never, SEL_PD, 100000)); /* they do not sleep: they spin */
    many_new(size, never, 0, 0);
    struct thread *t[2] = { thread_new(0, pong, a, b, 100, 20000), thread_new(0, pong, b, a, 100, 20000) };
    sleep_us(200);
    const uint64_t before = sc_time(t[0]->sc).rdx + sc_time(t[1]->sc).rdx;
    CHECK_OK(sm_up(a));
    thread_join(t[0]);
    thread_join(t[1]);
    figure("ping_pong/ready", size, (sc_time(t[0]->sc).rdx + sc_time(t[1]->sc).rdx - before) / N);
    many_drop(size);
}

/* Calls the portal whose selector is this portal's id, if there is one, and replies. It needs no stack. */
extern void chain_link(void);
__asm__(".pushsection .text\n"
        "chain_link:\n"
        "  mov %rax, %rsi\n"
        "  xor %edx, %edx\n"
        "  test %rax, %rax\n"
        "  jz 1f\n"
        "  xor %eax, %eax\n"
        "  syscall\n"
        "1: mov $1, %eax\n"
        "  xor %edx, %edx\n"
        "  syscall\n"
        ".popsection\n");

_Static_assert(CALL_CALL == 0 && CALL_REPLY == 1, "what chain_link calls");

/* So many servers, each of which calls the next one: a call through all of them, divided by how many they are. */
static void many_nested(uint64_t size)
{
    for (uint64_t i = 0; i < size; i++) {
        const uint64_t ec = MANY_FIRST + 2 * i, next = i + 1 < size ? ec + 3 : 0;
        CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(0x100000000 + i * 0x1000, EC_LOCAL, 0), 0, 0));
        CHECK_OK(create_pt(ec + 1, SEL_PD, ec, (uint64_t)chain_link, next, 0));
    }
    const struct measured call = { .rax = CALL_CALL, .rsi = MANY_FIRST + 1 };
    figure("call_each/chain", size, once(&call) / size);
    drop(MANY_FIRST, 2 * size);
}

void bench_sizes(void)
{
    static void (*const many[])(uint64_t) = { many_capabilities, many_descendants, many_to_destroy,
                                              many_sleepers,     many_ready,       many_nested };

    for (unsigned m = 0; m < sizeof many / sizeof *many; m++)
        for (unsigned i = 0; i < SIZES; i++) {
            many[m](sizes[i]);
            kit_clean();
        }
    print("bench longest_pass %lu\n", longest_of_all);
}
