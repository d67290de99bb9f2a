/*
 * Cost against size: 1 to 10,000 of something, and what a call then takes. What of it is promised (kernel/ABI.md §7.14) the suite
 * asserts for 1,000 (suite/cost_sizes.c): look-up, calls, wake-ups and scheduling do not depend on how much there is; revoking is
 * linear in what there is below. A deadline costs the logarithm of how many wait; a reply in a chain is linear in the chain.
 */
#include "kit/kit.h"
#include "kit/sizes.h"

#include "lib/print.h"

void bench_sizes(void);

static const uint64_t sizes[] = { 1, 10, 100, 1000, 10000 };

static uint64_t longest_of_all;

#define SIZES (sizeof sizes / sizeof *sizes)

static void figure(const char *name, uint64_t size, uint64_t value)
{
    print("size %s %lu %lu\n", name, size, value);
}

/* A PD with so many capabilities: a call, an up, a creation. */
static void many_capabilities(uint64_t size)
{
    const struct beside_capabilities cost = beside_capabilities(size);

    figure("call/capabilities", size, cost.call);
    figure("up/capabilities", size, cost.up);
    figure("create_sm/capabilities", size, cost.create_sm);
}

/* One capability with so many descendants: what one revoke takes, and per descendant. */
static void many_descendants(uint64_t size)
{
    const uint64_t all = revoke_below(size);

    figure("revoke/descendants", size, all);
    figure("revoke_each/descendants", size, all / size);
}

/* A PD with so many numbers, to which a capability is delegated. */
static void many_numbers(uint64_t size)
{
    const uint64_t sm = selector_new();
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff, 0, 0 };

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    const struct delegation cost =
        delegate_beside(size, (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 3, 0) }, &take);
    figure("delegate/numbers", size, cost.call);
    figure("revoke/numbers", size, cost.revoke);
}

/* A semaphore for which so many wait: an up that wakes one. */
static void many_waiters(uint64_t size)
{
    figure("up/waiters", size, up_for_waiters(size));
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
    const struct beside_sleepers cost = beside_sleepers(size);

    figure("down_timeout/sleepers", size, cost.down_timeout);
    figure("up/sleepers", size, cost.up);
    figure("sleep_and_wake/sleepers", size, cost.sleep_and_wake);
    longest("longest_pass/destroy_sm", size, cost.sm);
    many_drop(size);
}

/* So many ready ECs behind one that runs: the change between two threads of a higher priority. */
static void many_ready(uint64_t size)
{
    figure("ping_pong/ready", size, change_beside_ready(size));
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
    static void (*const many[])(uint64_t) = { many_capabilities, many_descendants, many_numbers, many_waiters,
                                              many_to_destroy,   many_sleepers,    many_ready,   many_nested };

    for (unsigned m = 0; m < sizeof many / sizeof *many; m++)
        for (unsigned i = 0; i < SIZES; i++) {
            many[m](sizes[i]);
            kit_clean();
        }
    print("bench longest_pass %lu\n", longest_of_all);
}
