/*
 * Helping, circles, and who is served when: kernel/ABI.md §10.3, rule R14.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static volatile uint64_t progress, spun;
static volatile bool stop_spinning;

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop_spinning)
        spun++;
    return 0;
}

static uint64_t call_once(uint64_t portal, uint64_t descriptor, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    return portal_call(portal, descriptor).rax;
}

/* The same, for the word that comes back; 1000 when none does. */
static uint64_t call_for_word(uint64_t portal, uint64_t descriptor, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const result r = portal_call(portal, descriptor);
    return r.rax == SUCCESS && r.rdx == 1 ? utcb()->word[0] : 1000;
}

static volatile bool may_reply;

/* A server that works until it may reply: whoever calls it then, drives it on to there. */
static uint64_t work(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    do
        progress++;
    while (!may_reply);
    utcb()->word[0] = 1;
    return 1;
}

static struct portal worker = { work };

/* Serves by calling the next server, whose portal has this number in its PD. The answer counts the servers, so that it
 * tells who has really been called, and who has gone on without his reply. */
static uint64_t call_next(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    const result r = portal_call(200, 0);
    utcb()->word[0] = r.rax == SUCCESS && r.rdx == 1 ? utcb()->word[0] + 1 : 100;
    return 1;
}

static struct portal forwarder = { call_next };

/* Root sleeps until the server is in the middle of its work. From then on, the first who gives it time gets it to its
 * end. */
static void let_it_begin(void)
{
    wait_until(progress, 1);
    may_reply = true;
}

/*
 * Low is in the server, middle spins, high calls: it must return before middle has got anything, since its time drives
 * the server on. links: servers in a row.
 */
static void help_over(unsigned links)
{
    struct domain *d[3], *client = domain_new(DOMAIN_QUOTA);
    uint64_t portal[3];

    for (unsigned i = 0; i < links; i++) {
        d[i] = domain_new(DOMAIN_QUOTA);
        portal[i] = portal_new(d[i]->ec, portal_entry, i + 1 == links ? &worker : &forwarder, 0);
    }
    for (unsigned i = 0; i + 1 < links; i++)
        give(d[i], portal[i + 1], PT_RIGHT_CALL, 200);
    give(client, portal[0], PT_RIGHT_CALL, 200);
    progress = spun = may_reply = 0;
    stop_spinning = false;
    struct thread *low = thread_new(client, call_for_word, 200, 0, 10, 100000);
    let_it_begin();
    struct thread *middle = thread_new(0, spin, 0, 0, 50, 100000);
    const uint64_t before = spun, begun = progress;
    const result r = portal_call(portal[0], 0);
    CHECK_OK(r);
    CHECK_EQ(r.rdx, 1);
    CHECK_EQ(utcb()->word[0], links);
    CHECK_EQ(spun, before);  /* root is the most urgent */
    CHECK(progress > begun); /* the server has come to its end, and has worked for root */
    sleep_us(2000);          /* low's own part is done; it returns when middle lets it */
    stop_spinning = true;
    CHECK(thread_join(middle));
    CHECK(thread_join(low));
    CHECK_EQ(low->result, links); /* nobody on the way has left his call without its reply */
}

static void help_one(void)
{
    help_over(1);
}

static void help_chain(void)
{
    help_over(3);
}

/* No-block finds the server at work. */
static void help_not(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *client = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &worker, 0);

    progress = may_reply = 0;
    give(client, portal, PT_RIGHT_CALL, 200);
    struct thread *t = thread_new(client, call_once, 200, 0, 10, 100000);
    let_it_begin();
    CHECK_RESULT(portal_call(portal, DESCRIPTOR_NO_BLOCK), TIMEOUT, 0);
    CHECK(thread_join(t));
    CHECK_IS(t->result, SUCCESS);
    CHECK_OK(portal_call(portal, DESCRIPTOR_NO_BLOCK));
}

