/*
 * Items in replies: rule R13. What cannot be delivered is lost, the caller is told why, and the words arrive. kernel/ABI.md §8.5.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static uint64_t calls, reply_selector, reply_rights = SM_RIGHT_UP;

static uint64_t reply_with_item(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    calls++;
    u->word[0] = 77;
    u->item[0] = (struct item){ RANGE(reply_selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, reply_rights, 0) };
    return DESCRIPTOR(1, 1);
}

static void lost(uint64_t portal, uint64_t refusal)
{
    struct utcb *u = utcb();

    u->lost = 0;
    u->word[0] = 0;
    CHECK_RESULT(portal_call(portal, 0), ITEMS_LOST, DESCRIPTOR(1, 0));
    CHECK_EQ(u->word[0], 77);
    CHECK_EQ(u->lost, refusal);
}

static void reply_delivers(void)
{
    static struct portal p = { reply_with_item };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), place = selector_new();
    struct utcb *u = utcb();

    calls = 0;
    CHECK_IS(call_in(b, CALL_CREATE_SM, 300, SEL_PD, 0, 0, 0).rax, SUCCESS);
    reply_selector = 300;
    lost(portal, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    u->object_base = (uint32_t)place;
    u->object_count = 1;
    lost(portal, REFUSAL(1, ACCOUNT_RECEIVER, 0, NO_WINDOW)); /* no record admitted */
    u->records = 2;
    reply_rights = 0x40;
    lost(portal, REFUSAL(0, 0, 0, BAD_PAR));
    reply_rights = SM_RIGHT_UP;
    reply_selector = 301;
    lost(portal, REFUSAL(0, 0, 0, BAD_CAP));
    reply_selector = 300;
    u->lost = 12345;
    CHECK_RESULT(portal_call(portal, 0), SUCCESS, DESCRIPTOR(1, 1));
    CHECK_EQ(u->item[0].range, RANGE(place, 0));
    CHECK_EQ(u->records, 1);
    CHECK_EQ(u->lost, 12345);
    CHECK_EQ(calls, 5);
    CHECK_OK(sm_up(place));
    u->object_count = 0;
}

static uint64_t call_poor(uint64_t portal, uint64_t out, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();
    uint64_t *word = (uint64_t *)out;

    (void)c, (void)d;
    u->object_base = 30000;
    u->object_count = 1;
    u->records = 1;
    u->lost = 0;
    const result r = portal_call(portal, 0);
    word[0] = r.rax;
    word[1] = r.rdx;
    word[2] = u->lost;
    return 0;
}

static void reply_to_the_poor(void)
{
    static struct portal p = { reply_with_item };
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);
    static uint64_t word[3];

    CHECK_IS(call_in(b, CALL_CREATE_SM, 300, SEL_PD, 0, 0, 0).rax, SUCCESS);
    reply_selector = 300;
    give(c, portal, PT_RIGHT_CALL, 200);
    CHECK_OK(pd_quota(c->pd, -(int64_t)pd_figure(c->pd, FIGURE_FREE).rdx, SEL_PD));
    in(c, call_poor, 200, (uint64_t)word, 0, 0);
    CHECK_IS(word[0], ITEMS_LOST);
    CHECK_EQ(word[1], DESCRIPTOR(1, 0));
    CHECK_IS(REFUSAL_STATUS(word[2]), NO_QUOTA);
    CHECK_EQ(REFUSAL_OWNER(word[2]), ACCOUNT_RECEIVER);
    CHECK_EQ(REFUSAL_ITEM(word[2]), 0);
    CHECK_OK(pd_quota(c->pd, REFUSAL_LACKING(word[2]), SEL_PD));
    in(c, call_poor, 200, (uint64_t)word, 0, 0);
    CHECK_IS(word[0], SUCCESS);
}

const struct test tests_reply_items[] = {
    { "reply_delivers", reply_delivers },
    { "reply_to_the_poor", reply_to_the_poor },
    { 0 },
};
