/*
 * Accounts to their limits: what is refused has changed nothing, what has ended has given everything back, and what lay in a page
 * before is nobody's business.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

/* PDs with many tables come and go, with more pages together than there are: none of them is used up. */
static void tables_come_back(void)
{
    enum { TABLES = 250, OBJECTS = 3000, QUOTA = TABLES + TABLES / CELLS_PER_PAGE + 1 };
    const uint64_t pd = selector_new(), all = pd_figure(SEL_PD, FIGURE_QUOTA).rdx;

    for (uint64_t i = 0; i < TABLES; i++)
        CHECK_OK(create_sm(OBJECTS + i, SEL_PD, 0));
    for (uint64_t used = 0; used < all + all / 4; used += QUOTA) {
        CHECK_OK(create_pd(pd, SEL_PD, QUOTA));
        for (uint64_t i = 0; i < TABLES; i++)
            CHECK_OK(grant_object(pd, OBJECTS + i, SM_RIGHT_UP, i * SELECTORS_PER_TABLE + 1));
        CHECK_RESULT(pd_figure(pd, FIGURE_USED), SUCCESS, QUOTA);
        CHECK_OK(delete (pd));
        CHECK_EQ(pd_figure(SEL_PD, FIGURE_QUOTA).rdx, all);
    }
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
