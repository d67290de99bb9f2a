/*
 * How a server is entered: with which registers, on whose stack, and that it is the one that was called.
 *
 * What the words are does not matter here, and nobody replies.
 */
#include "told/told.h"
#include "chain.h"

static void changed_id(unsigned n)
{
    server[n].id = told_random();
    CHECK_OK(pt_set(server[n].portal, server[n].id, TRANSFER_ALL)); /* what it says of events does not concern calls */
}

static void arrived(unsigned n)
{
    const struct server *s = &server[n];

    CHECK_EQ(entered.rax, s->id);
    CHECK_EQ(entered.rdx, s->descriptor);
    CHECK_EQ(entered.rcx, (uint64_t)chain_entry);
    CHECK_EQ(entered.rsp, s->stack);
    CHECK_EQ(entered.fs, s->utcb);
    CHECK_EQ(entered.r11 & ~0x8d5ull, 0x202);
    CHECK_EQ(entered.gs | entered.rbx | entered.rsi | entered.rdi | entered.rbp, 0);
    CHECK_EQ(entered.r8 | entered.r9 | entered.r10 | entered.r12 | entered.r13 | entered.r14 | entered.r15, 0);
    if (n + 1 == SERVERS)
        told_enough();
}

static void meet(void)
{
    for (unsigned n = 0; n < SERVERS; n++)
        server_make(n, n % 3 == 1, 0);
    for (unsigned n = 0; n + 1 < SERVERS; n++)
        server_link(n);
    for (unsigned n = 0; n < SERVERS; n++)
        server[n].descriptor = (n + told_random_below(4)) % 5;
    for (unsigned n = 1; n < SERVERS; n += 2)
        changed_id(n);
    portal_call(server[0].portal, server[0].descriptor);
    CHECK(!"a call comes back only with its reply, and nobody has replied");
    told_enough();
}

static const struct test tests_meet[] = { { "meet", meet }, { 0 } };

const struct told_test told_tests[] = {
    { "meet", tests_meet, "rendezvous" },
    { 0 },
};
