/*
 * Every call that needs a right, in a PD that has all rights but this one, and then in one that has this one only.
 */
#include "told/told.h"

const char *told_left_behind(void)
{
    return "accounts";
}

const struct told_test told_tests[] = {
    { "rights", tests_rights, "rights" },
    { "rights_sc", tests_rights, "rights" },
    { "rights_ec_pt", tests_rights, "rights" },
    { "no_identity", tests_rights, "rights" },
    { "remove_own_rights", tests_remove, "rights" },
    { "object_death", tests_gone, "rights" },
    { 0 },
};
