/*
 * Accounts to their limits: what is refused has changed nothing, what has ended has given everything back, and what lay in a page
 * before is nobody's business.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

/*
 * One who has so many tables, the first and the last among them, comes and goes: as often as all free pages would not be enough for, if one
 * of its tables did not come back.
 */
static void tables_given_back(uint64_t pd, uint64_t tables, uint64_t objects)
{
    const uint64_t pages = tables + tables / CELLS_PER_PAGE + 1, free = pd_figure(SEL_PD, FIGURE_FREE).rdx;

    for (uint64_t used = 0; used < free + pages; used++) {
        CHECK_OK(create_pd(pd, SEL_PD, pages));
        for (uint64_t i = 0; i < tables; i++)
            CHECK_OK(
                grant_object(pd, objects + i, SM_RIGHT_UP, i + 1 < tables ? i * SELECTORS_PER_TABLE + 1 : SELECTOR_COUNT - 1));
        CHECK_RESULT(pd_figure(pd, FIGURE_USED), SUCCESS, pages);
        CHECK_OK(delete (pd));
        CHECK_EQ(pd_figure(SEL_PD, FIGURE_FREE).rdx, free);
    }
}

/* Meanwhile most of the pool is in use, for page tables of somebody else, so that it does not take long. */
static void tables_come_back(void)
{
    enum { TABLES = 5, OBJECTS = 3000, LEFT = 60, FAR_PAGE = 0x100000, EACH = 512 };
    const uint64_t other = selector_new(), page = (uint64_t)frame_contents(frames_new(1)) >> 12;
    uint64_t far = FAR_PAGE;

    for (uint64_t i = 0; i < TABLES; i++)
        CHECK_OK(create_sm(OBJECTS + i, SEL_PD, 0));
    CHECK_OK(create_pd(other, SEL_PD, pd_figure(SEL_PD, FIGURE_FREE).rdx - LEFT));
    while (pd_grant(other, RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, far)).rax == SUCCESS)
        far += EACH;
    CHECK_RESULT(pd_figure(other, FIGURE_FREE), SUCCESS, 0);
    tables_given_back(selector_new(), TABLES, OBJECTS);
    for (uint64_t i = 0; i < TABLES; i++)
        CHECK_OK(delete (OBJECTS + i));
}

/* Pages of messages, full of one number, that belong to nobody any more. */
static void pages_left_behind(uint16_t number)
{
    enum { PAGES = 5 };
    uint64_t ec[PAGES];
    int place;

    for (int k = 0; k < PAGES; k++) {
        ec[k] = server_new(0, &place);
        uint16_t *page = (uint16_t *)ec_utcb(place);
        for (unsigned i = 0; i < UTCB_SIZE / sizeof *page; i++)
            page[i] = number;
    }
    for (int k = 0; k < PAGES; k++)
        CHECK_OK(delete (ec[k]));
}

/*
 * A PD that is made of such a page has no numbers yet, whatever is written there. Of two objects, made a thousand others apart, an
 * index may have both in one place: they are told apart all the same.
 */
static void old_memory(void)
{
    enum { APART = 1024, NUMBER = 300, OTHER = 400, PDS = 6 };
    const uint64_t first = selector_new(), second = selector_new();
    uint64_t pd[PDS];

    CHECK_OK(create_sm(first, SEL_PD, 0));
    for (unsigned i = 1; i < APART; i++) {
        CHECK_OK(create_sm(second, SEL_PD, 0));
        CHECK_OK(delete (second));
    }
    CHECK_OK(create_sm(second, SEL_PD, 0));
    pages_left_behind(NUMBER);
    for (int i = 0; i < PDS; i++)
        CHECK_OK(create_pd(pd[i] = selector_new(), SEL_PD, 4));
    for (int i = 0; i < PDS; i++) {
        CHECK_RESULT(grant_object(pd[i], first, SM_RIGHT_UP, NUMBER), SUCCESS, NUMBER);
        CHECK_RESULT(grant_object(pd[i], second, SM_RIGHT_UP, OTHER), SUCCESS, OTHER);
        CHECK_RESULT(grant_object(pd[i], second, SM_RIGHT_DOWN, OTHER + 1), SUCCESS, OTHER);
    }
}

static const struct test tests_mine[] = {
    { "tables_come_back", tables_come_back },
    { "old_memory", old_memory },
    { 0 },
};

const struct told_test told_tests[] = {
    { "accounts_create_until_refused", tests_accounts, "accounts" },
    { "accounts_pool_given_away", tests_accounts, "accounts" },
    { "accounts_payers_tree", tests_accounts, "lifetime" },
    { "refuse_two_accounts", tests_accounts, "accounts" },
    { "create_pd_empty_account", tests_create, "accounts" },
    { "refuse_every_charge", tests_charges, "accounts" },
    { "tables_come_back", tests_mine, "lifetime" },
    { "old_memory", tests_mine, "accounts" },
    { 0 },
};
