/*
 * Task 4.8, the end of everything: when it comes, who hears of it, and what is left: nothing. After each test all that it made ends.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

const struct told_test told_tests[] = {
    { "remove_states", tests_remove, "lifetime" },
    { "payer_death", tests_grants, "lifetime" },
    { "revoke_reserves", tests_grants, "names" },
    { "delete_takes_along", tests_grants, "lifetime" },
    { "revoke_chain", tests_grants, "derivation" },
    { "abort_oneself", tests_destruction, "lifetime" },
    { "abort_caller_sc", tests_destruction, "lifetime" },
    { "abort_payer", tests_destruction, "lifetime" },
    { "abort_pd_busy", tests_destruction, "lifetime" },
    { 0 },
};
