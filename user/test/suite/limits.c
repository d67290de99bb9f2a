/*
 * Limits at, below and above, where the tests of the calls themselves do not go: the halves of shared registers, the ends of the
 * user half, counts of items and records, orders; and what is a program's own across calls. kernel/ABI.md §2, §7, §8, §12.
 */
#include "kit/kit.h"
#include "suite/suite.h"

#define FAULT(item, status) REFUSAL(0, 0, item, status)

enum { LAST_PAGE = 0x7fffffffe }; /* of the user half, and of memory places: the one behind it is nobody's */

/* ---- Registers -------------------------------------------------------------------------------------------------------- */

/* A selector that shares its register is compared in its 32 bits: not fewer, and none of the other half. */
static void shared_registers(void)
{
    static const uint32_t beyond[] = { SELECTOR_COUNT, 0x10000 | SEL_PD, 0x80000000 | SEL_PD, 0xffffffff };
    const uint64_t n = selector_new(), local = selector_new(), global = selector_new();
    const uint64_t place = EC_PLACE(UTCB_FREE + 0x2000, EC_LOCAL, 0);

    CHECK_OK(create_ec(local, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0));
    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0));
    for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        const uint64_t x = beyond[i];
        REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(x, 0), PAIR(SEL_PD, SEL_PD), place, 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(x, SEL_PD), place, 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, x), place, 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_SC, n, PAIR(x, global), PAIR(1, 1), 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_SC, n, PAIR(SEL_PD, x), PAIR(1, 1), 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_PT, n, PAIR(x, local), 0, 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_PT, n, PAIR(SEL_PD, x), 0, 0, 0);
        REFUSE(BAD_CAP, 0, CALL_CREATE_SC, n, PAIR(SEL_PD, global), PAIR(1, 1), (uint64_t)SEL_SC << 32 | x, 0);
    }
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, PAIR(SEL_PD, global), PAIR(0xffffffff, 1), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, PAIR(SEL_PD, global), PAIR(1, 0xffffffff), 0, 0);
    CHECK_OK(create_pt(n, SEL_PD, local, 0, 0, 0));
}

/* ---- Accounts --------------------------------------------------------------------------------------------------------- */

/* The largest quotas: refused like smaller ones, whoever pays. */
static void quota_limits(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t pd = selector_new(), n = selector_new();

    cells_make_room();
    CHECK_OK(create_pd(pd, SEL_PD, 10));
    const uint64_t free = pd_figure(SEL_PD, FIGURE_FREE).rdx, most = 0xfffffff0 - COST_PD;
    REFUSE(NO_QUOTA, REFUSAL(0xfffffff0 - free, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, n, SEL_PD, most);
    REFUSE(NO_QUOTA, REFUSAL(0xfffffff0 - 10, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, n, pd, most);
    for (uint64_t quota = 0xfffffff0; quota <= 0xffffffff; quota++) {
        result r = create_pd(n, SEL_PD, quota);
        CHECK_STATUS(r, NO_QUOTA);
        CHECK_EQ(REFUSAL_OWNER(r.rdx), ACCOUNT_CALLER); /* the payer is the caller: the smaller owner is told */
        CHECK(REFUSAL_LACKING(r.rdx) > free);
        r = create_pd(n, pd, quota);
        CHECK_STATUS(r, NO_QUOTA);
        CHECK_EQ(REFUSAL_OWNER(r.rdx), ACCOUNT_PAYER);
    }
    cells_make_room_in(b);
    give(b, pd, PD_RIGHTS, 201);
    CHECK_OK(pd_quota(b->pd, -(int64_t)pd_figure(b->pd, FIGURE_FREE).rdx, SEL_PD));
    REFUSE_IN(b, NO_QUOTA, REFUSAL(1, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, 20000, 201, 0xffffffff);
    REFUSE(NO_QUOTA, REFUSAL((1ull << 31) - pd_figure(SEL_PD, FIGURE_FREE).rdx, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA),
           CALL_PD_CONTROL, pd, PD_QUOTA, 1ull << 31, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, (1ull << 31) + 1, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, (uint64_t)INT64_MAX, SEL_PD);
}

/* ---- The ends of the user half ---------------------------------------------------------------------------------------- */

static void user_half(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t first = selector_new(), last = selector_new(), page = (uint64_t)frame_contents(frames_new(1)) >> 12;
    static const uint64_t bad[] = { 0, LAST_PAGE + 1, LAST_PAGE + 2, 1ull << 36, (1ull << 48) - 1 };

    CHECK_OK(create_ec(first, 0, SEL_PD, b->pd, EC_PLACE(0x1000, EC_LOCAL, 0), 0, 0));
    CHECK_OK(create_ec(last, 0, SEL_PD, b->pd, EC_PLACE((uint64_t)LAST_PAGE << 12, EC_LOCAL, 0), 0, 0));
    CHECK_OK(destroy(first)); /* their pages are free again */
    CHECK_OK(destroy(last));
    CHECK_RESULT(pd_grant(b->pd, RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 1)), SUCCESS, 1);
    CHECK_RESULT(pd_grant(b->pd, RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, LAST_PAGE)), SUCCESS, LAST_PAGE);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(LAST_PAGE, 0), TYPE_MEMORY, 0).rdx, MEMORY_READ);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        REFUSE(BAD_PAR, FAULT(0, BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(page, 0),
               ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, bad[i]));
}

