/*
 * Nobody can wait for himself: whoever would close a circle is told, whatever kinds of waiting it is made of.
 */
#include "told/told.h"
#include "late.h"
#include "play.h"

/* ---- A circle of any length, and the one who would close it -------------------------------------------------------------- */

enum { MOST = 7 };

struct ring {
    struct portal portal;
    bool closes; /* the last one: its call is refused, and it answers */
    uint64_t inner, no_block;
};

static struct ring ring[MOST];

static uint64_t pass_on(struct portal *portal, uint64_t descriptor)
{
    struct ring *r = (struct ring *)portal;

    (void)descriptor;
    if (r->closes)
        r->no_block = portal_call(NEXT, DESCRIPTOR_NO_BLOCK).rax;
    const result result = portal_call(NEXT, 0);
    r->inner = result.rax | result.rdx << 32;
    return 0;
}

/* Server 0 calls 1, that 2 ...; the last one calls back to number `back`. */
static void ring_of(unsigned length, unsigned back)
{
    struct domain *d[MOST];
    uint64_t way[MOST];

    for (unsigned n = 0; n < length; n++) {
        ring[n] = (struct ring){ { pass_on }, n + 1 == length, STATUS_COUNT, STATUS_COUNT };
        d[n] = domain_new(DOMAIN_QUOTA);
        way[n] = portal_new(d[n]->ec, portal_entry, &ring[n].portal, 0);
    }
    for (unsigned n = 0; n < length; n++)
        give(d[n], way[n + 1 == length ? back : n + 1], PT_RIGHT_CALL, NEXT);
    for (unsigned round = 0; round < 2; round++) { /* a refusal leaves everybody as he was */
        CHECK_RESULT(portal_call(way[0], 0), SUCCESS, 0);
        CHECK_IS(ring[length - 1].inner, CYCLE);
        CHECK_IS(ring[length - 1].no_block, TIMEOUT);
        for (unsigned n = 0; n + 1 < length; n++)
            CHECK_IS(ring[n].inner, SUCCESS);
    }
}

static void own_portal(void)
{
    ring_of(1, 0);
}

static void two_servers(void)
{
    ring_of(2, 0);
}

static void several_servers(void)
{
    const unsigned length = 3 + (unsigned)told_random_below(MOST - 2);

    ring_of(length, (unsigned)told_random_below(length));
}

/* ---- Both kinds of waiting ---------------------------------------------------------------------------------------------- */

/*
 * Three servers at work, each for a client of its own, each wants the next one: so two of them wait without having delivered
 * anything when the third comes to close the circle.
 */
enum { SIDES = 3 };

static struct side {
    struct portal portal;
    uint64_t inner;
    struct client client;
} side[SIDES];

static uint64_t wait_and_call(struct portal *portal, uint64_t descriptor)
{
    struct side *s = (struct side *)portal;

    (void)descriptor;
    sm_down(GATE, 0);
    if (s->inner == STATUS_COUNT)
        s->inner = portal_call(NEXT, 0).rax;
    return 0;
}

static void wanting_counts(void)
{
    struct domain *d[SIDES];
    uint64_t way[SIDES], gate[SIDES];
    unsigned refused = 0, good = 0;

    for (unsigned n = 0; n < SIDES; n++) {
        side[n] = (struct side){ .portal = { wait_and_call }, .inner = STATUS_COUNT };
        d[n] = domain_new(DOMAIN_QUOTA);
        gate[n] = selector_new();
        CHECK_OK(create_sm(gate[n], SEL_PD, 0));
        give(d[n], gate[n], SM_RIGHT_DOWN, GATE);
        way[n] = portal_new(d[n]->ec, portal_entry, &side[n].portal, 0);
    }
    for (unsigned n = 0; n < SIDES; n++) {
        give(d[n], way[(n + 1) % SIDES], PT_RIGHT_CALL, NEXT);
        side[n].client.thread = thread_new(0, call_and_note, way[n], (uint64_t)&side[n].client, 50 + n, 20000);
        thread_rests(side[n].client.thread);
    }
    const unsigned start = (unsigned)told_random_below(SIDES);
    for (unsigned i = 0; i < SIDES; i++) {
        CHECK_OK(sm_up(gate[(start + i) % SIDES]));
        sleep_us(300);
    }
    for (unsigned n = 0; n < SIDES; n++)
        for (unsigned i = 0; i < 2; i++)
            CHECK_OK(sm_up(gate[n])); /* for the calls of the others */
    for (unsigned n = 0; n < SIDES; n++) {
        CHECK(thread_join(side[n].client.thread));
        CHECK_IS(side[n].client.thread->result, SUCCESS);
        refused += side[n].inner == CYCLE;
        good += side[n].inner == SUCCESS;
    }
    CHECK_IS(side[(start + SIDES - 1) % SIDES].inner, CYCLE); /* the last that wanted */
    CHECK_EQ(refused, 1);
    CHECK_EQ(good, SIDES - 1);
}

/* ---- Who is wanted is the server, also while that waits for another one ---------------------------------------------------- */

enum { BACK = 202 };

static struct both {
    struct portal portal;
    uint64_t next, back;
} both;

