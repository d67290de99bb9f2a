/*
 * A server's end: its client is told at once, and whoever has nothing to do with it any more is not touched.
 */
#include "told/told.h"
#include "play.h"

static struct actor first, second, third;
static struct client client;

/* ---- In the middle of its work ---------------------------------------------------------------------------------------- */

/* What it has got from another call before is not what it reads now. */
static uint64_t call_good_and_bad(uint64_t good, uint64_t bad, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    if (portal_call(good, 0).rdx != 1)
        return STATUS_COUNT;
    const result r = portal_call(bad, 0);
    return r.rax | r.rdx << 32;
}

static void dies_at_work(void)
{
    actor_new(&first, true);
    actor_new(&second, false);
    struct thread *t = thread_new(0, call_good_and_bad, second.way, first.way, 50, 20000);
    thread_rests(t);
    CHECK_EQ(first.began, 1);
    CHECK_OK(destroy(first.ec));
    CHECK(thread_join(t));
    CHECK_IS(t->result, ABORTED);
    CHECK_STATUS(portal_call(first.way, 0), BAD_CAP);
    CHECK_OK(sm_up(first.gate)); /* nobody waits there any more */
    CHECK_RESULT(sm_down(first.gate, 1), SUCCESS, 1);
}

/* With its whole PD; and the client calls on as before. */
static void dies_with_its_pd(void)
{
    actor_new(&first, true);
    actor_new(&second, false);
    client_calls(&client, &first, 50);
    CHECK_OK(destroy(first.domain->pd));
    client_has(&client, ABORTED, 0);
    client_calls(&client, &second, 50);
    client_has(&client, SUCCESS, &second);
}

/* ---- While it waits for another one, which sleeps on ------------------------------------------------------------------- */

static void dies_in_between(void)
{
    actor_new(&first, false);
    actor_new(&second, false);
    actor_new(&third, true);
    actor_calls(&first, &second);
    actor_calls(&second, &third);
    client_calls(&client, &first, 50);
    CHECK_EQ(third.began, 1);
    CHECK_OK(destroy(first.ec));
    client_has(&client, ABORTED, 0); /* a client whose time was parked far down the chain is told, too */
    CHECK_OK(sm_up(third.gate));
    sleep_us(200);
    CHECK_EQ(third.ended, 0); /* it has no time, and nobody to answer */
    CHECK_OK(destroy(second.ec));
    CHECK_OK(destroy(third.ec));
}

static void end_of_chain_dies(void)
{
    actor_new(&first, false);
    actor_new(&second, true);
    actor_calls(&first, &second);
    client_calls(&client, &first, 50);
    CHECK_OK(destroy(second.ec));
    client_has(&client, SUCCESS, &first);
    CHECK_IS(first.inner, ABORTED);
    CHECK_EQ(first.ended, 1);
}

/* ---- When its client has long gone on --------------------------------------------------------------------------------- */

static uint64_t call_both(uint64_t quick, uint64_t slow, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    if (portal_call(quick, 0).rax != SUCCESS)
        return STATUS_COUNT;
    const result r = portal_call(slow, 0);
    return r.rax == SUCCESS && r.rdx == 1 && utcb()->word[0] == second.answer ? SUCCESS : r.rax == SUCCESS ? STATUS_COUNT : r.rax;
}

static void old_server_dies(void)
{
    told_family("reply"); /* what a reply has not cut is found now */
    actor_new(&first, false);
    actor_new(&second, true);
    struct thread *t = thread_new(0, call_both, first.way, second.way, 50, 20000);
    thread_rests(t);
    CHECK_EQ(second.began, 1);
    CHECK_OK(destroy(first.ec));
    sleep_us(200);
    CHECK_EQ(t->result, 0);
    CHECK_EQ(second.ended, 0);
    CHECK_OK(sm_up(second.gate));
    CHECK(thread_join(t));
    CHECK_IS(t->result, SUCCESS);
}

static const struct test tests_death[] = {
    { "dies_at_work", dies_at_work },           { "dies_with_its_pd", dies_with_its_pd }, { "dies_in_between", dies_in_between },
    { "end_of_chain_dies", end_of_chain_dies }, { "old_server_dies", old_server_dies },   { 0 },
};

const struct told_test told_tests[] = {
    { "dies_at_work", tests_death, "abort" },      { "dies_with_its_pd", tests_death, "abort" },
    { "end_of_chain_dies", tests_death, "abort" }, { "dies_in_between", tests_death, "abort" },
    { "old_server_dies", tests_death, "reply" },   { 0 },
};