/* ---- Items ------------------------------------------------------------------------------------------------------------ */

static uint64_t arrived;
static struct item got[ITEM_COUNT];

static uint64_t receive(struct portal *portal, uint64_t descriptor)
{
    (void)portal;
    arrived = descriptor;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        got[i] = utcb()->item[i];
    return 0;
}

/* memory: its window; 0: all that is for playing. */
static uint64_t open_all(uint64_t records, uint64_t memory, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();

    (void)c, (void)d;
    u->object_base = 1000, u->object_count = WINDOW_COUNT;
    u->memory_window = memory ? memory : RANGE(SCRATCH_PAGE, 9);
    u->port_base = 0, u->port_count = 65536;
    u->records = (uint32_t)records;
    return 0;
}

/* As many items as a message can have, the last of them, too. */
static void items_most(void)
{
    static struct portal p = { receive };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);
    struct utcb *u = utcb();

    in(b, open_all, ITEM_COUNT, 0, 0, 0);
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        u->item[i] = (struct item){ RANGE(sm_new(), 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    u->item[ITEM_COUNT - 1].how = ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0, 0);
    REFUSE(BAD_PAR, FAULT(ITEM_COUNT - 1, BAD_PAR), CALL_CALL, portal, DESCRIPTOR(WORD_COUNT, ITEM_COUNT));
    u->item[ITEM_COUNT - 1].how = ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_DOWN, 0);
    CHECK_OK(portal_call(portal, DESCRIPTOR(WORD_COUNT, ITEM_COUNT)));
    CHECK_EQ(arrived, DESCRIPTOR(WORD_COUNT, ITEM_COUNT));
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        CHECK_EQ(got[i].range, RANGE(1000 + i, 0));
}

/* 64 records in a message, and no more; orders of one item. */
static void items_records(void)
{
    static struct portal p = { receive };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), page = (uint64_t)frame_contents(frames_new(128)) >> 12;
    struct utcb *u = utcb();

    in(b, open_all, 1000, 0, 0, 0);
    u->item[0] = (struct item){ RANGE(page, 6), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 0) };
    u->item[1] = (struct item){ RANGE(sm_new(), 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) };
    REFUSE(TOO_MANY, FAULT(1, TOO_MANY), CALL_CALL, portal, DESCRIPTOR(0, 2));
    for (unsigned order = 7; order < 10; order++) {
        const enum status status = order < 9 ? TOO_MANY : BAD_CAP; /* 9 is for large pages */
        u->item[1] = (struct item){ RANGE(page >> order << order, order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, 0) };
        const result r = portal_call(portal, DESCRIPTOR(0, 2));
        CHECK_RESULT(r, status, FAULT(1, status));
    }
    u->item[1] = (struct item){ RANGE(0, 17), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0) };
    REFUSE(BAD_PAR, FAULT(1, BAD_PAR), CALL_CALL, portal, DESCRIPTOR(0, 2));
    u->item[1] = (struct item){ RANGE(0, 16), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0) }; /* all ports, which root has not */
    REFUSE(BAD_CAP, FAULT(1, BAD_CAP), CALL_CALL, portal, DESCRIPTOR(0, 2));
    in(b, open_all, 63, 0, 0, 0);
    REFUSE(NO_WINDOW, REFUSAL(1, ACCOUNT_RECEIVER, 0, NO_WINDOW), CALL_CALL, portal, DESCRIPTOR(0, 1));
    in(b, open_all, 64, 0, 0, 0);
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    CHECK_EQ(got[0].range, RANGE(SCRATCH_PAGE, 6));
}