static uint64_t call_next_and_back(struct portal *portal, uint64_t descriptor)
{
    struct both *b = (struct both *)portal;

    (void)descriptor;
    b->next = portal_call(NEXT, 0).rax;
    b->back = portal_call(BACK, 0).rax;
    return 0;
}

/* Somebody wants it while it waits for an answer. It gets that, goes on at once, and calls the one that wants it: that is a circle. */
static void wanted_over_a_chain(void)
{
    static struct actor slow, wants;
    static struct client client, other;
    struct domain *d = domain_new(DOMAIN_QUOTA);

    actor_new(&slow, true);
    actor_new(&wants, false);
    both = (struct both){ { call_next_and_back }, STATUS_COUNT, STATUS_COUNT };
    const struct actor server = { .way = portal_new(d->ec, portal_entry, &both.portal, 0) };
    give(d, slow.way, PT_RIGHT_CALL, NEXT);
    give(d, wants.way, PT_RIGHT_CALL, BACK);
    actor_calls(&wants, &server);
    client_calls(&client, &server, 60);
    client_calls(&other, &wants, 50);
    CHECK_OK(sm_up(slow.gate));
    CHECK_OK(sm_up(slow.gate)); /* for the second call of the server */
    CHECK(thread_join(client.thread));
    CHECK_IS(both.next, SUCCESS);
    CHECK_IS(both.back, CYCLE);
    client_has(&other, SUCCESS, &wants);
    CHECK_IS(wants.inner, SUCCESS);
}

/* ---- An exception: whoever would hear it waits for the one who raises it -------------------------------------------------- */

static uint64_t fault(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("ud2");
    return 0;
}

/* Its handler has called it: the exception is unheard. */
static void handler_waits(void)
{
    static struct actor handler;
    static struct portal p = { fault };
    struct domain *victim = domain_new(DOMAIN_QUOTA);
    const uint64_t way = portal_new(victim->ec, portal_entry, &p, 0);

    actor_new(&handler, false);
    handler.calls_on = true;
    give(handler.domain, way, PT_RIGHT_CALL, NEXT);
    event_portal(victim, victim->place, 6, handler.ec, &handler.portal, TRANSFER_ALL);
    CHECK_RESULT(portal_call(handler.way, 0), SUCCESS, 1);
    CHECK_IS(handler.inner, ABORTED);
    CHECK_EQ(handler.began, 1);
}

/* ---- A long way round ----------------------------------------------------------------------------------------------------- */

enum { LONG = 500 };

/* Each calls the next, and the last one `end`. Returns the portal of the first. */
static uint64_t long_new(uint64_t end)
{
    for (uint64_t i = 0; i < LONG; i++) {
        const uint64_t ec = MANY_FIRST + 2 * i, page = LATE_PAGES + i * UTCB_SIZE;
        CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(page, EC_LOCAL, 0), 0, 0));
        CHECK_OK(create_pt(ec + 1, SEL_PD, ec, (uint64_t)relay_entry, i ? ec - 1 : end, 0));
    }
    return MANY_FIRST + 2 * (LONG - 1) + 1;
}

static void long_drop(void)
{
    for (uint64_t i = 0; i < LONG; i++) {
        const uint64_t ec = MANY_FIRST + 2 * i;
        CHECK_OK(destroy(ec));
        CHECK_OK(delete (ec));
        CHECK_OK(delete (ec + 1));
    }
}

/*
 * Many more links than are followed without a preemption point. The last server of the chain calls the first: a circle. Then it sleeps,
 * and somebody calls the first: before he knows that this is no circle he has followed all links, and meanwhile others run.
 *
 * It is somewhere in this walk, behind the first 64 links, that the most urgent thread is to run. What comes behind the walk, the way to
 * the chain's end, has no preemption points (ABI.md §10.3).
 */
static void long_way(void)
{
    static struct actor last;
    static struct client client;

    actor_new(&last, true);
    const struct actor first = { .way = long_new(last.way) };
    actor_calls(&last, &first);
    client_calls(&client, &first, 50);
    CHECK_EQ(last.began, 1);
    CHECK_IS(last.inner, CYCLE);
    const uint64_t instructions_late = late_in_call(first.way, 1000 + told_random_below(500));
    CHECK_AT_MOST(instructions_late, LATE_MOST);
    for (unsigned i = 0; i < 2; i++)
        CHECK_OK(sm_up(last.gate));
    late_caller_has(SUCCESS);
    CHECK(thread_join(client.thread));
    CHECK_IS(client.thread->result, SUCCESS);
    long_drop();
}

static const struct test tests_circle[] = {
    { "own_portal", own_portal },
    { "two_servers", two_servers },
    { "several_servers", several_servers },
    { "wanting_counts", wanting_counts },
    { "handler_waits", handler_waits },
    { "wanted_over_a_chain", wanted_over_a_chain },
    { "long_way", long_way },
    { 0 },
};

const struct told_test told_tests[] = {
    { "own_portal", tests_circle, "helping" },      { "two_servers", tests_circle, "helping" },
    { "several_servers", tests_circle, "helping" }, { "handler_waits", tests_circle, "helping" },
    { "wanting_counts", tests_circle, "helping" },  { "wanted_over_a_chain", tests_circle, "helping" },
    { "long_way", tests_circle, "helping" },        { 0 },
};
