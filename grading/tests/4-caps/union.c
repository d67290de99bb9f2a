/*
 * Task 4.6, revoke: a number with grants of several givers loses what one of them takes back, and nothing else. Nothing is deleted.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

const struct told_test told_tests[] = {
    { "one_name", tests_grants, "names" },
    { "grant_union", tests_grants, "names" },
    { "derive_oldest", tests_grants, "derivation" },
    { "derive_rights", tests_grants, "derivation" },
    { "remove_some_rights", tests_remove, "derivation" },
    { 0 },
};
