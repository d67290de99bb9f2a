/*
 * The five calls that create: kernel/ABI.md §7.2 to §7.6. The order of the checks is what is tested most: each refusal also has a
 * later error, which must not be the one that is told.
 */
#include "kit/kit.h"
#include "suite/suite.h"

#define NOWHERE  0x7ffffffff000ull /* the last page of the user half is nobody's */
#define PLACE(a) EC_PLACE(a, EC_LOCAL, 0)

/* ---- create_sm -------------------------------------------------------------------------------------------------------- */

static void sm_created(void)
{
    const uint64_t sm = selector_new(), cells = pd_figure(SEL_PD, FIGURE_CELLS).rdx;

    CHECK_RESULT(create_sm(sm, SEL_PD, 3), SUCCESS, 0);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, cells + 2); /* the object's, and its grant's */
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx, TYPE_SM | SM_RIGHTS << 8 | 1 << 16);
    CHECK_RESULT(sm_zero(sm, 1), SUCCESS, 3);
    CHECK_RESULT(sm_zero(sm, 1), TIMEOUT, 0);
    CHECK_OK(destroy(sm));
    CHECK_OK(delete (sm));
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, cells);
}

static void sm_count_limit(void)
{
    const uint64_t sm = selector_new();

    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, sm, 0, SM_COUNT_MAX + 1ull);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, sm, 0, ~0ull);
    CHECK_OK(create_sm(sm, SEL_PD, SM_COUNT_MAX));
    REFUSE(TOO_MANY, 0, CALL_SM_CONTROL, sm, SM_UP);
    CHECK_RESULT(sm_down(sm, 1), SUCCESS, 1);
    CHECK_OK(sm_up(sm));
    CHECK_RESULT(sm_zero(sm, 1), SUCCESS, SM_COUNT_MAX);
}

static void sm_refused(void)
{
    const uint64_t sm = sm_new(), new = selector_new();

    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, 0, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, SELECTOR_COUNT, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SM, 1ull << 32 | new, SEL_PD, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_SM, sm, SEL_PD, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, sm, 0, 0); /* capabilities before state */
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, new, sm, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, new, new, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, new, SELECTOR_COUNT, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, new, 1ull << 32 | SEL_PD, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SM, new, ~0ull, 0);
    CHECK_OK(create_sm(SELECTOR_COUNT - 1, SEL_PD, 0)); /* the last number is one */
    CHECK_OK(destroy(SELECTOR_COUNT - 1));
    CHECK_OK(delete (SELECTOR_COUNT - 1));
}

/* ---- create_pd -------------------------------------------------------------------------------------------------------- */

static void pd_created(void)
{
    const uint64_t pd = selector_new(), used = pd_figure(SEL_PD, FIGURE_USED).rdx, quota = pd_figure(SEL_PD, FIGURE_QUOTA).rdx;

    CHECK_RESULT(create_pd(pd, SEL_PD, 10), SUCCESS, 0);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, quota - 10);
    CHECK(pd_figure(SEL_PD, FIGURE_USED).rdx - used - COST_PD <= 1); /* and perhaps a page for the grant's cell */
    CHECK_RESULT(pd_figure(pd, FIGURE_QUOTA), SUCCESS, 10);
    CHECK_RESULT(pd_figure(pd, FIGURE_USED), SUCCESS, 0);
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, 10);
    CHECK_RESULT(pd_figure(pd, FIGURE_CELLS), SUCCESS, 0);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, pd).rdx, TYPE_PD | PD_RIGHTS << 8 | 1 << 16);
    CHECK_OK(destroy(pd));
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, quota);
}

static void pd_refused(void)
{
    cells_make_room();
    const uint64_t sm = sm_new(), new = selector_new(), free = pd_figure(SEL_PD, FIGURE_FREE).rdx;

    REFUSE(BAD_PAR, 0, CALL_CREATE_PD, 0, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PD, SELECTOR_COUNT, SEL_PD, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PD, new, sm, 1ull << 32);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PD, new, sm, ~0ull);
    REFUSE(BAD_CAP, 0, CALL_CREATE_PD, sm, sm, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_PD, new, 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_PD, sm, SEL_PD, free + 1);
    REFUSE(NO_QUOTA, REFUSAL(COST_PD, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, new, SEL_PD, free);
    REFUSE(NO_QUOTA, REFUSAL(1, ACCOUNT_CALLER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, new, SEL_PD, free - COST_PD + 1);
    CHECK_OK(create_pd(new, SEL_PD, free - COST_PD));
    CHECK_RESULT(pd_figure(SEL_PD, FIGURE_FREE), SUCCESS, 0);
}

/* Without quota it can hold nothing that needs a record; told how much lacks, the giver repairs it. */
static void pd_empty_account(void)
{
    const uint64_t pd = selector_new(), sm = sm_new();

    CHECK_OK(create_pd(pd, SEL_PD, 0));
    REFUSE(NO_QUOTA, REFUSAL(2, ACCOUNT_TARGET, 0, NO_QUOTA), CALL_PD_CONTROL, pd, PD_GRANT, RANGE(sm, 0),
           ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 200));
    CHECK_OK(pd_quota(pd, 2, SEL_PD));
    CHECK_RESULT(grant_object(pd, sm, SM_RIGHT_UP, 200), SUCCESS, 200);
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, 0);
    CHECK_RESULT(pd_figure(pd, FIGURE_CELLS), SUCCESS, 1);
}

