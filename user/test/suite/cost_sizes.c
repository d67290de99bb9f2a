/*
 * What calls may cost beside a thousand of something: kernel/ABI.md §7.14. Counted in instructions of the guest, as in cost.c.
 * Each figure is compared with the same one beside few; what a delegation takes has a bound besides. `make bench` prints them.
 */
#include "kit/kit.h"
#include "kit/sizes.h"
#include "suite/suite.h"

#include "lib/print.h"

enum { FEW = 10, MANY = MANY_SETTLED };

/* A hundredth: what a timer interrupt in the middle makes of an average. One instruction for each of a thousand is far more. */
#define SAME(what, few, many)                                                                                                    \
    do {                                                                                                                         \
        if (option("verbose"))                                                                                                   \
            print("%s: %lu beside few, %lu beside many\n", what, (few), (many));                                                 \
        CHECK((few) > 0);                                                                                                        \
        CHECK_AT_MOST(many, (few) + (few) / 100);                                                                                \
    } while (0)

/* Their numbers need tables which the option `many` touches; without it the accounts would not be what they were. */
static bool prepared(void)
{
    return CHECK(option("many"));
}

static void cost_beside_capabilities(void)
{
    if (!prepared())
        return;
    const struct beside_capabilities few = beside_capabilities(1), many = beside_capabilities(MANY);
    SAME("call", few.call, many.call);
    SAME("up", few.up, many.up);
    SAME("create_sm", few.create_sm, many.create_sm);
}

/* A deadline costs the logarithm of how many wait, and that of 1,000 is three times that of 10. */
static void cost_beside_sleepers(void)
{
    if (!prepared())
        return;
    const struct beside_sleepers few = beside_sleepers(FEW);
    many_drop(FEW);
    const struct beside_sleepers many = beside_sleepers(MANY);
    many_drop(MANY);
    SAME("up", few.up, many.up);
    SAME("down that times out at once", few.down_timeout, many.down_timeout);
    CHECK_AT_MOST(many.sleep_and_wake, 3 * few.sleep_and_wake);
}

static void cost_beside_ready(void)
{
    if (!prepared())
        return;
    const uint64_t few = change_beside_ready(1), many = change_beside_ready(MANY);
    SAME("change of thread and back", few, many);
}

static void cost_beside_waiters(void)
{
    if (!prepared())
        return;
    const uint64_t few = up_for_waiters(2), many = up_for_waiters(MANY);
    SAME("up that wakes", few, many);
}

/* Linear: what one descendant takes is not more when there are ten times as many. */
static void cost_revoke(void)
{
    if (!prepared())
        return;
    const uint64_t few = revoke_below(MANY / 10), many = revoke_below(MANY);
    SAME("revoke of ten descendants", few / (MANY / 100), many / (MANY / 10));
    CHECK_AT_MOST(many, 10 * few);
}

/* The index from objects to numbers has 1,024 chains: beyond that one of them is longer, and a delegation with it. */
enum { NUMBERS = 900 };

/* To a PD with so many numbers: the call that delegates a capability, and taking it back. */
static void cost_delegate(void)
{
    const uint64_t sm = selector_new();
    const struct item item = { RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 3, 0) };
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff, 0, 0 };

    if (!prepared())
        return;
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    const struct delegation few = delegate_beside(1, item, &take), many = delegate_beside(NUMBERS, item, &take);
    SAME("delegation", few.call, many.call);
    SAME("revoke of it", few.revoke, many.revoke);
    CHECK_AT_MOST(few.call, 600);
    CHECK_AT_MOST(few.revoke, 400);
}

static void cost_delegate_page(void)
{
    const uint64_t page = (uint64_t)frame_contents(frames_new(1)) >> 12;
    const struct item item = { RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 3, 0) };
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_MEMORY), RANGE(page, 0), 0x7f, 0, 0 };

    const struct delegation cost = delegate_beside(0, item, &take);
    if (option("verbose"))
        print("delegation of a page: %lu, revoke of it: %lu\n", cost.call, cost.revoke);
    CHECK_AT_MOST(cost.call, 900);
    CHECK_AT_MOST(cost.revoke, 700);
}

const struct test tests_cost_sizes[] = {
    { "cost_beside_capabilities", cost_beside_capabilities },
    { "cost_beside_sleepers", cost_beside_sleepers },
    { "cost_beside_ready", cost_beside_ready },
    { "cost_beside_waiters", cost_beside_waiters },
    { "cost_revoke", cost_revoke },
    { "cost_delegate", cost_delegate },
    { "cost_delegate_page", cost_delegate_page },
    { 0 },
};
