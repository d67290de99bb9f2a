/*
 * Who pays for what arrives: the receiver, for all items together, or for none.
 */
#include "told/told.h"
#include "part.h"

/* ---- Which item is the first that does not fit, and how much lacks for all ------------------------------------------------ */

static uint64_t take(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    return 0;
}

enum { FAR = 40000, TABLES = 2, KNOWN = 3 };

static uint64_t open_window(uint64_t base, uint64_t memory, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();

    (void)c, (void)d;
    u->object_base = (uint32_t)base;
    u->object_count = 8;
    u->memory_window = memory;
    u->records = 8;
    return 0;
}

/*
 * Some items that the receiver has already, and cost nothing; then one into a table that is not there yet, and a page where it
 * has no page tables. Nothing of the receiver's account is left: the first of the two is at fault, and lacks what both need.
 * With some of it the second one is: it would fit alone, but not together with the first.
 */
static void which_item(void)
{
    static struct portal p = { take };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), sm = selector_new(), fresh = selector_new();
    const uint64_t page = (uint64_t)frame_contents(frames_new(1)) >> 12, free = told_random_below(KNOWN) + 1;
    struct utcb *u = utcb();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_sm(fresh, SEL_PD, 0));
    give(b, sm, SM_RIGHT_UP, 200);
    cells_make_room_in(b);
    in(b, open_window, FAR, RANGE(0x500000000 >> 12, 0), 0, 0);
    CHECK_OK(pd_quota(b->pd, -(int64_t)pd_figure(b->pd, FIGURE_FREE).rdx, SEL_PD));
    for (unsigned i = 0; i < free; i++)
        u->item[i] = (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    u->item[free] = (struct item){ RANGE(fresh, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    u->item[free + 1] = (struct item){ RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 0) };
    const uint64_t lacks = 1 + TABLES;
    for (uint64_t has = 0; has < lacks; has++) {
        const unsigned at_fault = free + (has >= 1); /* with one page the first of the two fits */
        CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, free + 2)), NO_QUOTA,
                     REFUSAL(lacks - has, ACCOUNT_RECEIVER, at_fault, NO_QUOTA));
        CHECK_OK(pd_quota(b->pd, 1, SEL_PD));
    }
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, free + 2)));
    CHECK_EQ(pd_figure(b->pd, FIGURE_FREE).rdx, 0);
}

static void bill(void)
{
    which_item();
    part(tests_messages, "window_account", "items");
    part(tests_limits, "limits_records", "items");
    part(tests_reply_items, "reply_to_the_poor", "items");
    told_enough();
}

static const struct test tests_bill[] = { { "bill", bill }, { 0 } };

const struct told_test told_tests[] = {
    { "bill", tests_bill, "items" },
    { 0 },
};
