/*
 * Whether stage 6 and the model agree: page tables, ports, records and charges.
 */
#include "spaces_model.h"
#include "spaces_test.h"

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

bool ring3_may(unsigned port)
{
    const struct tss *tss = cpus[0].tss;
    return tss->io_bitmap_offset == offsetof(struct tss, io_bitmap) && !(tss->io_bitmap[port / 8] >> port % 8 & 1);
}

/* What ring 3 finds when it runs in pd and uses ports: the last fault is its own. */
static void compare_ports(unsigned pd)
{
    struct ec ec = { .ipc.pd = &pds[pd] };
    bool open[PORT_BASE + PORT_COUNT + 72] = { false };

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

void compare(void)
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
