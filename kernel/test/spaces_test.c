/*
 * Stage 6 against a model: a random walk that compares statuses, page tables, ports, records and charges after every
 * step; and the same calls cut at their preemption points, which must leave the invariants whole and nothing behind.
 */
#include "spaces_model.h"

enum { STEPS = 15000, ITEMS = 3, SLOTS = 4, OFFSETS = 8, PORT_BASE = 0x100, PORT_COUNT = 64 };

static const uint64_t slot_page[SLOTS] = {512, 1024, 1536, 512 * 512 + 512};

static struct ec ecs[8];
static unsigned seen[STATUS_COUNT];

static unsigned below(unsigned n)
{
    return rand() % n;
}

static uint64_t random_memory(void)
{
    static const uint8_t orders[] = {0, 0, 0, 0, 1, 2, 3, 9, 9, 10, 7};
    const unsigned order = orders[below(sizeof orders)];
    const uint64_t page = slot_page[below(SLOTS)] + (order < 7 ? below(OFFSETS) : 0);

    return RANGE(page & -(1ull << order), order);
}

static uint64_t random_ports(void)
{
    const unsigned order = below(7);

    return RANGE((PORT_BASE + below(PORT_COUNT)) & -(1ull << order), order);
}

static unsigned random_rights(void)
{
    static const uint8_t rights[] = {1, 1, 3, 3, 3, 5, 5, 2, 7, 0, 15};
    return rights[below(sizeof rights)];
}

/* ---- Comparing ------------------------------------------------------------------------------------------------------ */

static void compare_page(unsigned pd, uint64_t page)
{
    const struct model_grant *any = NULL;
    const uint64_t *entry = table_entry(&pds[pd], page, 0);
    unsigned order = 0;

    for (EACH_GRANT(g))
        if (g->used && g->pd == pd && g->type == TYPE_MEMORY && model_inside(page, 0, g->place, g->place + (1ull << g->order)))
            any = g;
    const unsigned rights = model_rights(pd, TYPE_MEMORY, page);
    if (!entry) {
        entry = table_entry(&pds[pd], page, LARGE_ORDER);
        order = LARGE_ORDER;
    }
    assert_int_equal(space_describe(&pds[pd], TYPE_MEMORY, page), any ? rights | any->order << 8 : 0);
    if (!any) {
        assert_int_equal(entry && (*entry & PTE_PRESENT), model_utcb(pd, page));
        return;
    }
    assert_non_null(entry);
    assert_int_equal(any->order, order);
    assert_int_equal((*entry & PTE_ADDRESS) / PAGE_SIZE, any->frame & ~FRAME_DEVICE);
    assert_int_equal(!(*entry & PTE_WRITE), !(rights & MEMORY_WRITE));
    assert_int_equal(!(*entry & PTE_NX), !!(rights & MEMORY_EXECUTE));
    assert_int_equal(!(*entry & PTE_UNCACHED), !(any->frame & FRAME_DEVICE));
}

static bool ring3_may(unsigned port)
{
    const struct tss *tss = cpus[0].tss;
    return tss->io_bitmap_offset == offsetof(struct tss, io_bitmap) && !(tss->io_bitmap[port / 8] >> port % 8 & 1);
}

/* What ring 3 finds when it runs in pd and uses ports: the last fault is its own. */
static void compare_ports(unsigned pd)
{
    struct ec ec = {.ipc.pd = &pds[pd]};
    bool open[PORT_BASE + PORT_COUNT + 72] = {false};

    ports_close(&cpus[0]);
    while (ports_trap(&ec))
        ;
    for (EACH_GRANT(g))
        for (unsigned i = 0; g->used && g->pd == pd && g->type == TYPE_PORTS && i < 1u << g->order; i++)
            if (g->place + i < sizeof open)
                open[g->place + i] = true;
    for (unsigned port = PORT_BASE - 8; port < sizeof open; port++)
        assert_int_equal(ring3_may(port), open[port]);
}

