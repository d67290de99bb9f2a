/*
 * Somebody dies while others help: each of them is told what concerns him, and nobody else is disturbed.
 */
#include "told/told.h"
#include "play.h"

static struct actor server, other;

/* ---- Those who want a server --------------------------------------------------------------------------------------------- */

enum { HELPERS = 5 };

/* Some of several helpers die, wherever they stand in the list; the others are served. */
static void helpers_die(void)
{
    static struct client client, helper[HELPERS];
    bool dead[HELPERS];
    uint64_t left = 1;

    actor_new(&server, true);
    client_calls(&client, &server, 50);
    for (unsigned i = 0; i < HELPERS; i++)
        client_calls(&helper[i], &server, 60);
    for (unsigned i = 0; i < HELPERS; i++) {
        dead[i] = i == 1 || told_random() & 1;
        left += !dead[i];
    }
    for (unsigned i = 0; i < HELPERS; i++)
        if (dead[i])
            CHECK_OK(destroy(helper[i].thread->ec));
    for (unsigned i = 0; i < left; i++)
        CHECK_OK(sm_up(server.gate));
    client_has(&client, SUCCESS, &server);
    for (unsigned i = 0; i < HELPERS; i++)
        if (!dead[i])
            client_has(&helper[i], SUCCESS, &server);
    CHECK_EQ(server.ended, left);
}

/* The server dies: the one it served is told, the others find no portal. Then its memory is another server's. */
static void server_dies(void)
{
    static struct client client, helper[HELPERS];

    actor_new(&server, true);
    actor_new(&other, false);
    client_calls(&client, &server, 50);
    for (unsigned i = 0; i < HELPERS; i++)
        client_calls(&helper[i], &server, 40 + i);
    CHECK_OK(destroy(server.ec));
    client_has(&client, ABORTED, 0);
    for (unsigned i = 0; i < HELPERS; i++)
        client_has(&helper[i], BAD_CAP, 0);
    CHECK_RESULT(portal_call(other.way, 0), SUCCESS, 1);
}

/*
 * Those who wanted it begin anew only when root sleeps. Before that its pages are others': pages of words, in which nothing may
 * change.
 */
enum { PAGES = 6, A_PIECE = 64 };

static uint64_t *page[PAGES], secret;

/*
 * The EC dies. An EC has two pages, a PD three: whatever else takes a page meanwhile, with or without the three what was an EC
 * becomes words.
 */
static void becomes_words(uint64_t ec, bool odd)
{
    const uint64_t pd = selector_new();

    secret = told_random();
    CHECK_OK(create_pd(pd, SEL_PD, 0));
    CHECK_OK(destroy(ec));
    if (odd)
        CHECK_OK(destroy(pd));
    for (unsigned i = 0; i < PAGES; i++) {
        int place;
        server_new(0, &place);
        page[i] = (uint64_t *)ec_utcb(place);
        for (unsigned n = 0; n < UTCB_SIZE / 8; n++)
            page[i][n] = secret + n;
    }
}

static unsigned words_of_others_changed(void)
{
    unsigned words = 0;

    for (unsigned i = 0; i < PAGES; i++)
        for (unsigned n = 0; n < UTCB_SIZE / 8; n++)
            words += page[i][n] != secret + n;
    return words;
}

static void memory_is_anothers_once(bool odd)
{
    static struct client client, helper[HELPERS];

    actor_new(&server, true);
    for (unsigned i = 0; i < A_PIECE - 4; i++) /* so the first piece ends among those who want it */
        portal_new(server.ec, portal_entry, &server.portal, 0);
    client_calls(&client, &server, 50);
    for (unsigned i = 0; i < HELPERS; i++)
        client_calls(&helper[i], &server, 40 + i);
    becomes_words(server.ec, odd);
    client_has(&client, ABORTED, 0);
    for (unsigned i = 0; i < HELPERS; i++)
        client_has(&helper[i], BAD_CAP, 0);
    CHECK_EQ(words_of_others_changed(), 0);
}

static void memory_is_anothers(void)
{
    memory_is_anothers_once(false);
    kit_clean();
    memory_is_anothers_once(true);
}

/* A helper that dies in the middle of the list: its neighbours find each other. */
static void helper_is_gone_once(bool odd)
{
    static struct client client, helper[3];

    actor_new(&server, true);
    client_calls(&client, &server, 50);
    for (unsigned i = 0; i < 3; i++)
        client_calls(&helper[i], &server, 40 + i);
    becomes_words(helper[1].thread->ec, odd);
    for (unsigned i = 0; i < 3; i++)
        CHECK_OK(sm_up(server.gate));
    client_has(&client, SUCCESS, &server);
    client_has(&helper[0], SUCCESS, &server);
    client_has(&helper[2], SUCCESS, &server);
    CHECK_EQ(words_of_others_changed(), 0);
}

static void helper_is_gone(void)
{
    helper_is_gone_once(false);
    kit_clean();
    helper_is_gone_once(true);
}

/*
 * Somebody who has wanted the server longer leaves before it dies. Who stays behind is itself a server, and has not run since:
 * whoever calls it is led on to what was the server, and is now words.
 */
static void somebody_has_left_once(bool odd)
{
    static struct actor between;
    static struct client client, first, behind;

    actor_new(&server, true);
    actor_new(&between, false);
    actor_calls(&between, &server);
    client_calls(&client, &server, 50);
    client_calls(&first, &server, 45);
    client_calls(&behind, &between, 40);
    CHECK_OK(destroy(first.thread->ec));
    becomes_words(server.ec, odd);
    CHECK_RESULT(portal_call(between.way, 0), SUCCESS, 1);
    CHECK_IS(between.inner, BAD_CAP);
    client_has(&client, ABORTED, 0);
    client_has(&behind, SUCCESS, &between);
    CHECK_EQ(words_of_others_changed(), 0);
}

