/*
 * What a random walk would seldom meet: the moments between two steps of a removal, one after the other.
 */
#include "caps_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "caps_world.h"
#include "pool.h"

void check_caps(void);

enum { NUMBER = 5, CHAIN = 12 };

static struct pd *pds[CHAIN];
static struct object *object;
static struct ec *helper; /* in root, to destroy others with */
static bool branched;     /* the object is passed on as in a binary heap, not as in a chain */

static enum status give(struct pd *from, struct pd *to, uint32_t rights, bool pin)
{
    struct bill bill = {.account = to};
    struct transfer t = transfer_of(from, to, NUMBER, rights, NUMBER, 1);
    uint32_t lacking;

    const enum status status = cap_prepare(&t, 0, &bill);
    if (status != SUCCESS)
        return status;
    if (!account_covers(&bill, &lacking))
        return NO_QUOTA;
    cap_commit(&t, pin);
    return SUCCESS;
}

static uint32_t rights_at(const struct pd *pd)
{
    return cap_describe(pd, NUMBER) >> 8 & 0xff;
}

static void name(struct pd *pd, uint32_t number, struct object *new)
{
    cap_create(pd, number, new, rights_all(new->type));
}

/* From whom PD i has the object: another's index, or -1 for root. */
static int giver(int i)
{
    return branched ? (i + 1) / 2 - 1 : i - 1;
}

/* A semaphore of root's that is passed on from PD to PD, each with one EC. */
static void chain_boot(unsigned rate)
{
    preempt_rate = rate;
    world_boot(1000);
    account_settle(root);
    object = small_make(root, TYPE_SM, NULL);
    name(root, NUMBER, object);
    helper = ec_make(root, root);
    name(root, 1, &helper->object);
    for (unsigned i = 0; i < CHAIN; i++) {
        pds[i] = pd_make(root, 8);
        name(root, 10 + i, &pds[i]->object);
        name(root, 40 + i, &ec_make(root, pds[i])->object);
        assert_int_equal(give(i ? pds[giver(i)] : root, pds[i], SM_RIGHTS, false), SUCCESS);
    }
}

static void finish(struct ec *self)
{
    enum outcome out;
    do
        out = remove_resume(self);
    while (out == OUT_PREEMPTED || out == OUT_NO_TIME);
}

static void resume(struct ec *self, unsigned times, bool *done)
{
    while (times-- && !*done)
        *done = remove_resume(self) != OUT_PREEMPTED;
}

static unsigned live_from(unsigned first)
{
    unsigned live = 0;
    for (unsigned i = first; i < CHAIN; i++)
        live += rights_at(pds[i]) != 0;
    return live;
}

/* ABI.md §15, R8.4: at each preemption point in turn the one who revokes is destroyed. */
void revoker_dies(void **state)
{
    bool done = false;

    for (unsigned at = 0; !done; at++) {
        chain_boot(1);
        struct ec *self = pds[2]->ecs;
        done = remove_begin(self, REMOVE_BELOW, NUMBER, 0xff) == OUT_DONE;
        resume(self, at, &done);
        if (!done)
            remove_all(helper, REMOVE_DESTROY, 42, 0xff);
        assert_int_equal(live_from(3), 0);
        assert_int_equal(live_from(0), 3);
        for (unsigned i = 3; i < CHAIN; i++)
            assert_int_equal(pds[i]->cells, 0); /* a reserved number costs none */
        assert_int_equal(pds[2]->ecs == NULL, !done);
        check_caps();
        world_shutdown();
    }
}

/*
 * R8.5: a second removal begins at each preemption point of a first, above or below it, and ends before the first is
 * asked again.
 */
static void overlap(unsigned first, unsigned second, enum remove_operation operation)
{
    bool done = false;

    for (unsigned at = 0; !done; at++) {
        chain_boot(1);
        struct ec *self = pds[first]->ecs;
        done = remove_begin(self, operation, NUMBER, 0xff) == OUT_DONE;
        resume(self, at, &done);
        kept_ec->ipc.pd = pds[second];
        remove_all(kept_ec, operation, NUMBER, 0xff);
        const unsigned top = first < second ? first : second;
        if (kept_ec->state.frame.rax == SUCCESS)
            assert_int_equal(live_from(operation == REMOVE_BELOW ? top + 1 : top), 0);
        else /* taken already: from the leaves on, so there is nothing below it either */
            assert_true(kept_ec->state.frame.rax == BAD_CAP && first < second && !live_from(second));
        if (!done)
            finish(self);
        check_caps();
        world_shutdown();
    }
}

