/*
 * A call that has helped begins anew, once: it is served once, with everything as it is then.
 */
#include "told/told.h"
#include "play.h"

/* ---- Many clients, each is served once ---------------------------------------------------------------------------------- */

enum { CLIENTS = 7, CALLS = 3 };

static volatile uint64_t inside, most, served;
static uint64_t secret;

/* Two at once on one stack and one UTCB would be the end of both. */
static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    const uint64_t word = utcb()->word[0];

    (void)portal, (void)descriptor;
    if (++inside > most)
        most = inside;
    sm_down(GATE, 0);
    utcb()->word[0] = word ^ secret;
    inside--;
    served++;
    return 1;
}

static uint64_t call_often(uint64_t portal, uint64_t word, uint64_t c, uint64_t d)
{
    uint64_t wrong = 0;

    (void)c, (void)d;
    for (unsigned i = 0; i < CALLS; i++) {
        utcb()->word[0] = word + i;
        wrong |= portal_call(portal, 1).rax << 32;
        wrong += utcb()->word[0] != ((word + i) ^ secret);
    }
    return wrong;
}

static void each_once(void)
{
    static struct portal p = { serve };
    struct domain *s = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(s->ec, portal_entry, &p, 0), gate = selector_new();
    struct thread *t[CLIENTS];

    secret = told_random() | 1;
    inside = most = served = 0;
    CHECK_OK(create_sm(gate, SEL_PD, 0));
    give(s, gate, SM_RIGHT_DOWN, GATE);
    for (unsigned i = 0; i < CLIENTS; i++) {
        t[i] = thread_new(0, call_often, portal, told_random(), 10 + (unsigned)told_random_below(60), 3000);
        if (told_random() & 1)
            thread_rests(t[i]);
    }
    for (unsigned i = 0; i < CLIENTS * CALLS; i++) {
        CHECK_OK(sm_up(gate));
        CHECK_EQ(inside <= 1 && most <= 1, 1);
        if (told_random() & 1)
            sleep_us(told_random() % 60);
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        CHECK(thread_join(t[i]));
        CHECK_EQ(t[i]->result, 0);
    }
    CHECK_EQ(served, CLIENTS * CALLS);
    CHECK_EQ(most, 1);
    told_family("helping"); /* when the server ends, the list of those who wanted it is looked at */
}

static const struct test tests_anew[] = { { "each_once", each_once }, { 0 } };

const struct told_test told_tests[] = {
    { "help_many", tests_helping, "rendezvous" },
    { "each_once", tests_anew, "rendezvous" },
    { "help_sees_changes", tests_helping, "helping" },
    { 0 },
};
