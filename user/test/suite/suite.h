/*
 * The groups of the suite, one for each file.
 */
#pragma once

#include "kit/check.h"

extern const struct test tests_create[], tests_call[], tests_registers[], tests_remove[], tests_pd_control[], tests_control[],
    tests_rights[], tests_kernel[], tests_grants[], tests_pins[], tests_gone[], tests_accounts[], tests_charges[], tests_limits[],
    tests_messages[], tests_reply_items[], tests_rewritten[], tests_events[], tests_faults[], tests_memory[], tests_helping[],
    tests_call_ends[], tests_destruction[], tests_semaphores[], tests_interrupts[], tests_edges[], tests_hpet[], tests_time[],
    tests_passes[], tests_cost[], tests_cost_sizes[];

#define SUITE_GROUPS                                                                                                             \
    {                                                                                                                            \
        tests_create, tests_call, tests_registers, tests_remove, tests_pd_control, tests_control, tests_rights, tests_kernel,    \
            tests_grants, tests_pins, tests_gone, tests_accounts, tests_charges, tests_limits, tests_messages,                   \
            tests_reply_items, tests_rewritten, tests_events, tests_faults, tests_memory, tests_helping, tests_call_ends,        \
            tests_destruction, tests_semaphores, tests_interrupts, tests_edges, tests_hpet, tests_time, tests_passes,            \
            tests_cost, tests_cost_sizes                                                                                         \
    }