/* ---- create_ec -------------------------------------------------------------------------------------------------------- */

static void ec_created(void)
{
    const uint64_t ec = selector_new();

    CHECK_RESULT(create_ec(ec, 0, SEL_PD, SEL_PD, PLACE(UTCB_FREE), 0, 0), SUCCESS, 0);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, ec).rdx, TYPE_EC | EC_RIGHTS << 8 | 1 << 16);
    const uint64_t *page = (const uint64_t *)UTCB_FREE;
    uint64_t sum = 0;
    for (unsigned i = 0; i < UTCB_SIZE / 8; i++)
        sum |= page[i];
    CHECK_EQ(sum, 0);
    *(volatile uint64_t *)UTCB_FREE = 1;
    CHECK_EQ(pd_lookup(TYPE_MEMORY, UTCB_FREE >> 12).rdx, 0); /* it is no grant … */
    REFUSE(BAD_CAP, REFUSAL(0, 0, 0, BAD_CAP), CALL_PD_CONTROL, SEL_PD, PD_GRANT, RANGE(UTCB_FREE >> 12, 0),
           ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, SCRATCH_PAGE));            /* … so it cannot be given … */
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(UTCB_FREE >> 12, 0), 7)); /* … nor removed */
    *(volatile uint64_t *)UTCB_FREE = 2;
}

static void ec_form(void)
{
    const uint64_t sm = sm_new(), n = selector_new();
    const uint64_t bad = PAIR(sm, sm); /* a later error: capabilities */

    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(0, 0), bad, PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(SELECTOR_COUNT, 0), bad, PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, SELECTOR_COUNT - EVENT_COUNT + 1), bad, PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0xffffffff), bad, PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, EC_PLACE(UTCB_FREE, 2, 0), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, EC_PLACE(UTCB_FREE, 3, 0), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(0), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(NOWHERE), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(0xffff800000000000), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(0x8000000000000000), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(UTCB_FREE), 0, 1ull << 47);
    REFUSE(BAD_PAR, 0, CALL_CREATE_EC, PAIR(n, 0), bad, PLACE(UTCB_FREE), 0, ~0ull);
    CHECK_OK(create_ec(n, SELECTOR_COUNT - EVENT_COUNT, SEL_PD, SEL_PD, PLACE(UTCB_FREE), ~0ull, (1ull << 47) - 1));
}

static void ec_refused(void)
{
    const uint64_t sm = sm_new(), n = selector_new(), pages = pd_figure(SEL_PD, FIGURE_FREE).rdx;

    REFUSE(BAD_CAP, 0, CALL_CREATE_EC, PAIR(sm, 0), PAIR(sm, SEL_PD), PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_EC, PAIR(sm, 0), PAIR(SEL_PD, sm), PLACE(UTCB_FREE), 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_EC, PAIR(sm, 0), PAIR(SEL_PD, 0), PLACE(UTCB_FREE), 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_EC, PAIR(sm, 0), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE, 0, 9), 0, 0);
    REFUSE(BAD_CPU, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, SEL_PD), EC_PLACE(ROOT_UTCB, 0, 1023), 0, 0);
    REFUSE(BAD_CPU, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE, 0, 1), 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, SEL_PD), PLACE(ROOT_UTCB), 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, SEL_PD), PLACE((uint64_t)ec_refused & ~0xfffull), 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_EC, PAIR(n, 0), PAIR(SEL_PD, SEL_PD), PLACE(ROOT_UTCB + 0x1000), 0, 0);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_FREE).rdx, pages);
}

/* ---- create_sc -------------------------------------------------------------------------------------------------------- */

