/*
 * An urgent thread calls a server that is at work for a less urgent one: its time drives whoever holds it up, over the whole
 * chain.
 */
#include "told/told.h"
#include "late.h"
#include "play.h"

/* ---- Who runs --------------------------------------------------------------------------------------------------------- */

enum { LINKS = 4 };

/* A chain of servers, whose last one works until it may stop. */
static struct link {
    struct portal portal;
    uint64_t secret;
    bool last;
    volatile uint64_t began, inside;
} chain[LINKS];

static volatile bool may_stop, stop_spinning;
static volatile uint64_t progress, spun;

/* The next server's answer is another word. With the same one it comes back without an answer. */
static uint64_t ask_next(uint64_t word)
{
    const result r = portal_call(NEXT, 1);

    if (r.rax == SUCCESS && utcb()->word[0] == word)
        CHECK(!"a server that waits for an answer goes on when it has it, and not before");
    return r.rax == SUCCESS ? utcb()->word[0] : 0;
}

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    struct link *l = (struct link *)portal;
    uint64_t word = utcb()->word[0];

    (void)descriptor;
    l->began++;
    if (l->began > 2) {
        told_family("rendezvous");
        CHECK(!"each of two calls is served once");
    }
    if (l->inside++) {
        told_family("rendezvous");
        CHECK(!"nobody enters a server that is at work");
    }
    if (l->last)
        do
            progress++;
        while (!may_stop);
    else
        word = ask_next(word);
    utcb()->word[0] = word ^ l->secret;
    l->inside--;
    return 1;
}

static uint64_t way[LINKS];

static void build(unsigned links)
{
    for (unsigned n = links; n-- > 0;) {
        struct domain *d = domain_new(DOMAIN_QUOTA);
        chain[n] = (struct link){ { serve }, told_random(), n + 1 == links, 0, 0 };
        if (n + 1 < links)
            give(d, way[n + 1], PT_RIGHT_CALL, NEXT);
        way[n] = portal_new(d->ec, portal_entry, &chain[n].portal, 0);
    }
    may_stop = stop_spinning = false;
    progress = spun = 0;
}

/* What the chain from link n on makes of a word. */
static uint64_t answer_of(unsigned n, unsigned links, uint64_t word)
{
    for (; n < links; n++)
        word ^= chain[n].secret;
    return word;
}

static uint64_t call_word(uint64_t portal, uint64_t word, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    utcb()->word[0] = word;
    const result r = portal_call(portal, 1);
    return r.rax == SUCCESS && r.rdx == 1 ? utcb()->word[0] : r.rax;
}

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop_spinning)
        spun++;
    return 0;
}

/*
 * Low has come to the end of the chain, middle spins, and root, who is more urgent than both, calls some server of the chain. It
 * comes back before middle has done anything: its time has driven the last server on. And low's answer is low's.
 */
static void help_over(unsigned links, unsigned called)
{
    const uint64_t low_word = told_random(), word = told_random();

    build(links);
    struct thread *low = thread_new(0, call_word, way[0], low_word, 10, 100000);
    wait_until(progress, 1);
    struct thread *middle = thread_new(0, spin, 0, 0, 50, 100000);
    may_stop = true;
    utcb()->word[0] = word;
    const result r = portal_call(way[called], 1);
    if (r.rax == SUCCESS && chain[called].began == 1) {
        told_family("rendezvous");
        CHECK(!"a call that succeeds has been served");
    }
    CHECK_RESULT(r, SUCCESS, 1);
    CHECK_EQ(spun, 0);
    CHECK_EQ(utcb()->word[0], answer_of(called, links, word));
    stop_spinning = true;
    CHECK(thread_join(middle));
    CHECK(thread_join(low));
    told_family("reply");
    CHECK_EQ(low->result, answer_of(0, links, low_word));
    for (unsigned n = 0; n < links; n++)
        CHECK_EQ(chain[n].began, n >= called ? 2 : 1);
    told_family("helping"); /* when the servers end, the lists of those who wanted them are looked at */
}

static void one_server(void)
{
    help_over(1, 0);
}

static void first_of_chain(void)
{
    help_over(LINKS, 0);
}

