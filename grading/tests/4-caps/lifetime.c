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

static const struct test tests_mine[] = {
    { "many_ways", many_ways },
    { "ends_alone", ends_alone },
    { 0 },
};

const struct told_test told_tests[] = {
    { "remove_states", tests_remove, "lifetime" },
    { "payer_death", tests_grants, "lifetime" },
    { "revoke_reserves", tests_grants, "names" },
    { "delete_takes_along", tests_grants, "lifetime" },
    { "revoke_chain", tests_grants, "lifetime" }, /* what it takes back has been tried in 4.revoke: here it ends as well */
    { "many_ways", tests_mine, "lifetime" },
    { "abort_oneself", tests_destruction, "lifetime" },
    { "ends_alone", tests_mine, "lifetime" },
    { "abort_caller_sc", tests_destruction, "lifetime" },
    { "abort_payer", tests_destruction, "lifetime" },
    { "abort_pd_busy", tests_destruction, "lifetime" },
    { 0 },
};
