/*
 * Stage 6 on the host: a random walk beside a model, removals that are cut at their preemption points, single cases.
 */
#include "contract/2-boot.h"
#include "spaces_host.h"
#include "spaces_test.h"

const uint64_t slot_page[SLOTS] = { 512, 1024, 1536, 512 * 512 + 512 };

unsigned below(unsigned n)
{
    return rand() % n;
}

static void nothing_is_left(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PDS; i++) {
        pd_stop(&pds[i]);
        assert_int_equal(cells_used[i], 0);
        assert_int_equal(pds[i].used, 0);
    }
    assert_ptr_equal(all_grants.next, &all_grants);
    free(phys_to_virt(kernel_space));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk),
        cmocka_unit_test(cut),
        cmocka_unit_test(ports_follow_the_pd),
        cmocka_unit_test(many_runs_of_ports),
        cmocka_unit_test(large_over_empty_table),
        cmocka_unit_test(excluded_frames),
        cmocka_unit_test(nothing_is_left),
    };

    srand(argc > 1 ? strtoul(argv[1], NULL, 0) : 1);
    host_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