static void middle_of_chain(void)
{
    help_over(LINKS, 1 + (unsigned)told_random_below(LINKS - 2));
}

/* ---- Who waits for somebody that sleeps, sleeps with him --------------------------------------------------------------- */

enum { HELPS_COUNTED = 3 }; /* kernel_counter */

static void sleeps_along(void)
{
    static struct actor first, second;
    static struct client client, helper;

    const uint64_t helps_before = kernel_counter(SEL_KERNEL, HELPS_COUNTED).rdx;

    actor_new(&first, false);
    actor_new(&second, true);
    actor_calls(&first, &second);
    client_calls(&client, &first, 50);
    client_calls(&helper, &first, 60);
    CHECK_EQ(first.began, 1);
    const bool helps_are_counted = kernel_counter(SEL_KERNEL, HELPS_COUNTED).rdx > helps_before;
    CHECK(helps_are_counted);
    const uint64_t used = sc_time(helper.thread->sc).rdx;
    sleep_us(3000);
    CHECK_EQ(sc_time(helper.thread->sc).rdx, used); /* it does not try again and again */
    CHECK_OK(sm_up(second.gate));
    CHECK_OK(sm_up(second.gate));
    client_has(&client, SUCCESS, &first);
    client_has(&helper, SUCCESS, &first);
    CHECK_EQ(second.ended, 2);
}

/* ---- Who has been served, wants nobody --------------------------------------------------------------------------------- */

/* A server that has once wanted another one wants nobody when it has been served: that one can call it, and wait for it. */
static void wants_nobody(void)
{
    static struct actor a, b;
    static struct client client[2];

    actor_new(&a, false);
    actor_new(&b, true);
    actor_calls(&a, &b);
    client_calls(&client[0], &b, 50); /* b waits */
    client_calls(&client[1], &a, 50); /* a wants b */
    for (unsigned i = 0; i < 2; i++)
        CHECK_OK(sm_up(b.gate));
    client_has(&client[0], SUCCESS, &b);
    client_has(&client[1], SUCCESS, &a);
    CHECK_IS(a.inner, SUCCESS);
    a.calls_on = false;
    a.waits = true;
    b.waits = false;
    actor_calls(&b, &a);
    client_calls(&client[0], &a, 50); /* a waits */
    client_calls(&client[1], &b, 50); /* b wants a, which no longer wants b */
    for (unsigned i = 0; i < 2; i++)
        CHECK_OK(sm_up(a.gate));
    client_has(&client[0], SUCCESS, &a);
    client_has(&client[1], SUCCESS, &b);
    CHECK_IS(b.inner, SUCCESS);
}

/* ---- Exceptions help as calls do ---------------------------------------------------------------------------------------- */

static uint64_t fault(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    __asm__ volatile("int3");
    return a;
}

/* Two threads raise one at the same time, and their handler sleeps over the first. */
static void two_exceptions(void)
{
    static struct actor handler;
    struct thread *t[2];

    actor_new(&handler, true);
    for (unsigned i = 0; i < 2; i++) {
        t[i] = thread_new(0, fault, i + 1, 0, 50 + i, 20000);
        event_portal(0, t[i]->place, 3, handler.ec, &handler.portal, 0);
        thread_rests(t[i]);
    }
    CHECK_EQ(handler.began, 1);
    for (unsigned i = 0; i < 2; i++)
        CHECK_OK(sm_up(handler.gate));
    for (unsigned i = 0; i < 2; i++) {
        CHECK(thread_join(t[i]));
        CHECK_EQ(t[i]->result, i + 1);
    }
    CHECK_EQ(handler.ended, 2);
}

/* ---- Many that begin anew ------------------------------------------------------------------------------------------------ */

/* Fewer than 64, so no walk along the chain has a preemption point of its own. */
enum { WANTING = 60, WANTING_TABLE = 64000, CLIENT = 0, CLIENT_SC = 1, SERVER = 2, SERVER_WAY = 3, NUMBERS = 4 };

static uint64_t wanting(uint64_t i, unsigned what)
{
    return MANY_FIRST + NUMBERS * i + what;
}