static void compare(void)
{
    check_grants();
    check_spaces();
    for (unsigned pd = 0; pd < PDS; pd++) {
        assert_int_equal(cells_used[pd], model_cells_used(pd));
        assert_int_equal(pds[pd].used, model_pages_used(pd));
        for (unsigned i = 0; i < SLOTS * OFFSETS; i++)
            compare_page(pd, slot_page[i / OFFSETS] + i % OFFSETS);
        compare_page(pd, slot_page[below(SLOTS)] + below(512));
        compare_ports(pd);
    }
}

/* ---- Steps ---------------------------------------------------------------------------------------------------------- */

static void expect(enum status got, enum status wanted)
{
    assert_int_equal(got, wanted);
    seen[got]++;
}

static void step_take_memory(void)
{
    const uint64_t range = random_memory();
    const unsigned order = RANGE_ORDER(range), step = order >= LARGE_ORDER ? LARGE_ORDER : 0, pd = below(2);
    const uint64_t page = RANGE_BASE(range), device = below(8) ? 0 : MEMORY_DEVICE;
    const uint64_t frame = (4096 + 1024 * below(2) + page % 1024) & -(1ull << order);
    const unsigned rights = below(2) ? 3 : 5;
    static struct model before;
    enum status wanted = order == 7 || !page ? BAD_PAR : SUCCESS;
    uint32_t lacking = 0;

    before = model;
    for (uint64_t i = 0; wanted == SUCCESS && i < 1ull << order; i += 1ull << step)
        wanted = model_offer(pd, TYPE_MEMORY, page + i, step, (frame + i) | (device ? FRAME_DEVICE : 0), rights, NULL);
    if (wanted != SUCCESS)
        model = before;
    expect(space_take_memory(&pds[pd], RANGE(frame, order), page, rights | device, &lacking), wanted);
}

static void step_take_ports(void)
{
    const uint64_t range = random_ports();
    const unsigned pd = below(2);
    uint32_t lacking = 0;
    const enum status wanted =
        model_offer(pd, TYPE_PORTS, RANGE_BASE(range), RANGE_ORDER(range), RANGE_BASE(range), PORTS_ACCESS, NULL);

    expect(space_take_ports(&pds[pd], range, &lacking), wanted);
}

/* What the model says to an item, whose targets so far are targets[0 … n - 1]. */
static enum status model_item(const struct transfer *t, const struct transfer *all, const uint64_t targets[],
                              unsigned n, uint64_t *target)
{
    const unsigned type = ITEM_TYPE(t->how), order = RANGE_ORDER(t->range), rights = ITEM_RIGHTS(t->how);
    const unsigned step = type == TYPE_PORTS ? order : order >= LARGE_ORDER ? LARGE_ORDER : 0;
    const uint64_t base = RANGE_BASE(t->range), size = 1ull << order;
    const unsigned from = pd_index(t->from), to = pd_index(t->to);

    if (!(rights & 1) || rights & ~(type == TYPE_PORTS ? 1u : 7u) || (type == TYPE_PORTS && ITEM_SPOT(t->how)))
        return BAD_PAR;
    if (type == TYPE_MEMORY && order == 7)
        return TOO_MANY;
    for (unsigned i = 0; from == to && i < n; i++)
        if (ITEM_TYPE(all[i].how) == type && model_overlap(targets[i], RANGE_ORDER(all[i].range), base, order))
            return BAD_CAP;
    for (uint64_t i = 0; i < size; i += 1ull << step)
        if (!model_source(from, type, base + i, step, rights))
            return BAD_CAP;
    if (t->window_count < size)
        return NO_WINDOW;
    *target = type == TYPE_PORTS ? base : t->window_base + ((ITEM_SPOT(t->how) & (t->window_count - 1)) & -size);
    if (type == TYPE_MEMORY && !*target)
        return NO_WINDOW;
    for (uint64_t i = 0; i < size; i += 1ull << step) {
        struct model_grant *source = model_source(from, type, base + i, step, rights);
        const uint64_t frame = source->frame + (base + i - source->place);
        enum status status = model_offer(to, type, *target + i, step, frame, rights, source);
        if (status != SUCCESS)
            return status;
    }
    return SUCCESS;
}

static struct transfer random_item(struct pd *from, struct pd *to)
{
    const unsigned type = below(4) ? TYPE_MEMORY : TYPE_PORTS;
    const uint64_t spot = type == TYPE_MEMORY || !below(20) ? slot_page[below(SLOTS)] + below(OFFSETS) : 0;

