/*
 * Stage 6 beside the model: a random walk, whose statuses are compared, and everything else after every step.
 */
#include "spaces_model.h"
#include "spaces_test.h"

enum { STEPS = 15000, ITEMS = 3 };

static struct ec utcb_ecs[MODEL_UTCBS];
static struct ec remover;
static unsigned seen[STATUS_COUNT];

static uint64_t random_memory(void)
{
    static const uint8_t orders[] = { 0, 0, 0, 0, 1, 2, 3, 9, 9, 10, 7 };
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
    static const uint8_t rights[] = { 1, 1, 3, 3, 3, 5, 5, 2, 7, 0, 15 };
    return rights[below(sizeof rights)];
}

/* ---- Steps ------------------------------------------------------------------------------------------------------------ */

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
static enum status model_item(const struct transfer *t, const struct transfer *all, const uint64_t targets[], unsigned n,
                              uint64_t *target)
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
        .from = from,
        .to = to,
        .range = type == TYPE_MEMORY ? random_memory() : random_ports(),
        .how = ITEM(ITEM_DELEGATE, type,
                    type == TYPE_MEMORY ? random_rights()
                    : below(9)          ? 1
                                        : 3,
                    spot),
        .window_count = below(20) ? type == TYPE_MEMORY ? SPACE_PAGES : SPACE_PORTS : 0,
    };
}

static void step_message(void)
{
    struct pd *from = &pds[below(PDS)], *to = below(6) ? &pds[below(PDS)] : from;
    struct transfer t[ITEMS];
    uint64_t targets[ITEMS];
    const unsigned count = 1 + below(ITEMS);
    struct bill bill = { .account = to };
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

    assert_true(call_remove(&remover, &pds[pd], self ? REMOVE_SELF : REMOVE_BELOW, type, range, rights));
    expect(remover.state.frame.rax, wanted);
}

static void utcb_end(unsigned i)
{
    struct ec *ec = &utcb_ecs[i];

    LINKED_TAKE(ec->ipc.pd->ecs, ec, ipc.next, ipc.prev);
    space_unmap_utcb(ec);
    free(ec->ipc.utcb);
    model.utcb[i].used = false;
}

static void step_utcb(void)
{
    const unsigned i = below(MODEL_UTCBS);
    struct ec *ec = &utcb_ecs[i];
    struct bill bill = { 0 };
    uint32_t lacking;

    if (model.utcb[i].used) {
        utcb_end(i);
        return;
    }
    *ec = (struct ec){ .ipc = { .pd = &pds[below(PDS)], .utcb_page = (slot_page[below(SLOTS)] + below(OFFSETS)) * PAGE_SIZE } };
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
void walk(void **state)
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
    static const enum status reached[] = { SUCCESS, BAD_CAP, BAD_PAR, OCCUPIED, CONFLICT, NO_WINDOW, TOO_MANY };
    for (unsigned i = 0; i < sizeof reached / sizeof reached[0]; i++)
        assert_true(seen[reached[i]] > 30);
}
