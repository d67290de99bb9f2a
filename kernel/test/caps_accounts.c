/*
 * Accounts to their last page, and trees that are wide or deep.
 */
#include "caps_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "caps_world.h"
#include "pool.h"

void check_caps(void);

static void name(struct pd *pd, uint32_t number, struct object *new)
{
    cap_create(pd, number, new, rights_all(new->type));
}

/* Sends count semaphores, of which root has one each from number 200, to numbers from base of to. */
static void message(struct transfer *t, struct pd *to, unsigned count, uint32_t base, struct bill *bill)
{
    for (unsigned i = 0; i < count; i++) {
        t[i] = transfer_of(root, to, 200 + i, SM_RIGHTS, base, WINDOW_COUNT);
        assert_int_equal(cap_prepare(t, i, bill), SUCCESS);
    }
}

/* R12: with each number of pages that is too small the message is refused and says what lacks; with that much more it goes. */
void every_charge(void **state)
{
    static struct transfer t[ITEM_COUNT];
    static struct pd before;

    for (unsigned count = 1; count <= ITEM_COUNT; count++)
        for (unsigned held = 0; held < 2 * CELLS_PER_PAGE; held += 7) {
            preempt_rate = 0;
            world_boot(400);
            account_settle(root);
            struct pd *to = pd_make(root, 10);
            name(root, 1, &to->object);
            for (unsigned i = 0; i < ITEM_COUNT; i++)
                name(root, 200 + i, small_make(root, TYPE_SM, NULL));
            for (unsigned i = 0; i < held; i++)
                name(to, 1 + i, small_make(root, TYPE_SM, NULL));
            struct bill bill = {.account = to};
            message(t, to, count, 120, &bill);
            const unsigned need = bill.pages + (held % 32 + count + 31) / 32 - (held % 32 + 31) / 32;
            const uint64_t all = to->quota;
            for (unsigned n = 0; n < need; n++) {
                uint32_t lacking = 0;
                to->quota = to->used + n;
                memcpy(&before, to, sizeof before);
                assert_false(account_covers(&bill, &lacking));
                assert_int_equal(lacking, need - n);
                assert_memory_equal(&before, to, sizeof before);
            }
            uint32_t lacking;
            to->quota = to->used + need;
            assert_true(account_covers(&bill, &lacking));
            for (unsigned i = 0; i < count; i++)
                cap_commit(&t[i], true);
            assert_int_equal(to->used, to->quota);
            to->quota = all;
            check_caps();
            world_shutdown();
        }
}

static unsigned create_all(struct pd *pd)
{
    for (unsigned number = 1;; number++) {
        struct bill bill = {.account = pd};
        uint32_t lacking;
        assert_int_equal(cap_prepare_new(pd, number, &bill), SUCCESS);
        bill.cells++;
        if (!account_covers(&bill, &lacking))
            return number - 1;
        name(pd, number, small_make(pd, TYPE_SM, NULL));
    }
}

/* R10: create until refused, destroy, again: the same number, in whatever order they go. */
void until_refused(void **state)
{
    preempt_rate = 0;
    world_boot(400);
    account_settle(root);
    struct pd *pd = pd_make(root, 37);
    name(root, 1, &pd->object);
    kept_ec->ipc.pd = pd;
    unsigned first = 0;
    uint64_t used = 0;
    for (unsigned turn = 0; turn < 4; turn++) {
        const unsigned count = create_all(pd);
        assert_true(count > 300 && (!turn || count == first));
        first = count;
        for (unsigned i = 0; i < count; i++) {
            const unsigned number = turn % 2 ? 1 + i : 1 + (i * 7919ull) % count;
            if (cap_describe(pd, number))
                remove_all(kept_ec, turn & 2 ? REMOVE_DESTROY : REMOVE_SELF, number, 0xff);
        }
        for (unsigned number = 1; number <= count; number++)
            if (cap_describe(pd, number))
                remove_all(kept_ec, REMOVE_SELF, number, 0xff);
        assert_int_equal(pd->cells, 0);
        assert_true(!turn || pd->used == used);
        used = pd->used;
        check_caps();
    }
    world_shutdown();
}

/* R11: from 64 givers a number takes a grant each, and from no further one; the same giver may send again. */
void full_place(void **state)
{
    struct pd *pds[GRANTS_MAX + 1];

    preempt_rate = 0;
    world_boot(1000);
    account_settle(root);
    name(root, 1, small_make(root, TYPE_SM, NULL));
    struct pd *to = pd_make(root, 9);
    name(root, 2, &to->object);
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 0; i <= GRANTS_MAX; i++) {
            if (!turn) {
                pds[i] = pd_make(root, 2);
                name(root, 3 + i, &pds[i]->object);
                struct bill bill = {.account = pds[i]};
                struct transfer t = transfer_of(root, pds[i], 1, SM_RIGHTS, 1, 1);
                assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
                cap_commit(&t, false);
            }
            struct bill bill = {.account = to};
            struct transfer t = transfer_of(pds[i], to, 1, SM_RIGHT_UP, 1, 1);
            assert_int_equal(cap_prepare(&t, 0, &bill), i < GRANTS_MAX ? SUCCESS : TOO_MANY);
            assert_true(i == GRANTS_MAX || bill.cells == !turn);
            if (i < GRANTS_MAX)
                cap_commit(&t, false);
        }
    assert_int_equal(to->cells, GRANTS_MAX);
    check_caps();
    world_shutdown();
}

enum { MANY = 1000 };

static unsigned steps_of_revoke(bool deep, unsigned count)
{
    static struct pd *pds[MANY];
    unsigned steps = 0;

    preempt_rate = 1;
    world_boot(6 * MANY + 400);
    account_settle(root);
    name(root, 1, small_make(root, TYPE_SM, NULL));
    for (unsigned i = 0; i < count; i++) {
        pds[i] = pd_make(root, 2);
        name(root, 2 + i, &pds[i]->object);
        struct bill bill = {.account = pds[i]};
        struct transfer t = transfer_of(deep && i ? pds[i - 1] : root, pds[i], 1, SM_RIGHTS, 1, 1);
        assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
        cap_commit(&t, false);
    }
    kept_ec->ipc.pd = root;
    for (enum outcome out = remove_begin(kept_ec, REMOVE_BELOW, 1, 0xff); out == OUT_PREEMPTED; steps++)
        out = remove_resume(kept_ec);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(cap_describe(pds[i], 1), 2 << 16);
    check_caps();
    world_shutdown();
    return steps;
}

/* Steps are of bounded length; there are so many of them for each descendant, whatever the shape of the tree. */
void large_trees(void **state)
{
    for (unsigned count = 10; count <= MANY; count *= 10) {
        assert_in_range(steps_of_revoke(true, count), count, 3 * count + 3);
        assert_in_range(steps_of_revoke(false, count), count, 3 * count + 3);
    }
}
