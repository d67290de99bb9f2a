/*
 * Accounts to their limits: what is refused has changed nothing, and what has ended has given everything back.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

const struct told_test told_tests[] = {
    { "accounts_create_until_refused", tests_accounts, "accounts" },
    { "accounts_pool_given_away", tests_accounts, "accounts" },
    { "accounts_payers_tree", tests_accounts, "lifetime" },
    { "refuse_two_accounts", tests_accounts, "accounts" },
    { "create_pd_empty_account", tests_create, "accounts" },
    { "refuse_every_charge", tests_charges, "accounts" },
    { 0 },
};
