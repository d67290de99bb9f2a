/*
 * Items of a reply: they arrive, or the client is told why, and has the words in any case.
 */
#include "told/told.h"
#include "part.h"

static uint64_t sent[2], word;

/* Item 0 is good; item 1 as the test wants it. Both sides of the message say something. */
static uint64_t reply_with_two(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    for (unsigned i = 0; i < 3; i++)
        u->word[i] = word + i;
    for (unsigned i = 0; i < 2; i++)
        u->item[i] = (struct item){ RANGE(sent[i], 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    return DESCRIPTOR(2, 2);
}

static void second_is_bad(void)
{
    static struct portal p = { reply_with_two };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), place = selector_new(), mark = told_random();
    struct utcb *u = utcb();

    selector_new(); /* the window's second number */
    word = told_random();
    for (unsigned i = 0; i < 2; i++)
        CHECK_IS(call_in(b, CALL_CREATE_SM, sent[i] = 300 + i, SEL_PD, 0, 0, 0).rax, SUCCESS);
    sent[1] = 302;
    u->object_base = (uint32_t)place;
    u->object_count = 2;
    u->records = 2;
    for (unsigned round = 0; round < 2; round++) {
        u->word[2] = u->item[0].range = u->item[1].range = mark;
        u->lost = 0;
        CHECK_RESULT(portal_call(portal, 0), round ? SUCCESS : ITEMS_LOST, DESCRIPTOR(2, round ? 2 : 0));
        CHECK_EQ(u->word[0], word);
        CHECK_EQ(u->word[1], word + 1);
        CHECK_EQ(u->word[2], mark);
        CHECK_EQ(u->item[0].range, round ? RANGE(place, 0) : mark);
        CHECK_EQ(u->item[1].range, round ? RANGE(place + 1, 0) : mark);
        CHECK_EQ(u->lost, round ? 0 : REFUSAL(0, 0, 1, BAD_CAP));
        CHECK_EQ(u->records, round ? 0 : 2);
        sent[1] = 301;
    }
    u->object_count = u->records = 0;
}

static void lost(void)
{
    second_is_bad();
    part(tests_reply_items, "reply_delivers", "items");
    told_enough();
}

static const struct test tests_lost[] = { { "lost", lost }, { 0 } };

const struct told_test told_tests[] = {
    { "lost", tests_lost, "items" },
    { 0 },
};
