/*
 * Task 4.8, its first half: semaphores and portals end, one at a time, and nothing that has to wait for others.
 */
#include "told/told.h"

enum { HERE = 200 };

bool told_bare(void)
{
    return true;
}

static uint64_t my_cells(void)
{
    return pd_figure(SEL_PD, FIGURE_CELLS).rdx;
}

/* With its first grant a portal goes, and with it everybody's; what it cost comes back. */
static void first_grant_goes(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t cells = my_cells(), portal = portal_new(b->ec, portal_reply_at_once, 0, 0), sm = selector_new();

    give(b, portal, PT_RIGHT_CALL, HERE);
    give(c, portal, PT_RIGHT_CALL, HERE);
    CHECK_STATUS(call_in(c, CALL_CALL, HERE, 0, 0, 0, 0), SUCCESS);
    CHECK_OK(delete (portal));
    CHECK_STATUS(call_in(b, CALL_CALL, HERE, 0, 0, 0, 0), BAD_CAP);
    CHECK_STATUS(call_in(c, CALL_CALL, HERE, 0, 0, 0, 0), BAD_CAP);
    CHECK_EQ(my_cells(), cells);
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(c, sm, SM_RIGHT_UP, HERE + 1);
    CHECK_OK(delete (sm));
    CHECK_STATUS(call_in(c, CALL_SM_CONTROL, HERE + 1, SM_UP, 0, 0, 0), BAD_CAP);
    CHECK_EQ(my_cells(), cells);
}

/* Whoever may destroy ends it for all, its owner included, once: what it cost comes back once. */
static void destroyed_for_all(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t cells = my_cells(), sm = selector_new(), again = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(b, sm, SM_RIGHT_UP, HERE);
    give(c, sm, SM_RIGHT_UP | RIGHT_DESTROY, HERE);
    CHECK_STATUS(call_in(c, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(HERE, 0), 0xff, 0, 0), SUCCESS);
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_STATUS(call_in(b, CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    CHECK_EQ(my_cells(), cells);
    CHECK_STATUS(destroy(sm), BAD_CAP);
    CHECK_OK(create_sm(again, SEL_PD, 0)); /* perhaps where the other one was */
    CHECK_STATUS(sm_up(sm), BAD_CAP);
    CHECK_STATUS(call_in(b, CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
}

static const struct test tests_mine[] = {
    { "first_grant_goes", first_grant_goes },
    { "destroyed_for_all", destroyed_for_all },
    { 0 },
};

const struct told_test told_tests[] = {
    { "first_grant_goes", tests_mine, "lifetime" },
    { "destroyed_for_all", tests_mine, "lifetime" },
    { 0 },
};