static struct beginner {
    struct portal portal;
    uint64_t way;
} beginner;

static uint64_t begin_calling(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    u->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_LOW;
    u->word[EVENT_RIP] = (uint64_t)relay_entry;
    for (unsigned i = EVENT_RAX; i <= EVENT_RDI; i++)
        u->word[i] = 0;
    u->word[EVENT_RAX] = beginner.way;
    return DESCRIPTOR(EVENT_RDI + 1, 0);
}

/* A server that is at work for a client of its own, and wants the server behind `next`. */
static void wanting_new(uint64_t i, uint64_t next)
{
    const uint64_t page = LATE_PAGES + 2 * i * UTCB_SIZE, ec = wanting(i, CLIENT), server = wanting(i, SERVER);

    CHECK_OK(create_ec(server, 0, SEL_PD, SEL_PD, EC_PLACE(page, EC_LOCAL, 0), 0, 0));
    CHECK_OK(create_pt(wanting(i, SERVER_WAY), SEL_PD, server, (uint64_t)relay_entry, next, 0));
    CHECK_OK(create_ec(ec, WANTING_TABLE, SEL_PD, SEL_PD, EC_PLACE(page + UTCB_SIZE, EC_GLOBAL, 0), 0, 0));
    beginner = (struct beginner){ { begin_calling }, wanting(i, SERVER_WAY) };
    CHECK_OK(create_sc(wanting(i, CLIENT_SC), SEL_PD, ec, 50, 1000, 0, 0));
    sleep_us(500);
}

/* The servers have died before. */
static void wanting_drop(void)
{
    for (uint64_t i = 0; i < WANTING; i++) {
        CHECK_OK(destroy(wanting(i, CLIENT)));
        for (unsigned n = 0; n < NUMBERS; n++)
            CHECK_OK(delete (wanting(i, n)));
    }
    CHECK_OK(destroy(WANTING_TABLE + EVENT_STARTUP));
    CHECK_OK(delete (WANTING_TABLE + EVENT_STARTUP));
}

/*
 * Servers each of which wants the next one. Whoever calls the first helps it, so that begins its call anew and helps the second, and so on,
 * each with a look at all that are before it. Nowhere on this way are there 64 links in a row, but 1,800 in all, and meanwhile others
 * run. Between two preemption points is a whole call, so it may take twice as long as a mere walk.
 */
static void many_begin_anew(void)
{
    static struct actor last;
    static struct client client;
    int place;

    actor_new(&last, true);
    client_calls(&client, &last, 50);
    CHECK_OK(create_pt(WANTING_TABLE + EVENT_STARTUP, SEL_PD, server_new(0, &place), (uint64_t)portal_entry, (uint64_t)&beginner,
                       0x7f));
    for (uint64_t i = 0; i < WANTING; i++)
        wanting_new(i, i ? wanting(i - 1, SERVER_WAY) : last.way);
    CHECK_EQ(last.began, 1);
    const uint64_t instructions_late = late_in_call(wanting(WANTING - 1, SERVER_WAY), 2000 + told_random_below(4000));
    CHECK_AT_MOST(instructions_late, 2 * LATE_MOST);
    for (uint64_t i = WANTING; i-- > 0;)
        CHECK_OK(destroy(wanting(i, SERVER)));
    late_caller_has(BAD_CAP);
    wanting_drop();
}

static const struct test tests_help[] = {
    { "one_server", one_server },           { "first_of_chain", first_of_chain },
    { "middle_of_chain", middle_of_chain }, { "sleeps_along", sleeps_along },
    { "wants_nobody", wants_nobody },       { "two_exceptions", two_exceptions },
    { "many_begin_anew", many_begin_anew }, { 0 },
};

const struct told_test told_tests[] = {
    { "help_no_block", tests_helping, "helping" },
    { "one_server", tests_help, "helping" },
    { "wants_nobody", tests_help, "rendezvous" },
    { "first_of_chain", tests_help, "helping" },
    { "middle_of_chain", tests_help, "helping" },
    { "sleeps_along", tests_help, "helping" },
    { "two_exceptions", tests_help, "helping" },
    { "many_begin_anew", tests_help, "helping" },
    { 0 },
};