    return (struct transfer){
        .from = from, .to = to,
        .range = type == TYPE_MEMORY ? random_memory() : random_ports(),
        .how = ITEM(ITEM_DELEGATE, type, type == TYPE_MEMORY ? random_rights() : below(9) ? 1 : 3, spot),
        .window_count = below(20) ? type == TYPE_MEMORY ? SPACE_PAGES : SPACE_PORTS : 0,
    };
}

static void step_message(void)
{
    struct pd *from = &pds[below(PDS)], *to = below(6) ? &pds[below(PDS)] : from;
    struct transfer t[ITEMS];
    uint64_t targets[ITEMS];
    const unsigned count = 1 + below(ITEMS);
    struct bill bill = {.account = to};
    static struct model before;
    uint32_t lacking;

    before = model;
    for (unsigned n = 0; n < count; n++) {
        t[n] = random_item(from, to);
        const enum status wanted = model_item(&t[n], t, targets, n, &targets[n]);
        expect(cap_prepare(t, n, &bill), wanted);
        if (wanted != SUCCESS) {
            model = before;
            return;
        }
        assert_int_equal(t[n].offer.place, targets[n]);
    }
    if (!account_covers(&bill, &lacking)) {
        model = before;
        return;
    }
    for (unsigned n = 0; n < count; n++)
        cap_commit(&t[n], true);
    assert_int_equal(budget_pages, 0);
    assert_int_equal(budget_cells, 0);
}

static void step_remove(void)
{
    const enum cap_type type = below(4) ? TYPE_MEMORY : TYPE_PORTS;
    const uint64_t range = type == TYPE_PORTS ? random_ports() : below(6) ? random_memory() : RANGE(0, 12 + below(24));
    const unsigned pd = below(PDS), rights = below(3) ? 0xff : 1 + below(7);
    const bool self = below(2);
    const enum status wanted = model_remove(pd, self, type, RANGE_BASE(range), RANGE_ORDER(range), rights);

    assert_true(call_remove(&ecs[0], &pds[pd], self ? REMOVE_SELF : REMOVE_BELOW, type, range, rights));
    expect(ecs[0].state.frame.rax, wanted);
}

static void utcb_end(unsigned i)
{
    struct ec *ec = &ecs[1 + i];

    LINKED_TAKE(ec->ipc.pd->ecs, ec, ipc.next, ipc.prev);
    space_unmap_utcb(ec);
    free(ec->ipc.utcb);
    model.utcb[i].used = false;
}

static void step_utcb(void)
{
    const unsigned i = below(MODEL_UTCBS);
    struct ec *ec = &ecs[1 + i];
    struct bill bill = {0};
    uint32_t lacking;

    if (model.utcb[i].used) {
        utcb_end(i);
        return;
    }
    *ec = (struct ec){.ipc = {.pd = &pds[below(PDS)], .utcb_page = (slot_page[below(SLOTS)] + below(OFFSETS)) * PAGE_SIZE}};
    const unsigned pd = pd_index(ec->ipc.pd);
    const uint64_t page = ec->ipc.utcb_page / PAGE_SIZE;
    const bool taken = model_rights(pd, TYPE_MEMORY, page) || model_standing(pd, page, 0, 0) != SUCCESS;
    const enum status wanted = taken ? OCCUPIED : SUCCESS;
    bill.account = ec->ipc.pd;
    expect(space_prepare_utcb(ec->ipc.pd, ec->ipc.utcb_page, &bill), wanted);
    if (wanted != SUCCESS || !account_covers(&bill, &lacking))
        return;
    ec->ipc.utcb = pages_new();
    space_map_utcb(ec);
    LINKED_PUSH(ec->ipc.pd->ecs, ec, ipc.next, ipc.prev);
    assert_int_equal(budget_pages, 0);
    model.utcb[i].used = true;
    model.utcb[i].pd = pd;
    model.utcb[i].page = page;
    model_tables(pd, page, 0);
}

