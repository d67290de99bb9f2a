/*
 * Conversations inside conversations: each reply goes to its own caller, and the time to whom it works for.
 *
 * Every server's answer follows from its caller's word and a number that only that server knows.
 */
#include "told/told.h"

enum { DEPTH = 7, NUMBER = 200 };

struct link {
    struct portal portal;
    uint64_t next; /* number of the next server's portal, 0: it is the last */
    uint64_t secret;
    uint64_t sleep; /* µs: the last one waits, and whoever is behind it waits with it */
    uint64_t served, answered;
};

static struct link chain[DEPTH];
static uint64_t nap; /* a semaphore that nobody ups: number NUMBER + 1 everywhere */

/* What server n makes of a word: the next one's answer to it, and its own secret. */
static uint64_t answer_of(unsigned n, uint64_t word)
{
    for (unsigned i = n; i < DEPTH; i++)
        word ^= chain[i].secret * (i + 1);
    return word;
}

/*
 * Whoever has called server n with this word goes on, and it is the time to do so: n has answered, and to him. Else the time was
 * given to one who waits, and his page is as he left it; or the answer was.
 */
static void came_back(unsigned n, uint64_t calls, uint64_t word, result r)
{
    const uint64_t got = utcb()->word[0];

    if (chain[n].answered != calls) {
        told_family(got == word ? "donation" : "reply");
        CHECK(!"whoever has called goes on when he has his answer, and not before");
    }
    CHECK_RESULT(r, SUCCESS, 1);
    CHECK_EQ(got, answer_of(n, word));
}

/* Calls on with a word of its own, so that an answer to somebody else is noticed; then answers its caller. */
static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    struct link *l = (struct link *)portal;
    const unsigned n = (unsigned)(l - chain);
    struct utcb *u = utcb();
    const uint64_t word = u->word[0];

    CHECK_EQ(descriptor, 1);
    l->served++;
    if (l->sleep)
        sm_down(NUMBER + 1, in_us(l->sleep));
    if (l->next) {
        u->word[0] = word + n + 1;
        came_back(n + 1, l->served, word + n + 1, portal_call(l->next, 1));
    }
    u->word[0] = answer_of(n, word);
    l->answered++;
    return 1;
}

/* Returns the portal into server 0. */
static uint64_t build(void)
{
    uint64_t next = 0;

    nap = selector_new();
    CHECK_OK(create_sm(nap, SEL_PD, 0));
    for (unsigned n = DEPTH; n-- > 0;) {
        struct domain *d = domain_new(DOMAIN_QUOTA);
        chain[n] = (struct link){ .portal = { serve }, .next = next ? NUMBER : 0, .secret = told_random() };
        if (next)
            give(d, next, PT_RIGHT_CALL, NUMBER);
        give(d, nap, SM_RIGHT_DOWN, NUMBER + 1);
        next = portal_new(d->ec, portal_entry, &chain[n].portal, 0);
    }
    return next;
}

/* Root calls server 0; everybody has to answer once, and rightly. */
static void call_through(uint64_t portal)
{
    const uint64_t word = told_random(), calls = chain[0].served + 1;

    utcb()->word[0] = word;
    came_back(0, calls, word, portal_call(portal, 1));
    for (unsigned n = 0; n < DEPTH; n++) {
        CHECK_EQ(chain[n].served, calls);
        CHECK_EQ(chain[n].answered, calls);
    }
}

/* One of them sleeps, and root's time with it; when it wakes, it goes on where it was and not somebody in between. */
static void sleep_through(uint64_t portal)
{
    told_family("donation");
    for (unsigned n = 0; n < DEPTH; n += 2) {
        chain[n].sleep = 30 + told_random() % 200;
        call_through(portal);
        chain[n].sleep = 0;
    }
}

static void nested(void)
{
    const uint64_t portal = build();

    for (unsigned i = 0; i < 4; i++)
        call_through(portal);
    sleep_through(portal);
    told_enough();
}

static const struct test tests_nested[] = { { "nested", nested }, { 0 } };

const struct told_test told_tests[] = {
    { "nested", tests_nested, "reply" },
    { 0 },
};
