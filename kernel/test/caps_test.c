/*
 * Stage 4 beside a model: random walks, and what a walk would seldom meet.
 *
 * CAPS_STEPS: steps of each walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "caps_cases.h"
#include "caps_walk.h"
#include "pool.h"

void check_caps(void);

/* Everything is destroyed: root has what it had, but for tables, and the second time exactly. */
static void clear_and_check(void)
{
    walk_clear();
    walk_compare();
    check_caps();
    assert_int_equal(root->quota, pool_size());
    assert_true(root->used <= 1);
}

static void walk(uint64_t start, unsigned steps, unsigned rate, bool overlap)
{
    seed = start;
    preempt_rate = rate;
    walk_boot();
    for (unsigned i = 1; i <= steps; i++) {
        if (overlap && i % 16 == 0)
            walk_overlap();
        else
            walk_step();
        walk_compare();
        if (i % 64 == 0)
            check_caps();
        if (i % 4096 == 0)
            clear_and_check();
    }
    clear_and_check();
    world_shutdown();
}

static unsigned steps(void)
{
    const char *text = getenv("CAPS_STEPS");
    return text ? strtoul(text, NULL, 0) : 20000;
}

static void walks(void **state)
{
    for (uint64_t s = 1; s <= 3; s++)
        walk(s * 0x9e3779b97f4a7c15, steps(), 0, false);
}

static void walks_interrupted(void **state)
{
    walk(4, steps(), 2, false);
    walk(5, steps(), 1, true);
    walk(6, steps(), 3, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks),
        cmocka_unit_test(walks_interrupted),
        cmocka_unit_test(revoker_dies),
        cmocka_unit_test(removals_overlap),
        cmocka_unit_test(removals_overlap_branched),
        cmocka_unit_test(deriving_meanwhile),
        cmocka_unit_test(arrival_while_deleting),
        cmocka_unit_test(sending_again),
        cmocka_unit_test(revived_and_added),
        cmocka_unit_test(storm),
        cmocka_unit_test(own_end),
        cmocka_unit_test(own_end_taken_over),
        cmocka_unit_test(every_charge),
        cmocka_unit_test(until_refused),
        cmocka_unit_test(full_place),
        cmocka_unit_test(large_trees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
