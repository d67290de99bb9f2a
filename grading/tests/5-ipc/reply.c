/*
 * Replies: to the one who called, once, and the server is free for the next call in the same step.
 */
#include "told/told.h"
#include "part.h"

/* ---- The second call ---------------------------------------------------------------------------------------------------- */

void again_entry(void);
void behind_reply(uint64_t descriptor);

/* Replies at once. What stands behind the reply is reached by nobody. */
__asm__(".pushsection .text\n"
        ".globl again_entry\n"
        "again_entry:\n"
        "  mov $1, %eax\n"
        "  xor %edx, %edx\n"
        "  syscall\n"
        "  mov %rdx, %rdi\n"
        "  call behind_reply\n"
        "  ud2\n"
        ".popsection\n");

_Static_assert(CALL_REPLY == 1, "what again_entry calls");

enum { SECOND = 2 };

/* With the second message it has been entered, but not where its portal says; without, it was not waiting for one. */
void behind_reply(uint64_t descriptor)
{
    told_family(descriptor == SECOND ? "rendezvous" : "reply");
    CHECK(!"a server that has replied waits, and is next entered where its portal says");
    told_enough();
}

static void second_call(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, again_entry, (void *)told_random(), 0);

    for (unsigned words = 1; words <= SECOND; words++)
        CHECK_RESULT(portal_call(portal, words), SUCCESS, 0);
}

/* ---- One server, many calls ------------------------------------------------------------------------------------------- */

static uint64_t key; /* what a server makes of a word follows from this */

static uint64_t answer_of(uint64_t word)
{
    return (word ^ key) * 0x9e3779b97f4a7c15;
}

static uint64_t words_back; /* of the next reply */

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    CHECK_EQ(descriptor >> 9, 0);
    for (uint64_t i = 0; i < words_back; i++)
        u->word[i] = answer_of(i < descriptor ? u->word[i] : i);
    return words_back;
}

/* Sends words random words, and wants back so many that follow from them. */
static void converse(uint64_t portal, uint64_t words, uint64_t back)
{
    struct utcb *u = utcb();
    uint64_t sent[8];

    words_back = back;
    for (unsigned i = 0; i < 8; i++)
        u->word[i] = sent[i] = told_random();
    CHECK_RESULT(portal_call(portal, words), SUCCESS, back);
    for (unsigned i = 0; i < 8; i++)
        CHECK_EQ(u->word[i], i >= back ? sent[i] : answer_of(i < words ? sent[i] : i));
}

/* Each pair of a few and more words has its own way through the kernel. */
static void one_server(void)
{
    static struct portal p = { serve };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);

    key = told_random();
    for (uint64_t words = 0; words < 7; words++)
        for (uint64_t back = 0; back < 7; back++)
            converse(portal, words, back);
}

/* ---- One server, two portals: each call enters where its portal says -------------------------------------------------- */

static uint64_t entered[2];

static uint64_t enter_first(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    entered[0]++;
    return 0;
}

static uint64_t enter_second(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    entered[1]++;
    return 0;
}

static void two_portals(void)
{
    static struct portal way[2] = { { enter_first }, { enter_second } };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t quick = portal_new(b->ec, registers_entry, (void *)told_random(), 0);
    uint64_t portal[2], called[2] = { 0, 0 };

    told_family("rendezvous");
    for (unsigned i = 0; i < 2; i++)
        portal[i] = portal_new(b->ec, portal_entry, &way[i], 0);
    for (unsigned i = 0; i < 24; i++) {
        const unsigned which = told_random() & 1;
        CHECK_RESULT(portal_call(portal[which], i % 3), SUCCESS, 0);
        called[which]++;
        CHECK_EQ(entered[which], called[which]);
        CHECK_RESULT(portal_call(quick, 0), SUCCESS, 0);
    }
    CHECK_EQ(entered[0], called[0]);
    CHECK_EQ(entered[1], called[1]);
}

/* ---- After a reply nobody is bound to anybody ------------------------------------------------------------------------- */

/* Root's SC is put away and chosen again: it must be root that goes on, and not a server that once worked for it. */
static void rests_between(void)
{
    static struct portal p = { serve };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);

    told_family("reply");
    for (uint64_t i = 0; i < 6; i++) {
        converse(portal, i, 6 - i);
        sleep_us(50 + told_random() % 100);
    }
}

static void reply(void)
{
    second_call();
    one_server();
    two_portals();
    rests_between();
    part(tests_call, "reply_refused", "message");
    told_enough();
}

static const struct test tests_reply[] = { { "reply", reply }, { 0 } };

const struct told_test told_tests[] = {
    { "reply", tests_reply, "reply" },
    { 0 },
};
