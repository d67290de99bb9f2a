/*
 * Removals that are cut at their preemption points, gone on with in any order, or left by who is destroyed: the invariants stay whole, and
 * nothing is left behind.
 */
#include "spaces_host.h"
#include "spaces_test.h"

enum { REMOVERS = 4, CUT_STEPS = 20000 };

static struct ec removers[REMOVERS];
static continuation *pending[REMOVERS];

static void grant_some(void)
{
    struct pd *from = &pds[below(PDS)], *to = &pds[below(PDS)];
    struct transfer t = {
        .from = from,
        .to = to,
        .range = RANGE(slot_page[below(SLOTS)], 6),
        .window_count = SPACE_PAGES,
        .how = ITEM(ITEM_DELEGATE, TYPE_MEMORY, below(2) ? 1 : 3, slot_page[below(SLOTS)] + 64 * below(2)),
    };
    struct bill bill = { .account = to };
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

void cut(void **state)
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
