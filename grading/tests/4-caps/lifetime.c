/*
 * Task 4.8, the end of everything: when it comes, who hears of it, and what is left: nothing. After each test all that it made ends.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

enum { HERE = 200 };

/* More ways lead to an EC than a piece of its end closes. All are closed. */
static void many_ways(void)
{
    enum { WAYS = 150, FIRST = 3000 };
    int place;
    const uint64_t ec = server_new(0, &place);

    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(create_pt(FIRST + i, SEL_PD, ec, (uint64_t)portal_reply_at_once, 0, 0));
    CHECK_OK(portal_call(FIRST, 0));
    CHECK_OK(destroy(ec));
    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_STATUS(portal_call(FIRST + i, 0), BAD_CAP);
    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(delete (FIRST + i));
}

static uint64_t end_it(uint64_t selector, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return destroy(selector).rax;
}

/* Who ends himself has nobody who would finish it for him: it is over although nobody removes anything any more. */
static void ends_alone(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    struct thread *t = thread_new(b, end_it, HERE, 0, 50, 1000);

    give(b, t->ec, RIGHT_DESTROY, HERE);
    const uint64_t used = pd_figure(SEL_PD, FIGURE_USED).rdx;
    sleep_us(1000);
    CHECK_STATUS(ec_control(t->ec, EC_RESUME, 0), BAD_CAP);
    CHECK_STATUS(sc_time(t->sc), BAD_CAP);
    const uint64_t used_when_it_has_ended_itself = pd_figure(SEL_PD, FIGURE_USED).rdx;
    CHECK_AT_MOST(used_when_it_has_ended_itself, used - COST_EC);
}

/* A PD that ends holds something in the last number of all, and a port. Those who had it from there lose it. */
static void holder_ends(void)
{
    enum { LAST = SELECTOR_COUNT - 1, PORT = 0x5000, ON = 201 };
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(kernel_ports(SEL_KERNEL, RANGE(PORT, 0)));
    give(b, sm, SM_RIGHT_UP, LAST);
    give(b, c->pd, PD_RIGHT_GRANT, ON);
    CHECK_OK(pd_grant(b->pd, RANGE(PORT, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, PORT)));
    CHECK_STATUS(
        call_in(b, CALL_PD_CONTROL, ON, PD_GRANT, RANGE(LAST, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0),
        SUCCESS);
    CHECK_STATUS(
        call_in(b, CALL_PD_CONTROL, ON, PD_GRANT, RANGE(PORT, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, PORT), 0),
        SUCCESS);
    CHECK_OK(destroy(b->pd));
    CHECK_STATUS(call_in(c, CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    CHECK_EQ(call_in(c, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(PORT, 0), TYPE_PORTS, 0).rdx, 0);
    CHECK_OK(sm_up(sm));
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_PORTS, RANGE(PORT, 0), PORTS_ACCESS));
}

static const struct test tests_mine[] = {
    { "holder_ends", holder_ends },
    { "many_ways", many_ways },
    { "ends_alone", ends_alone },
    { 0 },
};

const struct told_test told_tests[] = {
    { "remove_states", tests_remove, "lifetime" },
    { "payer_death", tests_gone, "lifetime" },
    { "revoke_reserves", tests_grants, "names" },
    { "delete_takes_along", tests_grants, "lifetime" },
    { "revoke_chain", tests_gone, "lifetime" }, /* what it takes back has been tried in 4.revoke: here it ends as well */
    { "holder_ends", tests_mine, "lifetime" },
    { "many_ways", tests_mine, "lifetime" },
    { "abort_oneself", tests_destruction, "lifetime" },
    { "ends_alone", tests_mine, "lifetime" },
    { "abort_caller_sc", tests_call_ends, "lifetime" },
    { "abort_payer", tests_destruction, "lifetime" },
    { "abort_pd_busy", tests_destruction, "lifetime" },
    { 0 },
};
