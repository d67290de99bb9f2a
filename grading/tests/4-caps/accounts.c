/*
 * Tasks 4.1 and 4.3, seen from ring 3 as soon as there is a look-up: who pays for what, to the page and to the cell.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

enum { FIRST = 4096 }; /* numbers in tables of their own */

static uint64_t next = FIRST;

static void account_is(uint64_t pd, uint64_t quota, uint64_t used, uint64_t cells)
{
    CHECK_RESULT(pd_figure(pd, FIGURE_QUOTA), SUCCESS, quota);
    CHECK_RESULT(pd_figure(pd, FIGURE_USED), SUCCESS, used);
    CHECK_RESULT(pd_figure(pd, FIGURE_FREE), SUCCESS, quota - used);
    CHECK_RESULT(pd_figure(pd, FIGURE_CELLS), SUCCESS, cells);
}

/* A page has 32 cells, and a PD with so many pages can pay for so many semaphores, not one more. */
static void pay_to_the_cell(void)
{
    for (int round = 0; round < 3; round++) {
        const uint64_t pd = selector_new(), pages = 1 + told_random_below(4);
        uint64_t made = 0;

        CHECK_OK(create_pd(pd, SEL_PD, pages));
        account_is(pd, pages, 0, 0);
        while (made <= pages * CELLS_PER_PAGE && create_sm(next, pd, 0).rax == SUCCESS) {
            made++, next++;
            account_is(pd, pages, (made + CELLS_PER_PAGE - 1) / CELLS_PER_PAGE, made);
        }
        CHECK_EQ(made, pages * CELLS_PER_PAGE);
        REFUSE(NO_QUOTA, REFUSAL(1, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA), CALL_CREATE_SM, next, pd, 0);
        REFUSE(NO_QUOTA, REFUSAL(COST_PD + 7, ACCOUNT_PAYER, NO_ITEM, NO_QUOTA), CALL_CREATE_PD, next, pd, 7);
    }
}

/* The payer pays for the object, the caller for the number and the grant; pages of cells are not shared. */
static void pay_for_oneself(void)
{
    const uint64_t a = selector_new(), b = selector_new(), mine = pd_figure(SEL_PD, FIGURE_CELLS).rdx;

    CHECK_OK(create_pd(a, SEL_PD, 9));
    CHECK_OK(create_pd(b, SEL_PD, 9));
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, mine + 2);
    CHECK_OK(create_sm(selector_new(), a, 0));
    CHECK_OK(create_sm(selector_new(), b, 0));
    CHECK_OK(create_sm(selector_new(), a, 0));
    account_is(a, 9, 1, 2);
    account_is(b, 9, 1, 1);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, mine + 5);
    CHECK_OK(create_ec(selector_new(), 0, b, SEL_PD, EC_PLACE(UTCB_FREE + 0x8000, EC_LOCAL, 0), 0, 0));
    account_is(b, 9, 1 + COST_EC, 1);
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, mine + 6);
    const uint64_t used = pd_figure(SEL_PD, FIGURE_USED).rdx;
    while (pd_figure(SEL_PD, FIGURE_CELLS).rdx % CELLS_PER_PAGE) /* until the pages of cells are full */
        CHECK_OK(create_sm(next++, a, 0));
    CHECK_AT_MOST(pd_figure(SEL_PD, FIGURE_USED).rdx, used + 1);
    const uint64_t full = pd_figure(SEL_PD, FIGURE_USED).rdx;
    CHECK_OK(create_sm(40000, a, 0)); /* a table, and a page for the cell */
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_USED).rdx, full + 2);
}

/* Quota moves between a PD and its payer; together they have what they had. */
static void quota_moves(void)
{
    const uint64_t pd = selector_new(), all = pd_figure(SEL_PD, FIGURE_QUOTA).rdx;
    uint64_t has = 20;

    CHECK_OK(create_pd(pd, SEL_PD, has));
    CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, all - has);
    for (int i = 0; i < 30; i++) {
        const int64_t pages = (int64_t)told_random_below(60) - 30;
        const bool may = pages >= 0 || (uint64_t)-pages <= has;
        const uint64_t lacks = may ? 0 : (uint64_t)-pages - has;
        CHECK_RESULT(pd_quota(pd, pages, SEL_PD), may ? SUCCESS : NO_QUOTA,
                     may ? 0 : REFUSAL(lacks, ACCOUNT_TARGET, NO_ITEM, NO_QUOTA));
        has += may ? (uint64_t)pages : 0;
        account_is(pd, has, 0, 0);
        CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, all - has);
    }
}

static const struct test tests_mine[] = {
    { "pay_to_the_cell", pay_to_the_cell },
    { "pay_for_oneself", pay_for_oneself },
    { "quota_moves", quota_moves },
    { 0 },
};

const struct told_test told_tests[] = {
    { "pay_to_the_cell", tests_mine, "accounts" },
    { "pay_for_oneself", tests_mine, "accounts" },
    { "quota_moves", tests_mine, "accounts" },
    { "pd_quota_refused", tests_pd_control, "accounts" },
    { 0 },
};