/* As many in a reply: each tells root its number for the server's PD. */
static uint64_t reply_most(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        utcb()->item[i] = (struct item){ RANGE(SEL_PD, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0) };
    return DESCRIPTOR(WORD_COUNT, ITEM_COUNT);
}

static void items_most_replied(void)
{
    static struct portal p = { reply_most };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);
    struct utcb *u = utcb();

    u->object_base = SEL_LAST, u->object_count = 1;
    CHECK_RESULT(portal_call(portal, 0), SUCCESS, DESCRIPTOR(WORD_COUNT, ITEM_COUNT));
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        CHECK_EQ(u->item[i].range, RANGE(b->pd, 0));
    CHECK_EQ(pd_lookup(TYPE_OBJECT, b->pd).rdx >> 32, ITEM_COUNT); /* pins */
}

/* An item meets a UTCB: memory is the only one that a window's place can be taken for. */
static void items_occupied(void)
{
    static struct portal p = { receive };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), page = (uint64_t)frame_contents(frames_new(1)) >> 12;

    in(b, open_all, 1, RANGE(ec_utcb(b->place) >> 12, 0), 0, 0);
    utcb()->item[0] = (struct item){ RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 0) };
    REFUSE(OCCUPIED, FAULT(0, OCCUPIED), CALL_CALL, portal, DESCRIPTOR(0, 1));
}

/* ---- Grants of one place ---------------------------------------------------------------------------------------------- */

/*
 * Root has a frame under 65 pages, and each is another source: 64 grants meet at one page, and no item, PD_GRANT or KERNEL_MEMORY
 * brings a further one. Another frame is told first; a source that is there already needs no room.
 */
static void grants_most(void)
{
    static struct portal r = { receive };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(2), p = SCRATCH_PAGE, q = p + 200, last = p + GRANTS_MAX;
    const uint64_t to_p = ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, p),
                   to_q = ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, q);
    const uint64_t other = (uint64_t)frame_contents(frame + 1) >> 12, portal = portal_new(b->ec, portal_entry, &r, 0);

    for (unsigned i = 0; i <= GRANTS_MAX; i++)
        CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 0), p + i, MEMORY_READ));
    for (unsigned i = 0; i < GRANTS_MAX; i++) {
        CHECK_OK(pd_grant(b->pd, RANGE(p + i, 0), to_p));
        CHECK_OK(pd_grant(SEL_PD, RANGE(p + i, 0), to_q));
    }
    REFUSE(TOO_MANY, FAULT(0, TOO_MANY), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(last, 0), to_p);
    REFUSE(CONFLICT, FAULT(0, CONFLICT), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(other, 0), to_p);
    CHECK_OK(pd_grant(b->pd, RANGE(p + 5, 0), to_p));
    in(b, open_all, 2, 0, 0, 0);
    utcb()->item[0] = (struct item){ RANGE(last, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 0) };
    REFUSE(TOO_MANY, FAULT(0, TOO_MANY), CALL_CALL, portal, DESCRIPTOR(0, 1));
    REFUSE(TOO_MANY, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_MEMORY, RANGE(frame, 0), q, MEMORY_READ);
    REFUSE(CONFLICT, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_MEMORY, RANGE(frame + 1, 0), q, MEMORY_READ);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(p + 7, 0), 0xff & ~RIGHT_DESTROY)); /* one less at each */
    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 0), q, MEMORY_READ));
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    REFUSE(TOO_MANY, FAULT(0, TOO_MANY), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(p + 7, 0), to_p);
}

/* ---- Time ------------------------------------------------------------------------------------------------------------- */

