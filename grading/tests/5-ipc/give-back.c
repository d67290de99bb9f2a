/*
 * A helper's time is the helper's: when the server has answered the one it worked for, the helper goes on, and not that client.
 */
#include "told/told.h"
#include "play.h"

static volatile bool may_stop;
static volatile uint64_t progress, went_on, answered;

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    do
        progress++;
    while (!may_stop);
    answered++;
    return 0;
}

static uint64_t call_and_go_on(uint64_t portal, uint64_t us, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const uint64_t status = portal_call(portal, 0).rax;
    went_on++;
    for (const uint64_t end = in_us(us); ticks() < end;)
        ;
    return status;
}

static uint64_t used_us(uint64_t sc)
{
    return sc_time(sc).rdx / ticks_per_us;
}

/* Low is served, and root, more urgent, calls in the middle of it: low gets its answer, but no time of root's. */
static void answer_by_helper(void)
{
    static struct portal p = { serve };
    struct domain *s = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(s->ec, portal_entry, &p, 0), own = 500 + told_random() % 2000;

    may_stop = false;
    progress = went_on = answered = 0;
    struct thread *low = thread_new(0, call_and_go_on, portal, own, 10, 100000);
    wait_until(progress, 1);
    may_stop = true;
    CHECK_RESULT(portal_call(portal, 0), SUCCESS, 0);
    CHECK_EQ(answered, 2);
    CHECK_EQ(went_on, 0);
    const uint64_t before = used_us(low->sc);
    CHECK(thread_join(low));
    CHECK_IS(low->result, SUCCESS);
    CHECK_AT_MOST(own, used_us(low->sc) - before + 100);
}

/* The same when the server is asleep in between, so that both wait for it, and it wakes on the helper's time. */
static void both_sleep(void)
{
    static struct actor slow;
    const uint64_t own = 500 + told_random() % 2000;

    actor_new(&slow, true);
    went_on = 0;
    struct thread *low = thread_new(0, call_and_go_on, slow.way, own, 10, 100000);
    thread_rests(low);
    struct thread *high = thread_new(0, call_and_go_on, slow.way, own, 60, 100000);
    thread_rests(high);
    CHECK_OK(sm_up(slow.gate));
    CHECK_OK(sm_up(slow.gate));
    CHECK(thread_join(high));
    CHECK_EQ(went_on, 1); /* low has been answered first, and has not begun yet */
    CHECK_EQ(slow.ended, 2);
    CHECK(thread_join(low));
    CHECK_EQ(low->result | high->result, SUCCESS);
    CHECK_AT_MOST(own, used_us(low->sc) + 100);
    CHECK_AT_MOST(own, used_us(high->sc) + 100);
}

/* The client has died meanwhile: the helper drives the server to its end, and is served. */
static void nobody_to_answer(void)
{
    static struct actor slow;
    static struct client client, helper;

    actor_new(&slow, true);
    client_calls(&client, &slow, 50);
    client_calls(&helper, &slow, 60);
    CHECK_OK(destroy(client.thread->ec));
    CHECK_OK(sm_up(slow.gate));
    CHECK_OK(sm_up(slow.gate));
    client_has(&helper, SUCCESS, &slow);
    CHECK_EQ(slow.ended, 2);
}

/* The same, but who helps is itself a server, on its client's time: that one has no answer yet and must not go on. */
static void helper_has_client(void)
{
    static struct actor slow, middle;
    static struct client client, other;

    actor_new(&slow, true);
    actor_new(&middle, true);
    actor_calls(&middle, &slow);
    client_calls(&client, &slow, 50);
    client_calls(&other, &middle, 60);
    CHECK_OK(destroy(client.thread->ec));
    CHECK_OK(sm_up(slow.gate));
    sleep_us(300);
    CHECK_EQ(other.descriptor, ~0ull); /* its own server has not answered */
    CHECK_OK(sm_up(slow.gate));
    CHECK_OK(sm_up(middle.gate));
    client_has(&other, SUCCESS, &middle);
    CHECK_IS(middle.inner, SUCCESS);
}

static const struct test tests_back[] = {
    { "answer_by_helper", answer_by_helper },
    { "both_sleep", both_sleep },
    { "nobody_to_answer", nobody_to_answer },
    { "helper_has_client", helper_has_client },
    { 0 },
};

const struct told_test told_tests[] = {
    { "answer_by_helper", tests_back, "donation" },
    { "both_sleep", tests_back, "donation" },
    { "nobody_to_answer", tests_back, "reply" },
    { "helper_has_client", tests_back, "donation" },
    { 0 },
};