static void sc_refused(void)
{
    const uint64_t sm = sm_new(), n = selector_new(), local = selector_new(), global = selector_new(), busy = selector_new();
    const uint64_t bad = PAIR(sm, sm), priority = PAIR(1, 1000);

    CHECK_OK(create_ec(local, 0, SEL_PD, SEL_PD, PLACE(UTCB_FREE), 0, 0));
    CHECK_OK(create_ec(global, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0));
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, 0, bad, priority, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, PAIR(0, 1000), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, PAIR(PRIORITY_MAX + 1, 1000), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, PAIR(1, 0), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, PAIR(1, BUDGET_MAX_US + 1), 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, priority, SEL_SC, SUPER_PERIOD_US + 1);
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, n, bad, priority, 0, 1);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SC, sm, PAIR(sm, global), priority, 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SC, sm, PAIR(SEL_PD, sm), priority, 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_SC, sm, PAIR(SEL_PD, local), priority, 0, 0); /* the wrong kind of EC */
    REFUSE(BAD_CAP, 0, CALL_CREATE_SC, sm, PAIR(SEL_PD, global), priority, sm, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_SC, sm, PAIR(SEL_PD, global), priority, 0, 0);
    REFUSE(OCCUPIED, 0, CALL_CREATE_SC, n, PAIR(SEL_PD, ROOT_SEL_EC), priority, SEL_KERNEL, 1000000);
    CHECK_OK(ec_control(global, EC_PAUSE, 0)); /* it has no handler, and must not start */
    CHECK_OK(create_sc(n, SEL_PD, global, PRIORITY_MAX, BUDGET_MAX_US, SEL_SC, 1000));
    REFUSE(OCCUPIED, 0, CALL_CREATE_SC, busy, PAIR(SEL_PD, global), priority, 0, 0);
    CHECK_OK(destroy(n));
}

static void sc_no_time(void)
{
    const uint64_t n = selector_new(), ec = selector_new();

    CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(ec, EC_PAUSE, 0));
    REFUSE(NO_TIME, 1000000, CALL_CREATE_SC, n, PAIR(SEL_PD, ec), PAIR(1, 1000), SEL_KERNEL, 1000000); /* root's SC has it all */
    CHECK_OK(create_sc(n, SEL_PD, ec, 1, 1000, SEL_SC, 400000));
    CHECK_RESULT(sc_quota(n, 600001, SEL_SC), NO_TIME, 1);
    CHECK_RESULT(sc_quota(n, -400001, SEL_SC), NO_TIME, 1);
    CHECK_OK(sc_quota(n, 600000, SEL_SC));
    CHECK_OK(sc_quota(n, -600000, SEL_SC));
}

/* ---- create_pt -------------------------------------------------------------------------------------------------------- */

static void pt_refused(void)
{
    const uint64_t sm = sm_new(), n = selector_new(), local = selector_new(), bad = PAIR(sm, sm);

    CHECK_OK(create_ec(local, 0, SEL_PD, SEL_PD, PLACE(UTCB_FREE), 0, 0));
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, 0, bad, 0, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, n, bad, NOWHERE, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, n, bad, ~0ull, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, n, bad, 0, 0, TRANSFER_ALL + 1);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, n, bad, 0, 0, 1ull << 63);
    REFUSE(BAD_PAR, 0, CALL_CREATE_PT, n, bad, 0, 0, 1ull << 32);
    REFUSE(BAD_CAP, 0, CALL_CREATE_PT, sm, PAIR(sm, local), 0, 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_PT, sm, PAIR(SEL_PD, sm), 0, 0, 0);
    REFUSE(BAD_CAP, 0, CALL_CREATE_PT, sm, PAIR(SEL_PD, ROOT_SEL_EC), 0, 0, 0); /* root's EC is global */
    REFUSE(OCCUPIED, 0, CALL_CREATE_PT, sm, PAIR(SEL_PD, local), 0, 0, 0);
    CHECK_OK(create_pt(n, SEL_PD, local, NOWHERE - 1, ~0ull, TRANSFER_ALL));
    CHECK_EQ(pd_lookup(TYPE_OBJECT, n).rdx, TYPE_PT | PT_RIGHTS << 8 | 1 << 16);
}

const struct test tests_create[] = {
    { "create_sm", sm_created },
    { "create_sm_limit", sm_count_limit },
    { "create_sm_refused", sm_refused },
    { "create_pd", pd_created },
    { "create_pd_refused", pd_refused },
    { "create_pd_empty_account", pd_empty_account },
    { "create_ec", ec_created },
    { "create_ec_form", ec_form },
    { "create_ec_refused", ec_refused },
    { "create_sc_refused", sc_refused },
    { "create_sc_no_time", sc_no_time },
    { "create_pt_refused", pt_refused },
    { 0 },
};