/* All of root's at once, and one more than there can be. */
static void sc_quota_most(void)
{
    const uint64_t ec = selector_new(), sc = selector_new();

    CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(ec, EC_PAUSE, 0)); /* it has no handler, and must not start */
    CHECK_OK(create_sc(sc, SEL_PD, ec, 1, 1000, SEL_SC, 0));
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, sc, SC_QUOTA, SUPER_PERIOD_US + 1, SEL_SC);
    CHECK_OK(sc_quota(sc, SUPER_PERIOD_US, SEL_SC));
    REFUSE(NO_TIME, 1, CALL_SC_CONTROL, sc, SC_QUOTA, 1, SEL_SC);
    REFUSE(NO_TIME, SUPER_PERIOD_US, CALL_SC_CONTROL, sc, SC_QUOTA, SUPER_PERIOD_US, SEL_SC);
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, sc, SC_QUOTA, -(uint64_t)SUPER_PERIOD_US - 1, SEL_SC);
    CHECK_OK(sc_quota(sc, -SUPER_PERIOD_US, SEL_SC));
    REFUSE(NO_TIME, 1, CALL_SC_CONTROL, sc, SC_QUOTA, -1ull, SEL_SC);
}

/* ---- One's own across calls: FPU, FS base ----------------------------------------------------------------------------- */

static uint64_t server_saw[3][2]; /* low halves of xmm3 and the FS base at each call */
static unsigned server_calls;

static void xmm3_set(uint64_t value)
{
    __asm__ volatile("movq %0, %%xmm3" : : "r"(value));
}

static uint64_t xmm3(void)
{
    uint64_t value;
    __asm__ volatile("movq %%xmm3, %0" : "=r"(value));
    return value;
}

static uint64_t fs_base(void)
{
    return (uint64_t)utcb();
}

/* A server with state of its own in the FPU and a moved FS base. */
static uint64_t keep_state(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    if (server_calls < 3) {
        server_saw[server_calls][0] = xmm3();
        server_saw[server_calls][1] = fs_base();
    }
    server_calls++;
    xmm3_set(0x5e0000 + server_calls);
    __asm__ volatile("wrfsbase %0" : : "r"(fs_base() + 64));
    return 0;
}

/* Between programs that differ in both: caller and server in different PDs, and two callers of one server. */
static uint64_t call_with_state(uint64_t portal, uint64_t value, uint64_t c, uint64_t d)
{
    const uint64_t base = fs_base();

    (void)c, (void)d;
    xmm3_set(value);
    const uint64_t status = portal_call(portal, 0).rax;
    return status == SUCCESS && xmm3() == value && fs_base() == base;
}

static void own_across_calls(void)
{
    static struct portal p = { keep_state };
    struct domain *s = domain_new(DOMAIN_QUOTA), *a = domain_new(DOMAIN_QUOTA), *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(s->ec, portal_entry, &p, 0);

    server_calls = 0;
    give(a, portal, PT_RIGHT_CALL, 200);
    give(b, portal, PT_RIGHT_CALL, 200);
    CHECK_EQ(in(a, call_with_state, 200, 0xaaaa, 0, 0), true);
    CHECK_EQ(in(b, call_with_state, 200, 0xbbbb, 0, 0), true);
    CHECK_EQ(call_with_state(portal, 0xcccc, 0, 0), true);
    CHECK_EQ(server_calls, 3);
    for (unsigned i = 0; i < 3; i++) { /* what it had at its last reply; nothing of its callers */
        CHECK_EQ(server_saw[i][0], i ? 0x5e0000 + i : 0);
        CHECK_EQ(server_saw[i][1], ec_utcb(s->place) + 64 * i);
    }
}

const struct test tests_limits[] = {
    { "limits_shared_registers", shared_registers },
    { "limits_quota", quota_limits },
    { "limits_user_half", user_half },
    { "limits_items", items_most },
    { "limits_records", items_records },
    { "limits_items_replied", items_most_replied },
    { "limits_items_occupied", items_occupied },
    { "limits_grants", grants_most },
    { "limits_sc_quota", sc_quota_most },
    { "limits_own_across_calls", own_across_calls },
    { 0 },
};