static void somebody_has_left(void)
{
    somebody_has_left_once(false);
    kit_clean();
    somebody_has_left_once(true);
}

/*
 * The same after a helper was interrupted again and again, at another instruction each time: somebody urgent sleeps for so many
 * ticks that the timer strikes while the helper begins anew. Whoever stood in the server's list before must still stand
 * there when it dies.
 */
static volatile bool may_stop;
static volatile uint64_t progress;

static uint64_t work_on(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    do
        progress++;
    while (!may_stop);
    return 0;
}

/*
 * In ticks, each of which is an instruction: from long after the helper helps again, down to before it begins anew. So when the server
 * dies, the helper is where it was struck last; had it run once more, it could have made good what was half done. Where the reference
 * begins anew, up to twice as far, no instruction is left out; for longer kernels there are steps before.
 */
enum { SWEEP_LONG = 2400, SWEEP_STEP = 4, SWEEP_EACH = 1000, SWEEP_SHORT = 300 };

static uint64_t sweep(uint64_t nap, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    for (uint64_t after = SWEEP_LONG; after >= SWEEP_SHORT; after -= after > SWEEP_EACH ? SWEEP_STEP : 1)
        sm_down(nap, ticks() + after);
    return 0;
}

static void interrupted_anywhere_once(bool odd)
{
    static struct portal p = { work_on };
    static struct client client[3];
    const uint64_t nap = selector_new();
    struct thread *t[3];

    actor_new(&server, false);
    may_stop = false;
    progress = 0;
    CHECK_OK(create_sm(nap, SEL_PD, 0));
    const uint64_t way = portal_new(server.ec, portal_entry, &p, 0);
    for (unsigned i = 0; i < 3; i++) { /* the first is served, the others help, each more urgent than the one before */
        const uint64_t before = progress;
        t[i] = thread_new(0, call_and_note, way, (uint64_t)&client[i], 20 + 20 * i, 100000);
        wait_until(progress, before + 100);
    }
    CHECK(thread_join(thread_new(0, sweep, nap, 0, 100, 20000)));
    becomes_words(server.ec, odd);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(thread_join(t[i]));
        CHECK_IS(t[i]->result, i ? BAD_CAP : ABORTED);
    }
    CHECK_EQ(words_of_others_changed(), 0);
}

static void interrupted_anywhere(void)
{
    interrupted_anywhere_once(false);
    kit_clean();
    interrupted_anywhere_once(true);
}

/* ---- Those who waited for the dead -------------------------------------------------------------------------------------- */

/* A client that has been told goes on once: a second call of it is served as if nothing had been. */
static uint64_t call_two(uint64_t bad, uint64_t good, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    if (portal_call(bad, 0).rax != ABORTED)
        return STATUS_COUNT;
    server.answer++; /* how often it has come here */
    const result r = portal_call(good, 0);
    return r.rax == SUCCESS && utcb()->word[0] == other.answer ? SUCCESS : STATUS_COUNT;
}

static void told_once(void)
{
    actor_new(&server, true);
    actor_new(&other, true);
    const uint64_t before = server.answer;
    struct thread *t = thread_new(0, call_two, server.way, other.way, 50, 20000);
    thread_rests(t);
    CHECK_OK(destroy(server.ec));
    thread_rests(t);
    CHECK_EQ(other.began, 1);
    CHECK_EQ(server.answer, before + 1);
    CHECK_OK(sm_up(other.gate));
    CHECK(thread_join(t));
    CHECK_IS(t->result, SUCCESS);
    CHECK_EQ(server.answer, before + 1);
}

/*
 * Who dies is itself a server, and only wants another one, which sleeps: its client's time sleeps there as well, and has to be called
 * back.
 */
static void dies_wanting(void)
{
    static struct actor between;
    static struct client client, behind;

    actor_new(&server, true);
    actor_new(&between, false);
    actor_calls(&between, &server);
    client_calls(&client, &server, 50);
    client_calls(&behind, &between, 40);
    CHECK_OK(destroy(between.ec));
    client_has(&behind, ABORTED, 0);
    CHECK_EQ(server.ended, 0);
    CHECK_OK(sm_up(server.gate));
    client_has(&client, SUCCESS, &server);
}

static const struct test tests_deaths[] = {
    { "helpers_die", helpers_die },
    { "server_dies", server_dies },
    { "told_once", told_once },
    { "dies_wanting", dies_wanting },
    { "memory_is_anothers", memory_is_anothers },
    { "helper_is_gone", helper_is_gone },
    { "somebody_has_left", somebody_has_left },
    { "interrupted_anywhere", interrupted_anywhere },
    { 0 },
};

const struct told_test told_tests[] = {
    { "told_once", tests_deaths, "abort" },
    { "server_dies", tests_deaths, "abort" },
    { "dies_wanting", tests_deaths, "abort" },
    { "memory_is_anothers", tests_deaths, "abort" },
    { "helper_is_gone", tests_deaths, "abort" },
    { "somebody_has_left", tests_deaths, "abort" },
    { "helpers_die", tests_deaths, "abort" },
    { "abort_callee_ec", tests_call_ends, "abort" },
    { "abort_caller_ec", tests_call_ends, "abort" },
    { "abort_caller_pd", tests_call_ends, "abort" },
    { "abort_chain", tests_call_ends, "abort" },
    { "abort_by_server", tests_destruction, "abort" },
    { "interrupted_anywhere", tests_deaths, "helping" },
    { 0 },
};
