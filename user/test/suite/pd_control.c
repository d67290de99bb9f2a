/*
 * pd_control: quota, figures, grants, look-up, acknowledge. kernel/ABI.md §7.8.
 */
#include "kit/kit.h"
#include "suite/suite.h"

#define FAULT(status) REFUSAL(0, 0, 0, status) /* item 0 is at fault, and no account */

static void pd_quota_moves(void)
{
    const uint64_t pd = selector_new(), child = selector_new(), free = pd_figure(SEL_PD, FIGURE_FREE).rdx;

    CHECK_OK(create_pd(pd, SEL_PD, 10));
    CHECK_RESULT(pd_quota(pd, 5, SEL_PD), SUCCESS, 0);
    CHECK_RESULT(pd_figure(pd, FIGURE_QUOTA), SUCCESS, 15);
    CHECK_OK(pd_quota(pd, -15, SEL_PD));
    CHECK_RESULT(pd_figure(pd, FIGURE_QUOTA), SUCCESS, 0);
    CHECK_OK(pd_quota(pd, 0, SEL_PD));
    CHECK_OK(pd_quota(pd, 20, SEL_PD));
    CHECK_OK(create_pd(child, pd, 4));
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, 20 - 4 - COST_PD);
    CHECK_OK(pd_quota(child, 2, pd));
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, 20 - 6 - COST_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, child, PD_QUOTA, 1, SEL_PD); /* root is not its payer */
    CHECK_OK(destroy(pd));                                           /* and child with it */
    CHECK_STATUS(pd_figure(child, 0), BAD_CAP);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_FREE).rdx, free); /* the two reserved numbers cost nothing */
}

static void pd_quota_refused(void)
{
    const uint64_t pd = selector_new(), sm = sm_new(), free = pd_figure(SEL_PD, FIGURE_FREE).rdx;

    CHECK_OK(create_pd(pd, SEL_PD, 10));
    const uint64_t left = pd_figure(SEL_PD, FIGURE_FREE).rdx;
    CHECK(left < free);
    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, sm, PD_QUOTA, 1, SEL_PD);
    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, pd, PD_QUOTA, 1, sm);
    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, 0, PD_QUOTA, 1, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, 1ull << 33, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, 1ull << 63, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, (uint64_t)-0x80000001ll, SEL_PD);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, pd, PD_QUOTA, 1, pd); /* it is not its own payer */
    REFUSE(NO_QUOTA, REFUSAL(1, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA), CALL_PD_CONTROL, pd, PD_QUOTA, left + 1, SEL_PD);
    REFUSE(NO_QUOTA, REFUSAL(1, ACCOUNT_TARGET, NO_ITEM, NO_QUOTA), CALL_PD_CONTROL, pd, PD_QUOTA, (uint64_t)-11, SEL_PD);
    REFUSE(NO_QUOTA, REFUSAL(0x80000000 - 10, ACCOUNT_TARGET, NO_ITEM, NO_QUOTA), CALL_PD_CONTROL, pd, PD_QUOTA,
           (uint64_t)-0x80000000ll, SEL_PD);
    CHECK_OK(pd_quota(pd, (int64_t)left, SEL_PD));
    CHECK_RESULT(pd_figure(SEL_PD, FIGURE_FREE), SUCCESS, 0);
}

static void pd_figures(void)
{
    const uint64_t sm = sm_new();

    for (uint64_t number = FIGURE_COUNT; number; number <<= 7)
        REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, sm, PD_FIGURES, number);
    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, sm, PD_FIGURES, 0);
    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, 0, PD_FIGURES, 3);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, pd_figure(SEL_PD, FIGURE_USED).rdx + pd_figure(SEL_PD, FIGURE_FREE).rdx);
}

/* The two reads must not need a PD, so any rsi is good. */
static void pd_lookup_form(void)
{
    const uint64_t sm = sm_new(), empty = selector_new();

    CHECK_RESULT(pd_lookup(TYPE_OBJECT, empty), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_OBJECT, 0), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_OBJECT, SELECTOR_COUNT - 1), SUCCESS, 0);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(SELECTOR_COUNT, 0), TYPE_OBJECT);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(sm, 1), TYPE_OBJECT);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(sm, 0), TYPE_NULL);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(sm, 0), TYPE_SM);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(sm, 0), 1ull << 32 | TYPE_OBJECT);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(0x10000, 0), TYPE_PORTS);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(1ull << 35, 0), TYPE_MEMORY);
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x3f8), SUCCESS, PORTS_ACCESS);
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x3ff), SUCCESS, PORTS_ACCESS);
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x3f7), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_PORTS, 0x400), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, ROOT_UTCB >> 12), SUCCESS, 0);
    CHECK_RESULT(pd_lookup(TYPE_MEMORY, (uint64_t)pd_lookup_form >> 12), SUCCESS, MEMORY_READ | MEMORY_EXECUTE);
    for (uint64_t i = SEL_KERNEL; i <= SEL_SC; i++)
        CHECK((pd_lookup(TYPE_OBJECT, i).rdx & RIGHT_DESTROY << 8) == 0);
}

