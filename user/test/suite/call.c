/*
 * Calls and replies: form, look-up, who is called by whom. kernel/ABI.md §7.0, §7.1; rules R13, R14.2, R15. What they let through:
 * registers.c.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- The call --------------------------------------------------------------------------------------------------------- */

static uint64_t served;

static uint64_t add(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    uint64_t sum = 0;

    (void)portal;
    for (unsigned i = 0; i < DESCRIPTOR_WORDS(descriptor); i++)
        sum += u->word[i];
    u->word[0] = sum;
    served++;
    return DESCRIPTOR(1, 0);
}

static struct portal adder = { add };

static void call_and_reply(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &adder, 0);
    struct utcb *u = utcb();

    served = 0;
    u->word[0] = 40;
    u->word[1] = 2;
    u->word[2] = 1000;
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(2, 0)), SUCCESS, 1);
    CHECK_EQ(u->word[0], 42);
    CHECK_EQ(u->word[1], 2);
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 0)), SUCCESS, 1);
    CHECK_EQ(u->word[0], 0);
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(1, 0) | DESCRIPTOR_NO_BLOCK), SUCCESS, 1);
    CHECK_EQ(served, 3);
}

static void call_same_pd(void)
{
    int place;
    const uint64_t ec = server_new(0, &place), portal = portal_new(ec, portal_entry, &adder, 0);

    utcb()->word[0] = 7;
    for (int i = 0; i < 100; i++)
        CHECK_RESULT(portal_call(portal, DESCRIPTOR(1, 0)), SUCCESS, 1);
    CHECK_EQ(utcb()->word[0], 7);
}

static void call_refused(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &adder, 0);

    served = 0;
    for (unsigned bit = 14; bit < 63; bit++)
        REFUSE(BAD_PAR, 0, CALL_CALL, 0, 1ull << bit);
    REFUSE(BAD_PAR, 0, CALL_CALL, 0, WORD_COUNT + 1);
    REFUSE(BAD_PAR, 0, CALL_CALL, 0, 0x1ff);
    REFUSE(BAD_PAR, 0, CALL_CALL, portal, WORD_COUNT + 1);
    REFUSE(BAD_PAR, 0, CALL_CALL, portal, DESCRIPTOR(0, ITEM_COUNT + 1));
    REFUSE(BAD_PAR, 0, CALL_CALL, portal, DESCRIPTOR(0, 31) | DESCRIPTOR_NO_BLOCK);
    REFUSE(BAD_CAP, 0, CALL_CALL, 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, selector_new(), 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, SELECTOR_COUNT, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, SELECTOR_COUNT - 1, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, 1ull << 32 | portal, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, 1ull << 16 | portal, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, 1ull << 63 | portal, 0);
    REFUSE(BAD_CAP, 0, CALL_CALL, ~0ull, 0);
    for (uint64_t i = SEL_KERNEL; i <= SEL_SC; i++)
        REFUSE(BAD_CAP, 0, CALL_CALL, i, 0);
    CHECK_EQ(served, 0);
    CHECK_OK(portal_call(portal, WORD_COUNT));
    CHECK_EQ(served, 1);
}

/* R15: numbers above 13 are refused by all 64 bits of rax. */
static void call_numbers(void)
{
    static const uint64_t number[] = { 14, 15, 16, 17, 256, 1ull << 32, 1ull << 63, ~0ull, 1ull << 32 | CALL_CREATE_SM };
    const uint64_t new = selector_new();

    for (unsigned i = 0; i < sizeof number / sizeof *number; i++)
        REFUSE(BAD_CALL, 0, number[i], new, SEL_PD, 0);
}

static void operations_unknown(void)
{
    static const uint64_t beyond[] = { 5, 16, 1ull << 32, ~0ull };

    for (unsigned i = 0; i < 4; i++) {
        REFUSE(BAD_CALL, 0, CALL_PD_CONTROL, SEL_PD, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_EC_CONTROL, ROOT_SEL_EC, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_SC_CONTROL, SEL_SC, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_PT_CONTROL, 0, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_SM_CONTROL, 0, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, beyond[i], 0);
        REFUSE(BAD_CALL, 0, CALL_REMOVE, PAIR(0, beyond[i] | 3), 0, 0);
    }
    REFUSE(BAD_CALL, 0, CALL_SC_CONTROL, 0, SC_PRIORITY + 1);
    REFUSE(BAD_CALL, 0, CALL_PT_CONTROL, 0, PT_SET + 1);
    REFUSE(BAD_CALL, 0, CALL_SM_CONTROL, 0, SM_ZERO + 1);
}