/* R14.2: A calls B while B calls A: the second is refused, the first goes on. */
static uint64_t cycle_status, cycle_no_block;

static uint64_t call_back(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    cycle_no_block = portal_call(200, DESCRIPTOR_NO_BLOCK).rax;
    cycle_status = portal_call(200, 0).rax;
    return 0;
}

static void help_cycle(void)
{
    static struct portal back = { call_back };
    struct domain *a = domain_new(DOMAIN_QUOTA), *b = domain_new(DOMAIN_QUOTA);
    const uint64_t to_a = portal_new(a->ec, portal_entry, &forwarder, 0),
                   to_b = portal_new(b->ec, portal_entry, &back, 0);

    give(a, to_b, PT_RIGHT_CALL, 200);
    give(b, to_a, PT_RIGHT_CALL, 200);
    CHECK_RESULT(portal_call(to_a, 0), SUCCESS, 1);
    CHECK_IS(cycle_status, CYCLE);
    CHECK_IS(cycle_no_block, TIMEOUT);
    CHECK_RESULT(portal_call(to_a, 0), SUCCESS, 1); /* both serve on */
}

/* R14.2 with two threads, so that both servers are at work before either wants the other. */
static volatile uint64_t cycle_results[2];

static uint64_t call_across(struct portal *portal, uint64_t descriptor);

struct side {
    struct portal portal;
    unsigned index;
};

static struct side sides[2] = { { { call_across }, 0 }, { { call_across }, 1 } };

static uint64_t call_across(struct portal *portal, uint64_t descriptor)
{
    const unsigned index = ((struct side *)portal)->index;

    (void)descriptor;
    if (!index) /* until the other server is at work, too */
        sm_down(201, DEADLINE_NEVER);
    cycle_results[index] = portal_call(200, 0).rax;
    return 0;
}

static void help_cycle_threads(void)
{
    struct domain *d[2], *client[2];
    uint64_t portal[2], sm = selector_new();
    struct thread *t[2];

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (int i = 0; i < 2; i++) {
        d[i] = domain_new(DOMAIN_QUOTA);
        client[i] = domain_new(DOMAIN_QUOTA);
        portal[i] = portal_new(d[i]->ec, portal_entry, &sides[i], 0);
        cycle_results[i] = 99;
    }
    for (int i = 0; i < 2; i++) {
        give(d[i], portal[1 - i], PT_RIGHT_CALL, 200);
        give(d[i], sm, SM_RIGHT_DOWN, 201);
        give(client[i], portal[i], PT_RIGHT_CALL, 200);
        t[i] = thread_new(client[i], call_once, 200, 0, 60, 100000);
        thread_rests(t[i]);
    }
    CHECK_OK(sm_up(sm));
    CHECK_OK(sm_up(sm)); /* when server 1 calls it at last, it does the same */
    CHECK(thread_join(t[0]));
    CHECK(thread_join(t[1]));
    CHECK((cycle_results[0] == CYCLE && cycle_results[1] == SUCCESS) ||
          (cycle_results[1] == CYCLE && cycle_results[0] == SUCCESS));
    CHECK_IS(t[0]->result, SUCCESS);
    CHECK_IS(t[1]->result, SUCCESS);
}

/* R8.2, R14.4: while B helps towards a portal, it is taken away, or its id changes. Root is urgent, so it acts in
 * between. */
static uint64_t slept;

static uint64_t sleep_in_server(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    slept++;
    sm_down(201, DEADLINE_NEVER); /* all that help wait with it */
    return 0;
}

