/*
 * Whose time a server works on: its client's, over any number of servers, and from the reply on no longer.
 */
#include "told/told.h"

enum { LINKS = 3, NUMBER = 200, SLACK_US = 150 };

struct worker {
    struct portal portal;
    uint64_t us; /* works so long for a call, and then has the next one work */
    bool last;
};

static struct worker workers[LINKS];

static void work(uint64_t us)
{
    const uint64_t end = in_us(us);

    while (ticks() < end)
        ;
}

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    const struct worker *w = (struct worker *)portal;

    (void)descriptor;
    work(w->us);
    if (!w->last)
        portal_call(NUMBER, 0);
    return 0;
}

/* Returns the portal into the first. */
static uint64_t build(void)
{
    uint64_t next = 0;

    for (unsigned n = LINKS; n-- > 0;) {
        struct domain *d = domain_new(DOMAIN_QUOTA);
        workers[n] = (struct worker){ { serve }, 300 + told_random() % 900, n + 1 == LINKS };
        if (next)
            give(d, next, PT_RIGHT_CALL, NUMBER);
        next = portal_new(d->ec, portal_entry, &workers[n].portal, 0);
    }
    return next;
}

static uint64_t served_us(void)
{
    uint64_t sum = 0;

    for (unsigned n = 0; n < LINKS; n++)
        sum += workers[n].us;
    return sum;
}

/* Calls a few times, with work of its own in between. */
static uint64_t call_often(uint64_t portal, uint64_t calls, uint64_t c, uint64_t d)
{
    uint64_t wrong = 0;

    (void)c, (void)d;
    for (uint64_t i = 0; i < calls; i++) {
        wrong |= portal_call(portal, i).rax;
        work(200);
    }
    return wrong;
}

static uint64_t used_us(const struct thread *t)
{
    return sc_time(t->sc).rdx / ticks_per_us;
}

static void check_near(uint64_t got, uint64_t expected)
{
    CHECK_AT_MOST(got, expected + SLACK_US);
    CHECK_AT_MOST(expected, got + SLACK_US);
}

/* One after the other: each has paid for its own calls, and neither for the other's. */
static void each_pays(uint64_t portal)
{
    const uint64_t calls[2] = { 1 + told_random() % 3, 1 + told_random() % 3 };
    struct thread *t[2];

    for (unsigned i = 0; i < 2; i++)
        t[i] = thread_new(0, call_often, portal, calls[i], 50 + 10 * i, 100000);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(thread_join(t[i]));
        CHECK_IS(t[i]->result, SUCCESS);
    }
    for (unsigned i = 0; i < 2; i++)
        check_near(used_us(t[i]), calls[i] * (served_us() + 200));
}

/* A call and its reply take nothing away: who had a claim before has it afterwards, and whoever is less urgent waits. */
static volatile uint64_t spun;
static volatile bool stop;

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    while (!stop)
        spun++;
    return 0;
}

static void claim_stays(uint64_t portal)
{
    struct thread *caller = thread_new(0, call_often, portal, 3, 50, 100000);
    struct thread *idler = thread_new(0, spin, 0, 0, 40, 100000);

    CHECK(thread_join(caller)); /* root is woken at once, and spun has not begun */
    CHECK_EQ(spun, 0);
    CHECK_EQ(used_us(idler), 0);
    CHECK_OK(ec_control(idler->ec, EC_PAUSE, 0));
}

static void donate(void)
{
    const uint64_t portal = build();

    each_pays(portal);
    claim_stays(portal);
    told_enough();
}

static const struct test tests_time_given[] = { { "donate", donate }, { 0 } };

const struct told_test told_tests[] = {
    { "donate", tests_time_given, "donation" },
    { 0 },
};
