/*
 * Single cases: what the processor is told of ports, and places of memory that a walk seldom meets.
 */
#include "spaces_host.h"
#include "spaces_test.h"

static struct ec remover;

/* ---- Ports and the processor ------------------------------------------------------------------------------------------ */

void ports_follow_the_pd(void **state)
{
    struct ec a = { .ipc.pd = &pds[0] }, b = { .ipc.pd = &pds[1] };
    uint32_t lacking;
    (void)state;

    for (unsigned i = 0; i < PDS; i++)
        assert_true(call_remove(&remover, &pds[i], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
    ports_close(&cpus[0]);
    assert_int_equal(space_take_ports(&pds[0], RANGE(0x3f8, 3), &lacking), SUCCESS);
    assert_int_equal(space_take_ports(&pds[1], RANGE(0x60, 0), &lacking), SUCCESS);
    assert_int_equal(space_take_ports(&pds[1], RANGE(0x20, 1), &lacking), BAD_PAR);

    assert_true(ports_trap(&a));
    assert_true(ring3_may(0x3f8) && ring3_may(0x3ff) && !ring3_may(0x3f7) && !ring3_may(0x400) && !ring3_may(0x60));
    assert_false(ports_trap(&a)); /* loaded: the fault has another reason */
    ports_close(&cpus[0]);
    assert_true(ports_trap(&b));
    assert_true(ring3_may(0x60) && !ring3_may(0x3f8) && !ring3_may(0x61));
    assert_int_equal(space_take_ports(&pds[1], RANGE(0x70, 1), &lacking), SUCCESS);
    assert_false(ring3_may(0x60)); /* loaded anew, with the next fault */
    assert_true(ports_trap(&b));
    assert_true(ring3_may(0x60) && ring3_may(0x71));
    assert_true(call_remove(&remover, &pds[1], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
    assert_false(ring3_may(0x60));
    assert_false(ports_trap(&b)); /* it has none */
}

/* Each fault opens 64 runs, and none is in reach before all are; a change of them begins anew. */
void many_runs_of_ports(void **state)
{
    struct ec a = { .ipc.pd = &pds[0] };
    uint32_t lacking;
    (void)state;

    ports_close(&cpus[0]);
    for (unsigned port = 0x200; port < 0x200 + 2 * 100; port += 2)
        assert_int_equal(space_take_ports(&pds[0], RANGE(port, 0), &lacking), SUCCESS);
    assert_true(ports_trap(&a));
    assert_false(ring3_may(0x200));
    assert_int_equal(space_take_ports(&pds[0], RANGE(0x100, 8), &lacking), SUCCESS);
    assert_true(ports_trap(&a));
    assert_false(ring3_may(0x200));
    assert_true(ports_trap(&a));
    assert_true(ring3_may(0x100) && ring3_may(0x1ff) && ring3_may(0x200) && ring3_may(0x2c6) && !ring3_may(0x201) &&
                !ring3_may(0x2c8));
    assert_false(ports_trap(&a));
    assert_true(call_remove(&remover, &pds[0], REMOVE_SELF, TYPE_PORTS, RANGE(0x200, 7), 0xff));
    assert_true(ports_trap(&a));
    assert_true(ring3_may(0x100) && !ring3_may(0x200) && !ring3_may(0x27e) && ring3_may(0x280));
    assert_true(call_remove(&remover, &pds[0], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
}

/* ---- Memory ----------------------------------------------------------------------------------------------------------- */

static void give_large(struct pd *from, struct pd *to, uint64_t page)
{
    struct transfer t = {
        .from = from,
        .to = to,
        .range = RANGE(2048, LARGE_ORDER),
        .window_count = SPACE_PAGES,
        .how = ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, page),
    };
    struct bill bill = { .account = to };
    uint32_t lacking;

    assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
    assert_true(account_covers(&bill, &lacking));
    cap_commit(&t, true);
}

/* A large page over an empty table: the table is kept, whichever of the place's grants goes first, and used again. */
void large_over_empty_table(void **state)
{
    uint32_t lacking;
    (void)state;

    for (unsigned i = 0; i < PDS; i++) {
        pd_stop(&pds[i]);
        pd_start(&pds[i]);
    }
    assert_int_equal(space_take_memory(&pds[0], RANGE(100, 0), 1024, 3, &lacking), SUCCESS);
    assert_true(call_remove(&remover, &pds[0], REMOVE_SELF, TYPE_MEMORY, RANGE(1024, 0), 0xff));
    const uint64_t tables = pds[0].used;
    for (unsigned giver = 1; giver <= 2; giver++) {
        assert_int_equal(space_take_memory(&pds[giver], RANGE(8192, LARGE_ORDER), 2048, 3, &lacking), SUCCESS);
        give_large(&pds[giver], &pds[0], 1024);
    }
    for (unsigned giver = 1; giver <= 2; giver++) {
        assert_int_equal(space_describe(&pds[0], TYPE_MEMORY, 1024 + 5), 1 | LARGE_ORDER << 8);
        assert_true(call_remove(&remover, &pds[giver], REMOVE_BELOW, TYPE_MEMORY, RANGE(2048, LARGE_ORDER), 0xff));
    }
    assert_int_equal(space_describe(&pds[0], TYPE_MEMORY, 1024 + 5), 0);
    assert_int_equal(space_take_memory(&pds[0], RANGE(100, 0), 1024, 3, &lacking), SUCCESS);
    assert_int_equal(pds[0].used, tables);
    check_spaces();
}

void excluded_frames(void **state)
{
    uint32_t lacking;
    (void)state;

    frames_exclude(0x9000000, 0x3000);
    frames_exclude(0x9003000, 0x1000);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x9003, 0), 5000, 3, &lacking), BAD_PAR);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x9000, 3), 5000, 3, &lacking), BAD_PAR);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x9004, 2), 5000, 3, &lacking), SUCCESS);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x8fff, 0), 5000, 3, &lacking), CONFLICT);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x8fff, 0), 0, 3, &lacking), BAD_PAR);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x8fff, 0), SPACE_PAGES - 1, 3, &lacking), BAD_PAR);
    assert_int_equal(space_take_memory(&pds[3], RANGE(0x8fff, 0), 5001, 7, &lacking), BAD_PAR);
    assert_int_equal(space_take_memory(&pds[3], RANGE(1ull << 36, 0), 5001, 3, &lacking), BAD_PAR);
}