static void help_sees_changes(void)
{
    static struct portal sleeper = { sleep_in_server };

    for (int way = 0; way < 3; way++) {
        struct domain *s = domain_new(DOMAIN_QUOTA), *first = domain_new(DOMAIN_QUOTA),
                      *second = domain_new(DOMAIN_QUOTA);
        const uint64_t slow = portal_new(s->ec, portal_entry, &sleeper, 0);
        const uint64_t fast = portal_new(s->ec, registers_entry, (void *)1, 0), sm = selector_new();

        CHECK_OK(create_sm(sm, SEL_PD, 0));
        give(s, sm, SM_RIGHT_DOWN, 201);
        give(first, slow, PT_RIGHT_CALL, 200);
        give(second, fast, PT_RIGHT_CALL, 200);
        struct thread *a = thread_new(first, call_once, 200, 0, 60, 50000);
        thread_rests(a);
        struct thread *b = thread_new(second, call_once, 200, 0, 60, 50000);
        thread_rests(b);
        if (way == 0)
            CHECK_OK(revoke(fast, 0xff));
        else if (way == 1)
            CHECK_OK(pt_set(fast, 2, 0));
        else
            CHECK_OK(destroy(fast));
        CHECK_OK(sm_up(sm));
        CHECK(thread_join(a));
        CHECK(thread_join(b));
        CHECK_IS(a->result, SUCCESS);
        CHECK_EQ(b->result, way == 1 ? SUCCESS : BAD_CAP);
        if (way == 1)
            CHECK_EQ(registers_seen.rax, 2);
        kit_clean();
    }
}

/* Several clients of one server, which sleeps: each gets its reply, in turn. */
static void help_many(void)
{
    enum { CLIENTS = 6 };
    static struct portal sleeper = { sleep_in_server };
    struct domain *s = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(s->ec, portal_entry, &sleeper, 0), sm = selector_new();
    struct thread *t[CLIENTS];

    slept = 0;
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(s, sm, SM_RIGHT_DOWN, 201);
    for (int i = 0; i < CLIENTS; i++)
        t[i] = thread_new(0, call_once, portal, 0, (unsigned)(10 + i), 1000);
    for (int i = 0; i < CLIENTS; i++)
        CHECK_OK(sm_up(sm));
    for (int i = 0; i < CLIENTS; i++) {
        CHECK(thread_join(t[i]));
        CHECK_IS(t[i]->result, SUCCESS);
    }
    CHECK_EQ(slept, CLIENTS);
}

static volatile uint64_t recalls;

static uint64_t note_recall(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    recalls++;
    return 0;
}

/*
 * §9.4: what a recalled EC waits for goes on. High wants the server and drives it, before middle, which spins; its recall comes when the
 * call is over.
 */
static void help_recalled(void)
{
    static struct portal recalled = { note_recall };
    struct domain *s = domain_new(DOMAIN_QUOTA), *h = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(s->ec, portal_entry, &worker, 0);

    progress = spun = recalls = may_reply = 0;
    stop_spinning = false;
    struct thread *low = thread_new(NULL, call_once, portal, 0, 10, 100000);
    wait_until(progress, 1);
    struct thread *middle = thread_new(NULL, spin, 0, 0, 50, 100000);
    struct thread *high = thread_new(NULL, call_once, portal, 0, 60, 100000);
    event_portal(NULL, high->place, EVENT_RECALL, h->ec, &recalled, 0);
    sleep_us(500);
    const uint64_t before = spun, begun = progress;
    CHECK_OK(ec_control(high->ec, EC_RECALL, 0));
    sleep_us(500);
    CHECK(progress > begun);
    CHECK_EQ(spun, before);
    CHECK_EQ(recalls, 0);
    may_reply = true;
    CHECK(thread_join(high));
    CHECK_EQ(recalls, 1);
    CHECK_IS(high->result, SUCCESS);
    CHECK_EQ(spun, before);
    stop_spinning = true;
    CHECK(thread_join(middle));
    CHECK(thread_join(low));
}

const struct test tests_helping[] = {
    { "help", help_one },
    { "help_chain", help_chain },
    { "help_no_block", help_not },
    { "help_cycle", help_cycle },
    { "help_cycle_threads", help_cycle_threads },
    { "help_sees_changes", help_sees_changes },
    { "help_many", help_many },
    { "help_recalled", help_recalled },
    { 0 },
};
