/* Priorities, budgets, fills and claims, from ring 3. */
#include "told/told.h"

const struct told_test told_tests[] = {
    { "time_priority", tests_time, "choice" }, { "time_budget", tests_time, "time" },
    { "time_fill", tests_time, "time" },       { "time_claim_ends", tests_time, "time" },
    { "time_yield", tests_time, "time" },      { "time_donated", tests_time, "time" },
    { "sc_quota", tests_control, "time" },     { NULL, NULL, NULL },
};
