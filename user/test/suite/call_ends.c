/*
 * The end of who takes part in a call, and of the way to it: the rows of kernel/ABI.md §13.2 (abort_roles) about portals, callees,
 * callers, and those in the middle of a chain.
 */
#include "suite/slow.h"
#include "suite/suite.h"

static uint64_t call_two(uint64_t portal, uint64_t out, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    *(uint64_t *)out = portal_call(portal, 0).rax;
    return portal_call(portal, 0).rax;
}

/* A client in the middle of a call to a server that waits: what most rows begin with. */
struct play {
    struct domain *server, *client;
    uint64_t portal, sm;
    struct thread *t;
};

static struct play play_new(function *f, uint64_t b)
{
    struct play p = { .server = domain_new(DOMAIN_QUOTA), .client = domain_new(DOMAIN_QUOTA), .sm = sm_new() };

    p.portal = portal_new(p.server->ec, portal_entry, &slow, 0);
    give(p.server, p.sm, SM_RIGHT_DOWN, 201);
    give(p.client, p.portal, PT_RIGHT_CALL, 200);
    serving = served = 0;
    p.t = thread_new(p.client, f, 200, b, 50, 100000);
    thread_rests(p.t);
    CHECK_EQ(serving, 1);
    return p;
}

/* ---- Portals ---------------------------------------------------------------------------------------------------------- */

static void portal_in_call(void)
{
    static uint64_t first;
    struct play p = play_new(call_two, (uint64_t)&first);

    CHECK_OK(destroy(p.portal));
    CHECK_OK(sm_up(p.sm));
    CHECK(thread_join(p.t));
    CHECK_IS(first, SUCCESS); /* it had reached the callee */
    CHECK_IS(p.t->result, BAD_CAP);
    CHECK_EQ(served, 1);
}

/* ---- Callees ---------------------------------------------------------------------------------------------------------- */

static void callee_ec(void)
{
    static uint64_t first;
    struct play p = play_new(call_two, (uint64_t)&first);
    struct thread *helper = thread_new(p.client, call_once, 200, 0, 50, 100000);

    thread_rests(helper);
    CHECK_OK(destroy(p.server->ec));
    CHECK(thread_join(p.t));
    CHECK(thread_join(helper));
    CHECK_IS(first, ABORTED);
    CHECK_IS(p.t->result, BAD_CAP); /* the portal has died with it */
    CHECK_IS(helper->result, BAD_CAP);
    CHECK_RESULT(sm_down(p.sm, 1), TIMEOUT, 0); /* the dead waiter took nothing */
    CHECK_OK(sm_up(p.sm));
    CHECK_RESULT(sm_down(p.sm, 1), SUCCESS, 1);
}

static void callee_pd(void)
{
    static uint64_t first;
    struct play p = play_new(call_two, (uint64_t)&first);

    CHECK_OK(destroy(p.server->pd));
    CHECK(thread_join(p.t));
    CHECK_IS(first, ABORTED);
    CHECK_IS(p.t->result, BAD_CAP);
}

/* ---- Callers ---------------------------------------------------------------------------------------------------------- */

static void caller_ec(void)
{
    struct play p = play_new(call_once, 0);

    CHECK_OK(destroy(p.t->ec));
    CHECK_EQ(served, 0);
    CHECK_OK(sm_up(p.sm)); /* the callee stands still without time, until the next caller helps it */
    sleep_us(300);
    CHECK_EQ(served, 0);
    CHECK_OK(sm_up(p.sm));
    CHECK_OK(portal_call(p.portal, 0));
    CHECK_EQ(served, 2);
    CHECK_EQ(serving, 2);
}

static void caller_pd(void)
{
    struct play p = play_new(call_once, 0);

    CHECK_OK(destroy(p.client->pd));
    CHECK_OK(sm_up(p.sm));
    CHECK_OK(sm_up(p.sm));
    CHECK_OK(portal_call(p.portal, 0));
    CHECK_EQ(served, 2);
}

static void caller_sc(void)
{
    struct play p = play_new(call_once, 0);

    CHECK_OK(destroy(p.t->sc));
    CHECK_OK(sm_up(p.sm));
    sleep_us(300);
    CHECK_EQ(served, 0); /* nobody has time for it */
    const uint64_t sc = selector_new();
    CHECK_OK(create_sc(sc, SEL_PD, p.t->ec, 50, 1000, SEL_SC, 1000));
    CHECK(thread_join(p.t));
    CHECK_IS(p.t->result, SUCCESS);
}

/* ---- The middle of a chain -------------------------------------------------------------------------------------------- */

static uint64_t call_next(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    utcb()->word[0] = portal_call(200, 0).rax;
    return DESCRIPTOR(1, 0);
}

static struct portal forwarder = { call_next };

static uint64_t call_and_look(uint64_t portal, uint64_t out, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const uint64_t status = portal_call(portal, 0).rax;
    *(uint64_t *)out = utcb()->word[0];
    return status;
}

static void chain_middle(void)
{
    for (int which = 0; which < 3; which++) { /* the middle, the end, the end's PD */
        static uint64_t inner;
        struct domain *middle = domain_new(DOMAIN_QUOTA), *end = domain_new(DOMAIN_QUOTA), *client = domain_new(DOMAIN_QUOTA);
        const uint64_t sm = sm_new(), to_end = portal_new(end->ec, portal_entry, &slow, 0);
        const uint64_t to_middle = portal_new(middle->ec, portal_entry, &forwarder, 0);

        serving = served = 0;
        give(end, sm, SM_RIGHT_DOWN, 201);
        give(middle, to_end, PT_RIGHT_CALL, 200);
        give(client, to_middle, PT_RIGHT_CALL, 200);
        struct thread *t = thread_new(client, call_and_look, 200, (uint64_t)&inner, 50, 100000);
        thread_rests(t);
        CHECK_EQ(serving, 1);
        const uint64_t soon = in_us(100000);
        CHECK_OK(destroy(which == 0 ? middle->ec : which == 1 ? end->ec : end->pd));
        CHECK(thread_join(t));
        CHECK(ticks() < soon); /* while the end sleeps on: time that was given to it on the way through the dead comes back */
        CHECK_EQ(t->result, which == 0 ? ABORTED : SUCCESS);
        if (which)
            CHECK_IS(inner, ABORTED);
        else {
            CHECK_OK(sm_up(sm));
            CHECK_OK(sm_up(sm));
            CHECK_OK(portal_call(to_end, 0)); /* it goes on, and its reply to the dead goes nowhere */
            CHECK_EQ(served, 2);
        }
        kit_clean();
    }
}

const struct test tests_call_ends[] = {
    { "abort_portal_in_call", portal_in_call },
    { "abort_callee_ec", callee_ec },
    { "abort_callee_pd", callee_pd },
    { "abort_caller_ec", caller_ec },
    { "abort_caller_pd", caller_pd },
    { "abort_caller_sc", caller_sc },
    { "abort_chain", chain_middle },
    { 0 },
};