static void pd_ack_refused(void)
{
    const uint64_t sm = sm_new();

    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_ACK, SELECTOR_COUNT, 0);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_ACK, 1ull << 32 | sm, 0);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_ACK, sm, 1);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_ACK, sm, 1ull << 32);
    REFUSE(BAD_PAR, 0, CALL_PD_CONTROL, ANY, PD_ACK, sm, ~0ull);
    CHECK_RESULT(pd_ack(sm, 0), SUCCESS, 0);
}

static void pd_grant_objects(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), other = sm_new(), cells = pd_figure(b->pd, FIGURE_CELLS).rdx;

    CHECK_RESULT(grant_object(b->pd, sm, SM_RIGHT_UP, 200), SUCCESS, 200);
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells + 1);
    CHECK_RESULT(grant_object(b->pd, sm, SM_RIGHT_DOWN, 210), SUCCESS, 200); /* known already: its number, no record */
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells + 1);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(200, 0), TYPE_OBJECT, 0).rdx,
             TYPE_SM | (SM_RIGHT_UP | SM_RIGHT_DOWN) << 8 | 1 << 16); /* no pin */
    REFUSE(OCCUPIED, FAULT(OCCUPIED), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(other, 0),
           ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 200));
    CHECK_OK(revoke(sm, 0xff));
    REFUSE(OCCUPIED, FAULT(OCCUPIED), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(other, 0),
           ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 200));
    CHECK_RESULT(grant_object(b->pd, sm, SM_RIGHT_UP, 300), SUCCESS, 200);
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells + 1);
}

static void pd_grant_refused(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), empty = selector_new(), good = ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 200);

    REFUSE(BAD_CAP, 0, CALL_PD_CONTROL, sm, PD_GRANT, RANGE(sm, 0), good);
    REFUSE(BAD_CAP, FAULT(BAD_CAP), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(empty, 0), good);
    REFUSE(BAD_CAP, FAULT(BAD_CAP), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(0, 0), good);
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 1), good);
    REFUSE(BAD_CAP, FAULT(BAD_CAP), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(SELECTOR_COUNT, 0), good);
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_NULL, TYPE_OBJECT, 1, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(3, TYPE_OBJECT, 1, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_SM, 1, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0x08, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0xff, 200));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(sm, 0),
           ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, SELECTOR_COUNT));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(0x3f8, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3f0));
    REFUSE(BAD_CAP, FAULT(BAD_CAP), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(0x80, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x80));
    REFUSE(BAD_PAR, FAULT(BAD_PAR), CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(0x3f8, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 2, 0x3f8));
    CHECK_RESULT(grant_object(b->pd, sm, SM_RIGHTS, SELECTOR_COUNT - 1), SUCCESS, SELECTOR_COUNT - 1);
}

/* To oneself an object is nothing. */
static void pd_grant_self(void)
{
    const uint64_t sm = sm_new(), empty = selector_new();
    struct snapshot before, after;

    snapshot_take(&before);
    CHECK_RESULT(grant_object(SEL_PD, sm, SM_RIGHT_UP, empty), SUCCESS, sm);
    snapshot_take(&after);
    CHECK_EQ(snapshot_changes(&before, &after), 0);
}

static void pd_grant_ports(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t used = pd_figure(b->pd, FIGURE_USED).rdx;

    CHECK_RESULT(pd_grant(b->pd, RANGE(0x3f8, 3), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3f8)), SUCCESS, 0x3f8);
    CHECK(pd_figure(b->pd, FIGURE_USED).rdx - used <= 1);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x3fd, 0), TYPE_PORTS, 0).rdx, PORTS_ACCESS);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(0x3f8, 3), 1));
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x3fd, 0), TYPE_PORTS, 0).rdx, 0);
    CHECK_RESULT(pd_grant(b->pd, RANGE(0x3fa, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3fa)), SUCCESS, 0x3fa);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x3fa, 0), TYPE_PORTS, 0).rdx, PORTS_ACCESS);
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(0x3fb, 0), TYPE_PORTS, 0).rdx, 0);
}

const struct test tests_pd_control[] = {
    { "pd_quota", pd_quota_moves },
    { "pd_quota_refused", pd_quota_refused },
    { "pd_figures", pd_figures },
    { "pd_lookup", pd_lookup_form },
    { "pd_ack_refused", pd_ack_refused },
    { "pd_grant_objects", pd_grant_objects },
    { "pd_grant_refused", pd_grant_refused },
    { "pd_grant_self", pd_grant_self },
    { "pd_grant_ports", pd_grant_ports },
    { 0 },
};
