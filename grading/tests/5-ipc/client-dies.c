/*
 * A client's end, and the end of portals: the server goes on, its reply goes nowhere, and nothing points to what is gone.
 */
#include "told/told.h"
#include "kit/many.h"
#include "play.h"

static struct actor first, second;
static struct client client;

/* What is created now lies where the dead were. */
static void fill_gaps(uint64_t *sm, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        sm[i] = selector_new();
        CHECK_OK(create_sm(sm[i], SEL_PD, 0));
    }
}

static void still_there(const uint64_t *sm, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        CHECK_RESULT(sm_up(sm[i]), SUCCESS, 0);
}

/* ---- The client ------------------------------------------------------------------------------------------------------- */

/* Its EC's memory is another EC's when the server ends. */
static void client_dies(void)
{
    struct client other;

    actor_new(&first, true);
    actor_new(&second, true);
    client_calls(&client, &first, 50);
    CHECK_OK(destroy(client.thread->ec));
    client_calls(&other, &second, 50);
    CHECK_OK(sm_up(first.gate));
    sleep_us(200);
    CHECK_EQ(first.ended, 0); /* nobody's time works for it */
    CHECK_OK(destroy(first.ec));
    sleep_us(200);
    CHECK_EQ(other.descriptor, ~0ull);
    CHECK_OK(sm_up(second.gate));
    client_has(&other, SUCCESS, &second);
}

/* A server in the middle of a chain is somebody's client, too: its callee's reply has nowhere to go. */
static void client_and_server_die(void)
{
    actor_new(&first, false);
    actor_new(&second, true);
    actor_calls(&first, &second);
    client_calls(&client, &first, 50);
    CHECK_OK(destroy(client.thread->ec));
    CHECK_OK(destroy(first.ec));
    CHECK_OK(destroy(second.ec));
}

/* ---- Portals ---------------------------------------------------------------------------------------------------------- */

enum { PORTALS = 12, MANY = 150, GAPS = 40 };

/* Some go before their EC, in an order of the seed's, and what then lies in their place must not go with it. */
static void portals_die(void)
{
    uint64_t portal[PORTALS], sm[GAPS];
    bool gone[PORTALS] = { false };

    actor_new(&first, false);
    for (unsigned i = 0; i < PORTALS; i++)
        portal[i] = portal_new(first.ec, portal_entry, &first.portal, 0);
    for (unsigned i = 0; i < PORTALS / 2; i++) {
        const unsigned which = (unsigned)told_random_below(PORTALS);
        CHECK_STATUS(destroy(portal[which]), gone[which] ? BAD_CAP : SUCCESS);
        gone[which] = true;
    }
    CHECK_OK(destroy(first.way));
    fill_gaps(sm, GAPS);
    for (unsigned i = 0; i < PORTALS; i++)
        CHECK_STATUS(portal_call(portal[i], 0), gone[i] ? BAD_CAP : SUCCESS);
    CHECK_OK(destroy(first.ec));
    for (unsigned i = 0; i < PORTALS; i++)
        CHECK_STATUS(portal_call(portal[i], 0), BAD_CAP);
    still_there(sm, GAPS);
}

/* More than are closed in one piece. */
static void many_portals_die(void)
{
    uint64_t portal[MANY];

    actor_new(&first, false);
    for (unsigned i = 0; i < MANY; i++)
        portal[i] = portal_new(first.ec, portal_entry, &first.portal, 0);
    CHECK_OK(portal_call(portal[told_random_below(MANY)], 0));
    CHECK_OK(destroy(first.ec));
    for (unsigned i = 0; i < MANY; i++)
        CHECK_STATUS(portal_call(portal[i], 0), BAD_CAP);
}

/*
 * In instructions, at most. 64 portals are closed in one piece (ABI.md §13.4), in a student's kernel with 200 instructions each; the
 * reference takes 50. Who closes all of these in one piece takes 30,000 of the reference's.
 */
enum { WAYS = 640, A_PIECE_MOST = 64 * 200 };

static void end_it(uint64_t ec)
{
    CHECK_OK(destroy(ec));
}

/* An EC ends into which more portals lead than are closed in one piece: between the pieces others run. */
static void portals_die_in_pieces(void)
{
    int place;
    const uint64_t ec = server_new(0, &place);

    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(create_pt(MANY_FIRST + i, SEL_PD, ec, (uint64_t)portal_reply_at_once, 0, 0));
    const uint64_t instructions_in_a_piece = longest_pass(end_it, ec);
    CHECK_AT_MOST(instructions_in_a_piece, A_PIECE_MOST);
    for (uint64_t i = 0; i < WAYS; i++)
        CHECK_OK(delete (MANY_FIRST + i));
}

void told_prepare(void)
{
    many_settle();
}

static const struct test tests_death[] = {
    { "client_dies", client_dies },           { "client_and_server_die", client_and_server_die }, { "portals_die", portals_die },
    { "many_portals_die", many_portals_die }, { "portals_die_in_pieces", portals_die_in_pieces }, { 0 },
};

const struct told_test told_tests[] = {
    { "abort_portal_in_call", tests_call_ends, "abort" },
    { "client_dies", tests_death, "abort" },
    { "client_and_server_die", tests_death, "abort" },
    { "portals_die", tests_death, "abort" },
    { "many_portals_die", tests_death, "abort" },
    { "portals_die_in_pieces", tests_death, "abort" },
    { 0 },
};