void removals_overlap(void **state)
{
    overlap(2, 6, REMOVE_BELOW);
    overlap(6, 2, REMOVE_BELOW);
    overlap(2, 6, REMOVE_SELF);
    overlap(6, 2, REMOVE_SELF);
    overlap(4, 4, REMOVE_BELOW);
}

static bool below(int i, int top)
{
    for (i = giver(i); i > top; i = giver(i))
        ;
    return i == top;
}

/* The same in a tree with branches, for any two that revoke. What is below neither stays. */
static void overlap_branched(int first, int second)
{
    bool done = false;

    for (unsigned at = 0; !done; at++) {
        chain_boot(1);
        struct ec *self = pds[first]->ecs;
        done = remove_begin(self, REMOVE_BELOW, NUMBER, 0xff) == OUT_DONE;
        resume(self, at, &done);
        kept_ec->ipc.pd = pds[second];
        remove_all(kept_ec, REMOVE_BELOW, NUMBER, 0xff);
        if (!done)
            finish(self);
        for (int i = 0; i < CHAIN; i++)
            assert_int_equal(rights_at(pds[i]), below(i, first) || below(i, second) ? 0 : SM_RIGHTS);
        check_caps();
        world_shutdown();
    }
}

void removals_overlap_branched(void **state)
{
    branched = true;
    for (int first = 0; first < CHAIN; first++)
        for (int second = 0; second < CHAIN; second++)
            overlap_branched(first, second);
    branched = false;
}

/* R8.3: at each preemption point every PD passes the object on to its neighbour, for as long as it can. */
void deriving_meanwhile(void **state)
{
    for (unsigned seeds = 0; seeds < 50; seeds++) {
        seed = seeds + 1;
        chain_boot(1);
        struct ec *self = pds[0]->ecs;
        bool done = remove_begin(self, REMOVE_BELOW, NUMBER, 0xff) == OUT_DONE;
        for (unsigned turns = 0; !done; turns++) {
            assert_true(turns < 10000);
            const enum status status = give(pds[1 + any(CHAIN - 1)], pds[1 + any(CHAIN - 1)], SM_RIGHT_UP, false);
            assert_true(status == SUCCESS || status == BAD_CAP || status == NO_QUOTA);
            resume(self, 1, &done);
        }
        assert_int_equal(live_from(1), 0);
        check_caps();
        world_shutdown();
    }
}

/* One message with two rights from two sources, to a number that is reserved: two records. */
void revived_and_added(void **state)
{
    chain_boot(0);
    struct pd *from = pds[CHAIN - 1], *to = pds[0];
    kept_ec->ipc.pd = root;
    remove_all(kept_ec, REMOVE_BELOW, NUMBER, 0xff);
    assert_int_equal(give(root, from, SM_RIGHT_UP, false), SUCCESS);
    assert_int_equal(give(root, pds[1], SM_RIGHT_DOWN, false), SUCCESS);
    assert_int_equal(give(pds[1], from, SM_RIGHT_DOWN, false), SUCCESS);

    struct bill bill = {.account = to};
    struct transfer t[3];
    const uint32_t rights[] = {SM_RIGHT_UP, SM_RIGHT_DOWN, SM_RIGHT_DOWN};
    for (unsigned i = 0; i < 3; i++) {
        t[i] = transfer_of(from, to, NUMBER, rights[i], 9, 1);
        assert_int_equal(cap_prepare(t, i, &bill), SUCCESS);
        assert_int_equal(t[i].records, i < 2);
        assert_int_equal(t[i].offer.place, NUMBER);
        assert_int_equal(bill.cells, i ? 2 : 1);
    }
    for (unsigned i = 0; i < 3; i++)
        cap_commit(&t[i], true);
    assert_int_equal(to->cells, 2);
    assert_int_equal(cap_describe(to, NUMBER), TYPE_SM | 3 << 8 | 1 << 16 | 3ull << 32);
    check_caps();
    world_shutdown();
}