/* ---- The reply -------------------------------------------------------------------------------------------------------- */

static uint64_t reply_status[6];

/* Replies that are refused come back; the server goes on serving, and its next reply is good. */
static uint64_t reply_badly(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    reply_status[0] = reply_now(WORD_COUNT + 1).rax;
    reply_status[1] = reply_now(DESCRIPTOR(0, ITEM_COUNT + 1)).rax;
    reply_status[2] = reply_now(DESCRIPTOR_NO_BLOCK).rax;
    reply_status[3] = reply_now(1ull << 14).rax;
    reply_status[4] = reply_now(1ull << 62).rax;
    reply_status[5] = reply_now(~0ull).rax;
    utcb()->word[0] = 5;
    return DESCRIPTOR(1, 0);
}

static void reply_refused(void)
{
    static struct portal p = { reply_badly };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);

    CHECK_RESULT(portal_call(portal, 0), SUCCESS, 1);
    CHECK_EQ(utcb()->word[0], 5);
    for (unsigned i = 0; i < 6; i++)
        CHECK_IS(reply_status[i], BAD_PAR);
    REFUSE(BAD_CALL, 0, CALL_REPLY, 0, 0);     /* root's EC is global */
    REFUSE(BAD_CALL, 0, CALL_REPLY, 0, ~0ull); /* which is told first */
}

/* ---- Who is called by whom -------------------------------------------------------------------------------------------- */

static uint64_t call_own(uint64_t portal, uint64_t descriptor, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    result r = portal_call(portal, descriptor);
    return r.rax | r.rdx << 32;
}

/* R14.2: one's own portal. */
static void call_own_portal(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);

    give(b, b->portal, PT_RIGHT_CALL, 200);
    CHECK_IS(in(b, call_own, 200, 0, 0, 0), CYCLE);
    CHECK_IS(in(b, call_own, 200, DESCRIPTOR_NO_BLOCK, 0, 0), TIMEOUT);
    CHECK_IS(in(b, call_own, 200, WORD_COUNT + 1, 0, 0), BAD_PAR);
}

/* Calls on, and has the callee do the same: root → a → b → c → … */
static uint64_t pass_on(uint64_t portal, uint64_t status, uint64_t depth, uint64_t d)
{
    struct utcb *u = utcb();

    u->word[0] = (uint64_t)pass_on;
    u->word[1] = portal;
    u->word[2] = status;
    u->word[3] = depth + 1;
    ((uint64_t *)status)[depth] = portal_call(portal, DESCRIPTOR(4, 0)).rax;
    return d & 0;
}

static void call_circle(void)
{
    struct domain *a = domain_new(DOMAIN_QUOTA), *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);

    give(a, b->portal, PT_RIGHT_CALL, 200);
    give(b, c->portal, PT_RIGHT_CALL, 200);
    give(c, a->portal, PT_RIGHT_CALL, 200);
    static uint64_t status[4];
    CHECK_EQ(in(a, pass_on, 200, (uint64_t)status, 0, 0), 0);
    CHECK_IS(status[2], CYCLE);
    CHECK_IS(status[1], SUCCESS);
    CHECK_IS(status[0], SUCCESS);
}

static void call_deep(void)
{
    enum { DEPTH = 8 };
    struct domain *d[DEPTH];
    static uint64_t status[DEPTH + 1];

    for (int i = 0; i < DEPTH; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    for (int i = 0; i < DEPTH; i++)
        if (i + 1 < DEPTH)
            give(d[i], d[i + 1]->portal, PT_RIGHT_CALL, 200);
    in(d[0], pass_on, 200, (uint64_t)status, 0, 0);
    for (int i = 0; i < DEPTH - 1; i++)
        CHECK_IS(status[i], SUCCESS);
    CHECK_IS(status[DEPTH - 1], BAD_CAP); /* the last has nobody to call */
}

const struct test tests_call[] = {
    { "call", call_and_reply },
    { "call_same_pd", call_same_pd },
    { "call_refused", call_refused },
    { "call_numbers", call_numbers },
    { "call_operations", operations_unknown },
    { "call_own_portal", call_own_portal },
    { "call_circle", call_circle },
    { "call_deep", call_deep },
    { "reply_refused", reply_refused },
    { 0 },
};
