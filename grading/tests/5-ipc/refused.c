/*
 * Calls that reach nobody: what a selector names is looked at before anything else happens.
 *
 * Nothing of stage 5 is needed but the first task, so the program ends without clean-up: with a call that reaches somebody, for who
 * refuses everything has looked at nothing.
 */
#include "told/told.h"

static uint64_t portal; /* a good one: every number below is refused although it looks like it */

/* With every count of words that the short path takes, for the check must not depend on it. */
static void refuse_selector(uint64_t selector)
{
    for (uint64_t words = 0; words <= 4; words++)
        REFUSE(BAD_CAP, 0, CALL_CALL, selector, words);
}

/* A selector has 64 bits here, and all of them count. */
static void not_a_number(void)
{
    refuse_selector(0);
    refuse_selector(SELECTOR_COUNT);
    refuse_selector(SELECTOR_COUNT - 1);
    refuse_selector(SELECTOR_COUNT + portal);
    refuse_selector(1ull << (17 + told_random() % 47) | portal);
    refuse_selector(PAIR(portal, portal));
    refuse_selector(~0ull);
}

static void not_a_portal(void)
{
    const uint64_t empty = selector_new(), sm = selector_new();
    int place;

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    refuse_selector(empty);
    refuse_selector(sm);
    refuse_selector(server_new(0, &place));
    for (uint64_t selector = SEL_KERNEL; selector <= SEL_SC; selector++)
        refuse_selector(selector);
}

/* A portal that one may change and put into an event table, but not call. */
static void no_right(void)
{
    const uint64_t mute = portal_new(server_new(0, &(int){ 0 }), portal_reply_at_once, (void *)told_random(), 0);

    CHECK_OK(remove_range(REMOVE_SELF, TYPE_OBJECT, RANGE(mute, 0), PT_RIGHT_CALL));
    CHECK_EQ(pd_lookup(TYPE_OBJECT, mute).rdx >> 8 & 0xff, PT_RIGHTS & ~PT_RIGHT_CALL);
    refuse_selector(mute);
}

static uint64_t arrive(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    told_arrived();
}

static void one_is_good(void)
{
    static struct portal p = { arrive };
    int place;

    told_reaches(portal_new(server_new(0, &place), portal_entry, &p, 0), 0);
    CHECK(!"a call through a portal that may be called reaches its server");
}

static void refused(void)
{
    int place;

    portal = portal_new(server_new(0, &place), portal_reply_at_once, (void *)told_random(), 0);
    utcb()->word[0] = told_random();
    not_a_number();
    not_a_portal();
    no_right();
    one_is_good();
}

static const struct test tests_refused[] = { { "refused", refused }, { 0 } };

const struct told_test told_tests[] = {
    { "refused", tests_refused, "rendezvous" },
    { 0 },
};
