/*
 * The words of a call: exactly those that the descriptor counts arrive, in the UTCB of the one who is called.
 *
 * Each server of the chain is called with another count, and looks at its whole page. Some have it where their caller has its
 * own, so that a copy by the program's address instead of the kernel's lands in the wrong one. Nobody replies.
 */
#include "told/told.h"
#include "chain.h"

static unsigned words[SERVERS];
static uint64_t secret; /* what a word of the message holds follows from this, its place and the server's number */

static uint64_t value(unsigned n, unsigned place)
{
    return (secret + n * 1000003ull + place) * 0x9e3779b97f4a7c15;
}

/* What is in the page before the message comes. Pages of other PDs root cannot write: they are fresh. */
static uint64_t old(unsigned n, unsigned place)
{
    return server[n].domain ? 0 : ~value(n, place);
}

/* All words and the page's header are filled, as if all were to be sent: whoever copies too many is seen. */
static void write_message(unsigned n)
{
    for (unsigned i = 0; i < WORD_COUNT; i++)
        utcb()->word[i] = value(n, i);
    utcb()->lost = value(n, WORD_COUNT);
    for (unsigned i = 0; i < 3; i++)
        utcb()->user[i] = value(n, WORD_COUNT + i);
}

static void arrived(unsigned n)
{
    const struct utcb *u = (const struct utcb *)server[n].utcb;
    unsigned words_arrived_wrong = 0, words_changed_behind = 0;

    CHECK_EQ(entered.rdx, words[n]);
    for (unsigned i = 0; i < words[n]; i++)
        words_arrived_wrong += u->word[i] != value(n, i);
    for (unsigned i = words[n]; i < WORD_COUNT; i++)
        words_changed_behind += u->word[i] != old(n, i);
    words_changed_behind += u->lost != old(n, WORD_COUNT);
    for (unsigned i = 0; i < 3; i++)
        words_changed_behind += u->user[i] != old(n, WORD_COUNT + i);
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        words_changed_behind += u->item[i].range != old(n, i) || u->item[i].how != old(n, i);
    CHECK_EQ(words_arrived_wrong, 0);
    CHECK_EQ(words_changed_behind, 0);
    if (n + 1 == SERVERS)
        told_enough();
    write_message(n + 1);
    depth++;
    portal_call(server[n].next, words[n + 1]);
    CHECK(!"a call comes back only with its reply, and nobody has replied");
    told_enough();
}

static void fill_page(unsigned n)
{
    struct utcb *u = (struct utcb *)server[n].utcb;

    if (server[n].domain)
        return;
    for (unsigned i = 0; i < WORD_COUNT; i++)
        u->word[i] = old(n, i);
    u->lost = old(n, WORD_COUNT);
    for (unsigned i = 0; i < 3; i++)
        u->user[i] = old(n, WORD_COUNT + i);
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        u->item[i] = (struct item){ old(n, i), old(n, i) };
}

/* Few words have a way of their own; the largest count there is; and what the seed says. */
static void choose_counts(void)
{
    static const unsigned fixed[] = { 1, 4, WORD_COUNT, 2, 5, 3, 0 };

    for (unsigned n = 0; n < SERVERS; n++)
        words[n] = n < 7 ? fixed[n] : 6 + told_random() % (WORD_COUNT - 6);
}

static void words_arrive(void)
{
    secret = told_random();
    choose_counts();
    for (unsigned n = 0; n < SERVERS; n++) /* every other one at the address of the one before, in another PD */
        server_make(n, n % 2, n % 2 ? server[n - 1].utcb : 0);
    for (unsigned n = 0; n + 1 < SERVERS; n++)
        server_link(n);
    for (unsigned n = 0; n < SERVERS; n++)
        fill_page(n);
    write_message(0);
    portal_call(server[0].portal, words[0]);
    CHECK(!"a call comes back only with its reply, and nobody has replied");
    told_enough();
}

static const struct test tests_words[] = { { "words", words_arrive }, { 0 } };

const struct told_test told_tests[] = {
    { "words", tests_words, "message" },
    { 0 },
};