static void step_end(void)
{
    const unsigned pd = below(PDS);

    for (unsigned i = 0; i < MODEL_UTCBS; i++)
        if (model.utcb[i].used && model.utcb[i].pd == pd)
            return;
    model_remove(pd, true, TYPE_MEMORY, 0, 35, 0xff);
    model_remove(pd, true, TYPE_PORTS, 0, 16, 0xff);
    memset(model.table[pd], 0, sizeof model.table[pd]);
    pd_stop(&pds[pd]);
    assert_int_equal(pds[pd].used, 0);
    assert_int_equal(cells_used[pd], 0);
    pd_start(&pds[pd]);
}

/* The quota is sometimes just not enough; the model need not know, because a refusal by the account is the harness's. */
static void walk(void **state)
{
    (void)state;
    for (unsigned step = 0; step < STEPS; step++) {
        const unsigned what = below(100);
        if (what < 15)
            step_take_memory();
        else if (what < 20)
            step_take_ports();
        else if (what < 70)
            step_message();
        else if (what < 90)
            step_remove();
        else if (what < 99)
            step_utcb();
        else
            step_end();
        compare();
    }
    for (unsigned i = 0; i < MODEL_UTCBS; i++)
        if (model.utcb[i].used)
            utcb_end(i);
    for (unsigned s = 0; s < STATUS_COUNT; s++)
        if (seen[s])
            print_message("status %2u: %u times\n", s, seen[s]);
    static const enum status reached[] = {SUCCESS, BAD_CAP, BAD_PAR, OCCUPIED, CONFLICT, NO_WINDOW, TOO_MANY};
    for (unsigned i = 0; i < sizeof reached / sizeof reached[0]; i++)
        assert_true(seen[reached[i]] > 30);
}

/* ---- Cut at preemption points --------------------------------------------------------------------------------------- */

enum { REMOVERS = 4, CUT_STEPS = 20000 };

static struct ec removers[REMOVERS];
static continuation *pending[REMOVERS];

static void grant_some(void)
{
    struct pd *from = &pds[below(PDS)], *to = &pds[below(PDS)];
    struct transfer t = {
        .from = from, .to = to, .range = RANGE(slot_page[below(SLOTS)], 6), .window_count = SPACE_PAGES,
        .how = ITEM(ITEM_DELEGATE, TYPE_MEMORY, below(2) ? 1 : 3, slot_page[below(SLOTS)] + 64 * below(2)),
    };
    struct bill bill = {.account = to};
    uint32_t lacking;

    if (cap_prepare(&t, 0, &bill) == SUCCESS && account_covers(&bill, &lacking))
        cap_commit(&t, true);
}

static void remove_some(void)
{
    const unsigned i = below(REMOVERS);
    struct ec *ec = &removers[i];

    if (pending[i] && !below(10)) { /* it is destroyed in the middle */
        remover_end(ec);
        pending[i] = NULL;
    } else if (pending[i]) {
        pending[i] = call_go_on(ec, pending[i]) ? NULL : go_on;
    } else {
        const bool done = call_remove(ec, &pds[below(PDS)], below(2) ? REMOVE_SELF : REMOVE_BELOW, TYPE_MEMORY,
                                      RANGE(slot_page[below(SLOTS)], below(2) ? 6 : 9), below(3) ? 0xff : 2);
        pending[i] = done ? NULL : go_on;
    }
}

static void cut(void **state)
{
    uint32_t lacking;
    unsigned cuts = 0;
    (void)state;

    preempt_one_in = 2;
    for (unsigned step = 0; step < CUT_STEPS; step++) {
        if (below(40) == 0)
            space_take_memory(&pds[0], RANGE(4096 + 512 * below(2), 6), slot_page[below(SLOTS)], 3, &lacking);
        if (below(3))
            grant_some();
        else
            remove_some();
        if (step % 16 == 0)
            check_grants(), check_spaces();
        for (unsigned i = 0; i < REMOVERS; i++)
            cuts += pending[i] != NULL;
        if (below(500) == 0) {
            struct pd *pd = &pds[1 + below(PDS - 1)];
            for (unsigned i = 0; i < REMOVERS; i++)
                if (pending[i] && removers[i].ipc.pd == pd) {
                    remover_end(&removers[i]);
                    pending[i] = NULL;
                }
            pd_stop(pd);
            assert_int_equal(cells_used[pd_index(pd)], 0);
            pd_start(pd);
        }
    }
    assert_true(cuts > 1000);
    preempt_one_in = 0;
    for (unsigned i = 0; i < REMOVERS; i++)
        if (pending[i])
            assert_true(call_go_on(&removers[i], pending[i]));
    check_grants();
    check_spaces();
}