/* What is sent anew while it is being taken stays; what hung below it goes. */
void sending_again(void **state)
{
    bool done = false;

    for (unsigned at = 0; !done; at++) {
        chain_boot(1);
        kept_ec->ipc.pd = root;
        done = remove_begin(kept_ec, REMOVE_BELOW, NUMBER, SM_RIGHT_UP | SM_RIGHT_DOWN) == OUT_DONE;
        resume(kept_ec, at, &done);
        const bool lost = !(grant_live(number_grants(number_entry(pds[0], NUMBER))) & SM_RIGHT_UP);
        assert_int_equal(give(root, pds[0], SM_RIGHT_UP, false), SUCCESS);
        assert_true(rights_at(pds[0]) & SM_RIGHT_UP);
        if (!done)
            finish(kept_ec);
        const uint32_t left = SM_RIGHTS & ~SM_RIGHT_UP & ~SM_RIGHT_DOWN;
        assert_int_equal(rights_at(pds[0]), left | (lost ? SM_RIGHT_UP : 0));
        for (unsigned i = 1; i < CHAIN; i++)
            assert_int_equal(rights_at(pds[i]), left);
        check_caps();
        world_shutdown();
    }
}

/*
 * R6.3: while a number is being deleted, its object arrives again. It is the same number, and stays: a revocation
 * leaves it reserved.
 */
void arrival_while_deleting(void **state)
{
    for (unsigned at = 0; at < 16; at++) {
        bool done = false;
        chain_boot(1);
        struct ec *self = pds[3]->ecs;
        done = remove_begin(self, REMOVE_SELF, NUMBER, 0xff) == OUT_DONE;
        resume(self, at / 2, &done);
        assert_false(done);
        assert_int_equal(give(at % 2 ? root : pds[2], pds[3], SM_RIGHT_DOWN, true), SUCCESS);
        finish(self);
        assert_int_equal(rights_at(pds[3]), SM_RIGHT_DOWN);
        assert_int_equal(cap_describe(pds[3], NUMBER) >> 32, 1);
        assert_int_equal(live_from(4), 0);
        assert_int_equal(remove_all(self, REMOVE_SELF, NUMBER, 0xff), OUT_DONE);
        assert_int_equal(self->state.frame.rax, PINNED);
        kept_ec->ipc.pd = root;
        remove_all(kept_ec, REMOVE_BELOW, NUMBER, 0xff);
        assert_int_equal(cap_describe(pds[3], NUMBER), 2 << 16 | 1ull << 32);
        check_caps();
        world_shutdown();
    }
}

/* Each EC destroys its own PD, which pays for itself; and root's helper the PD that pays for the SC that it runs on. */
void own_end(void **state)
{
    for (unsigned rate = 0; rate < 3; rate++) {
        chain_boot(rate);
        const uint64_t quota = root->quota;
        for (unsigned i = 0; i < CHAIN; i++) {
            struct ec *self = pds[i]->ecs;
            name(root, 70 + i, small_make(root, TYPE_SC, self));
            struct bill bill = {.account = pds[i]};
            struct transfer t = transfer_of(root, pds[i], 10 + i, PD_RIGHTS, 9, 1);
            assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
            cap_commit(&t, true);
            assert_int_equal(remove_all(self, REMOVE_DESTROY, 9, 0xff), OUT_DEAD);
            assert_int_equal(root->quota, quota + 8 * (i + 1));
        }
        name(root, 90, small_make(root, TYPE_SC, helper));
        const enum outcome out = remove_begin(helper, REMOVE_DESTROY, 90, 0xff);
        assert_true(out == OUT_NO_TIME || (rate && out == OUT_PREEMPTED));
        finish(helper);
        assert_null(helper->run.sc);
        check_caps();
        world_shutdown();
    }
}

/*
 * The same, but at each preemption point in turn another one goes on with it: then the EC that destroyed its own PD is taken apart as
 * any other, and nobody has it any more, although a removal for its PD had begun.
 */
void own_end_taken_over(void **state)
{
    bool done = false;

    for (unsigned at = 0; !done; at++) {
        chain_boot(1);
        struct ec *self = pds[2]->ecs;
        struct bill bill = {.account = pds[2]};
        struct transfer t = transfer_of(root, pds[2], 12, PD_RIGHTS, 9, 1);
        assert_int_equal(cap_prepare(&t, 0, &bill), SUCCESS);
        cap_commit(&t, false);
        done = remove_begin(self, REMOVE_DESTROY, 9, 0xff) != OUT_PREEMPTED;
        resume(self, at, &done);
        remove_all(helper, REMOVE_DESTROY, NUMBER, 0xff);
        assert_int_equal(cap_describe(root, 42), 2 << 16); /* the EC's number: reserved, no grant is left */
        assert_int_equal(cap_describe(root, 12), 2 << 16);
        check_caps();
        world_shutdown();
    }
}
