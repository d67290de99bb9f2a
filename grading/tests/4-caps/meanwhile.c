/*
 * Two at once: one takes back or ends what another one uses, with an interrupt nearly everywhere.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

const struct told_test told_tests[] = {
    { "pin_race", tests_grants, "pins" },
    { "revoke_in_flight", tests_grants, "derivation" },
    { "abort_destroyer", tests_destruction, "lifetime" },
    { "abort_callee_pd", tests_destruction, "lifetime" },
    { 0 },
};
