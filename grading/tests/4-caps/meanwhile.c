/*
 * Two at once: one takes back or ends what another one uses, with an interrupt nearly everywhere.
 */
#include "told/told.h"

enum { PDS = 9, ROUNDS = 40, HERE = 200, OTHERS = 210 };

const char *told_left_behind(void)
{
    return "accounts";
}

static volatile bool stop;
static volatile uint64_t given;

/* In the last PD: gives what it has to all others, again and again. */
static uint64_t give_always(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop)
        for (uint64_t k = 0; k + 1 < PDS; k++)
            given += grant_object(OTHERS + k, HERE, SM_RIGHT_UP, HERE).rax == SUCCESS;
    return 0;
}

static void give_each_to_each(struct domain *d[], uint64_t sm)
{
    for (int i = 0; i < PDS; i++)
        give(d[i], sm, SM_RIGHT_UP, HERE);
    for (int i = 0; i < PDS; i++)
        for (uint64_t k = 0; k < PDS; k++)
            if (k != (uint64_t)i)
                CHECK_STATUS(call_in(d[i], CALL_PD_CONTROL, OTHERS + k, PD_GRANT, RANGE(HERE, 0),
                                     ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, HERE), 0),
                             SUCCESS);
}

/* While it is being taken from all, one of them passes it on as fast as he can. In the end nobody has it. */
static void revoke_meanwhile(void)
{
    struct domain *d[PDS];
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (int i = 0; i < PDS; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                give(d[i], d[k]->pd, PD_RIGHT_GRANT, OTHERS + (uint64_t)k);
    stop = false, given = 0;
    struct thread *t = thread_new(d[PDS - 1], give_always, 0, 0, PRIORITY_MAX, 500000);
    take_turns(t);
    for (int round = 0; round < ROUNDS; round++) {
        give_each_to_each(d, sm);
        CHECK_OK(revoke(sm, 0xff));
        for (int i = 0; i < PDS; i++)
            CHECK_STATUS(call_in(d[i], CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    }
    stop = true;
    CHECK(thread_join(t));
    take_turns(0);
    CHECK(given > ROUNDS);
}

static const struct test tests_mine[] = { { "revoke_meanwhile", revoke_meanwhile }, { 0 } };

const struct told_test told_tests[] = {
    { "revoke_meanwhile", tests_mine, "derivation" },     { "pin_race", tests_grants, "pins" },
    { "revoke_in_flight", tests_grants, "derivation" },   { "abort_destroyer", tests_destruction, "lifetime" },
    { "abort_callee_pd", tests_destruction, "lifetime" }, { 0 },
};
