/*
 * A server that waits for something else: its client's time waits with it, and when it wakes, it is the server that goes on.
 *
 * Each server of the chain sleeps before it calls the next, and once more when nobody is left to call. Nobody replies.
 */
#include "told/told.h"
#include "chain.h"

static uint64_t nap; /* a semaphore that nobody ups */

static void rest(void)
{
    const uint64_t until = in_us(20 + told_random_below(100));

    CHECK_RESULT(sm_down(nap, until), TIMEOUT, 0);
    CHECK(ticks() >= until);
}

static void arrived(unsigned n)
{
    CHECK_EQ(utcb() == (struct utcb *)server[n].utcb, 1);
    rest();
    if (n + 1 < SERVERS)
        return;
    rest();
    told_enough();
}

static void waits(void)
{
    nap = selector_new();
    CHECK_OK(create_sm(nap, SEL_PD, 0));
    for (unsigned n = 0; n < SERVERS; n++)
        server_make(n, n == 1, 0);
    give(server[1].domain, nap, SM_RIGHT_DOWN, nap);
    for (unsigned n = 0; n + 1 < SERVERS; n++)
        server_link(n);
    portal_call(server[0].portal, 0);
    CHECK(!"a call comes back only with its reply, and nobody has replied");
    told_enough();
}

static const struct test tests_waits[] = { { "waits", waits }, { 0 } };

const struct told_test told_tests[] = {
    { "waits", tests_waits, "donation" },
    { 0 },
};