/* ---- Ports and the processor ---------------------------------------------------------------------------------------- */

static void ports_follow_the_pd(void **state)
{
    struct ec a = {.ipc.pd = &pds[0]}, b = {.ipc.pd = &pds[1]};
    uint32_t lacking;
    (void)state;

    for (unsigned i = 0; i < PDS; i++)
        assert_true(call_remove(&ecs[0], &pds[i], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
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
    assert_true(call_remove(&ecs[0], &pds[1], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
    assert_false(ring3_may(0x60));
    assert_false(ports_trap(&b)); /* it has none */
}

/* Each fault opens 64 runs, and none is in reach before all are; a change of them begins anew. */
static void many_runs_of_ports(void **state)
{
    struct ec a = {.ipc.pd = &pds[0]};
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
    assert_true(ring3_may(0x100) && ring3_may(0x1ff) && ring3_may(0x200) && ring3_may(0x2c6) && !ring3_may(0x201) && !ring3_may(0x2c8));
    assert_false(ports_trap(&a));
    assert_true(call_remove(&ecs[0], &pds[0], REMOVE_SELF, TYPE_PORTS, RANGE(0x200, 7), 0xff));
    assert_true(ports_trap(&a));
    assert_true(ring3_may(0x100) && !ring3_may(0x200) && !ring3_may(0x27e) && ring3_may(0x280));
    assert_true(call_remove(&ecs[0], &pds[0], REMOVE_SELF, TYPE_PORTS, RANGE(0, 16), 0xff));
}

static void give_large(struct pd *from, struct pd *to, uint64_t page)
{
    struct transfer t = {
        .from = from, .to = to, .range = RANGE(2048, LARGE_ORDER), .window_count = SPACE_PAGES,
        .how = ITEM(ITEM_DELEGATE, TYPE_MEMORY, 1, page),
    };
    struct bill bill = {.account = to};
    uint32_t lacking;

    assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
    assert_true(account_covers(&bill, &lacking));
    cap_commit(&t, true);
}

/* A large page over an empty table: the table is kept, whichever of the place's grants goes first, and used again. */
static void large_over_empty_table(void **state)
{
    uint32_t lacking;
    (void)state;

    for (unsigned i = 0; i < PDS; i++) {
        pd_stop(&pds[i]);
        pd_start(&pds[i]);
    }
    assert_int_equal(space_take_memory(&pds[0], RANGE(100, 0), 1024, 3, &lacking), SUCCESS);
    assert_true(call_remove(&ecs[0], &pds[0], REMOVE_SELF, TYPE_MEMORY, RANGE(1024, 0), 0xff));
    const uint64_t tables = pds[0].used;
    for (unsigned giver = 1; giver <= 2; giver++) {
        assert_int_equal(space_take_memory(&pds[giver], RANGE(8192, LARGE_ORDER), 2048, 3, &lacking), SUCCESS);
        give_large(&pds[giver], &pds[0], 1024);
    }
    for (unsigned giver = 1; giver <= 2; giver++) {
        assert_int_equal(space_describe(&pds[0], TYPE_MEMORY, 1024 + 5), 1 | LARGE_ORDER << 8);
        assert_true(call_remove(&ecs[0], &pds[giver], REMOVE_BELOW, TYPE_MEMORY, RANGE(2048, LARGE_ORDER), 0xff));
    }
    assert_int_equal(space_describe(&pds[0], TYPE_MEMORY, 1024 + 5), 0);
    assert_int_equal(space_take_memory(&pds[0], RANGE(100, 0), 1024, 3, &lacking), SUCCESS);
    assert_int_equal(pds[0].used, tables);
    check_spaces();
}

static void excluded_frames(void **state)
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
