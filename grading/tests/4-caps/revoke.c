/*
 * Task 4.6, revoke: who has it from somebody loses it, however far away; nobody else does. Nothing is deleted.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

enum { HERE = 200, ON = 201, CALLERS = 202 };

/* Who has lost it cannot use it; and his number is kept for it. */
static void lost(struct domain *d)
{
    CHECK_STATUS(call_in(d, CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    told_family("names");
    CHECK_EQ(call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(HERE, 0), TYPE_OBJECT, 0).rdx, 2 << 16);
    told_family("derivation");
}

static uint64_t word_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

/* d passes on what it has under number HERE, to the PD that it has under number on. */
static void pass_on(struct domain *d, uint64_t on, uint64_t rights)
{
    CHECK_STATUS(call_in(d, CALL_PD_CONTROL, on, PD_GRANT, RANGE(HERE, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, HERE), 0),
                 SUCCESS);
}

/*
 *     root ── b ── c        b revokes: c and d lose it, b and e do not. Then root revokes a right: of b and e nobody has it.
 *       │     └─── d
 *       └── e
 */
static void revoke_below(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA), *d = domain_new(DOMAIN_QUOTA),
                  *e = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = selector_new(), both = SM_RIGHT_UP | SM_RIGHT_DOWN;

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(b, sm, both, HERE);
    give(e, sm, both, HERE);
    give(b, c->pd, PD_RIGHT_GRANT, ON);
    give(b, d->pd, PD_RIGHT_GRANT, CALLERS);
    const uint64_t cells = pd_figure(c->pd, FIGURE_CELLS).rdx;
    pass_on(b, ON, both);
    pass_on(b, CALLERS, SM_RIGHT_UP);
    CHECK_EQ(word_in(c, HERE), TYPE_SM | both << 8 | 1 << 16);
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(HERE, 0), 0xff, 0, 0), SUCCESS);
    told_family("lifetime");
    CHECK_OK(sm_up(sm)); /* what others have lost has not ended */
    told_family("derivation");
    lost(c);
    lost(d);
    told_family("accounts");
    CHECK_EQ(pd_figure(c->pd, FIGURE_CELLS).rdx, cells);
    told_family("derivation");
    CHECK_EQ(word_in(b, HERE), TYPE_SM | both << 8 | 1 << 16);
    CHECK_EQ(word_in(e, HERE), TYPE_SM | both << 8 | 1 << 16);
    told_family("names"); /* for this object the number is kept */
    pass_on(b, ON, both);
    told_family("derivation");
    CHECK_OK(revoke(sm, SM_RIGHT_UP));
    CHECK_EQ(word_in(b, HERE), TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
    CHECK_EQ(word_in(c, HERE), TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
    CHECK_EQ(word_in(e, HERE), TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
    CHECK_EQ(pd_lookup(TYPE_OBJECT, sm).rdx, TYPE_SM | SM_RIGHTS << 8 | 1 << 16);
    CHECK_OK(revoke(sm, 0xff));
    lost(b);
    lost(c);
    lost(e);
    CHECK_OK(sm_up(sm));
}

static uint64_t open_window(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    u->object_base = HERE;
    u->object_count = u->records = 1;
    return 0;
}

/* What came by a message goes as well: a pin holds nothing but the number. */
static void revoke_pinned(void)
{
    static struct portal p = { open_window };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = selector_new(), portal = portal_new(b->ec, portal_entry, &p, 0);

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(portal_call(portal, 0));
    utcb()->item[0] = (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    CHECK_OK(revoke(sm, 0xff));
    told_family("pins");
    CHECK_STATUS(call_in(b, CALL_SM_CONTROL, HERE, SM_UP, 0, 0, 0), BAD_CAP);
    CHECK_EQ(word_in(b, HERE), 2 << 16 | 1ull << 32);
}

/* The cells of what was taken are used again, and only they. */
static void cells_again(void)
{
    enum { SOME = 24, FIRST = 300, NEW = 400 };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    uint64_t sm[SOME];

    for (uint64_t i = 0; i < SOME; i++) {
        sm[i] = selector_new();
        CHECK_OK(create_sm(sm[i], SEL_PD, 0));
        give(b, sm[i], SM_RIGHT_UP, FIRST + i);
    }
    const uint64_t cells = pd_figure(b->pd, FIGURE_CELLS).rdx, used = pd_figure(b->pd, FIGURE_USED).rdx;
    for (uint64_t i = 0; i < SOME; i += 2)
        CHECK_OK(revoke(sm[i], 0xff));
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells - SOME / 2);
    for (uint64_t i = 0; i < SOME / 2; i++) {
        const uint64_t other = selector_new();
        CHECK_OK(create_sm(other, SEL_PD, 0));
        give(b, other, SM_RIGHT_DOWN, NEW + i);
    }
    for (uint64_t i = 1; i < SOME; i += 2)
        CHECK_EQ(word_in(b, FIRST + i), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16);
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells);
    CHECK_RESULT(pd_figure(b->pd, FIGURE_USED), SUCCESS, used + 1); /* a table */
    for (uint64_t i = 1; i < SOME; i += 2)
        CHECK_OK(revoke(sm[i], 0xff));
    for (uint64_t i = 0; i < SOME / 2; i++)
        CHECK_EQ(word_in(b, NEW + i), TYPE_SM | SM_RIGHT_DOWN << 8 | 1 << 16);
}

enum { PDS = 6, PDS_OF_EACH = 210 };

/* Six PDs, each of which may give to each. */
static struct domain *d[PDS];

/* Each gives to each: more grants than are taken in one piece. None is left. */
static void revoke_many(void)
{
    uint64_t cells[PDS];
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (int i = 0; i < PDS; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                give(d[i], d[k]->pd, PD_RIGHT_GRANT, PDS_OF_EACH + (uint64_t)k);
    for (int i = 0; i < PDS; i++) {
        cells[i] = pd_figure(d[i]->pd, FIGURE_CELLS).rdx;
        give(d[i], sm, SM_RIGHT_UP, HERE);
    }
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                pass_on(d[i], PDS_OF_EACH + (uint64_t)k, SM_RIGHT_UP);
    CHECK_OK(revoke(sm, 0xff));
    for (int i = 0; i < PDS; i++) {
        lost(d[i]);
        CHECK_EQ(pd_figure(d[i]->pd, FIGURE_CELLS).rdx, cells[i]);
    }
}

/* ---- What can be refused ------------------------------------------------------------------------------------------------ */

enum { MINE = 203 };

static result remove_mine(struct domain *d, uint64_t operation)
{
    return call_in(d, CALL_REMOVE, REMOVE(operation, TYPE_OBJECT), RANGE(MINE, 0), 0xff, 0, 0);
}

/* Nothing was ever there, or it has been taken back: then nobody can take back from there. And who may use it may not end it. */
static void revoke_refused(void)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_STATUS(remove_mine(d[0], REMOVE_BELOW), BAD_CAP);
    CHECK_STATUS(remove_mine(d[0], REMOVE_DESTROY), BAD_CAP);
    give(d[0], sm, SM_RIGHTS & ~RIGHT_DESTROY, MINE);
    CHECK_STATUS(remove_mine(d[0], REMOVE_BELOW), SUCCESS);
    told_family("rights");
    CHECK_STATUS(remove_mine(d[0], REMOVE_DESTROY), BAD_CAP);
    told_family("derivation");
    CHECK_EQ(word_in(d[0], MINE), TYPE_SM | (SM_RIGHTS & ~RIGHT_DESTROY) << 8 | 1 << 16);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_STATUS(remove_mine(d[0], REMOVE_BELOW), BAD_CAP);
    CHECK_STATUS(remove_mine(d[0], REMOVE_DESTROY), BAD_CAP);
}

/* ---- A part of a range ------------------------------------------------------------------------------------------------- */

/*
 * Sixteen ports, which root has in one piece. Two of the PDs get runs of them, from root or from each other, and root takes back any
 * part: every run that lies in it goes, and no other; one that is larger and touches it cannot be split, and then nothing goes.
 */
enum { FIRST_PORT = 0x5000, PORT_ORDER = 4, PORT_COUNT = 1 << PORT_ORDER, HOLDERS = 2 };

static bool run_held[HOLDERS][PORT_ORDER + 1]
                    [PORT_COUNT]; /* by order and first port; at most one grant's worth is known of each */

static bool port_open(unsigned holder, unsigned port)
{
    for (unsigned order = 0; order <= PORT_ORDER; order++)
        if (run_held[holder][order][port >> order << order])
            return true;
    return false;
}

static uint64_t rights_to_port(unsigned holder, unsigned port)
{
    return call_in(d[holder], CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(FIRST_PORT + port, 0), TYPE_PORTS, 0).rdx;
}

static void ports_are_right(void)
{
    for (unsigned h = 0; h < HOLDERS; h++)
        for (unsigned port = 0; port < PORT_COUNT; port++)
            CHECK_EQ(rights_to_port(h, port), port_open(h, port) ? PORTS_ACCESS : 0);
}

/* Root gives a run to a holder, or that one, who may have it by another way, to the other. */
static void run_give(unsigned holder, unsigned order, unsigned port)
{
    const uint64_t range = RANGE(FIRST_PORT + port, order);
    const uint64_t how = ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, FIRST_PORT + port);
    const unsigned other = !holder;

    if (!run_held[other][order][port]) {
        CHECK_OK(pd_grant(d[holder]->pd, range, how));
        run_held[holder][order][port] = true;
    } else if (!run_held[holder][order][port]) {
        CHECK_STATUS(call_in(d[other], CALL_PD_CONTROL, PDS_OF_EACH + holder, PD_GRANT, range, how, 0), SUCCESS);
        run_held[holder][order][port] = true;
    }
}

/* Whether a run that is larger than the part touches it; those that lie in the part are forgotten if not. */
static bool part_splits(unsigned order, unsigned port)
{
    for (unsigned h = 0; h < HOLDERS; h++)
        for (unsigned larger = order + 1; larger <= PORT_ORDER; larger++)
            if (run_held[h][larger][port >> larger << larger])
                return true;
    for (unsigned h = 0; h < HOLDERS; h++)
        for (unsigned o = 0; o <= order; o++)
            for (unsigned p = port; p < port + (1u << order); p += 1u << o)
                run_held[h][o][p] = false;
    return false;
}

static void revoke_ports(void)
{
    CHECK_OK(kernel_ports(SEL_KERNEL, RANGE(FIRST_PORT, PORT_ORDER)));
    for (unsigned round = 0; round < 24; round++) {
        for (unsigned i = 0; i < 6; i++) {
            const unsigned order = (unsigned)told_random_below(3), port = (unsigned)told_random_below(PORT_COUNT);
            run_give((unsigned)told_random_below(HOLDERS), order, port >> order << order);
        }
        for (unsigned i = 0; i < 4; i++) {
            const unsigned order = (unsigned)told_random_below(3),
                           port = (unsigned)told_random_below(PORT_COUNT) >> order << order;
            const enum status status = part_splits(order, port) ? CONFLICT : SUCCESS;
            CHECK_STATUS(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(FIRST_PORT + port, order), PORTS_ACCESS), status);
        }
        ports_are_right();
    }
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(FIRST_PORT, PORT_ORDER), PORTS_ACCESS));
    CHECK(!part_splits(PORT_ORDER, 0));
    ports_are_right();
}

/* ---- A part of a large page, and what is one's own ---------------------------------------------------------------------- */

enum { LARGE_ORDER_OF_PAGES = 9, LARGE = 0x38000, LARGE_THERE = 0x38800, PART = 64, PART_ORDER = 3, ALL_RIGHTS = 0xff };

static uint64_t rights_to_page(unsigned holder, uint64_t page)
{
    return call_in(d[holder], CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(page, 0), TYPE_MEMORY, 0).rdx;
}

static void part_given(unsigned holder, uint64_t page, unsigned order, uint64_t there)
{
    CHECK_OK(pd_grant(d[holder]->pd, RANGE(page, order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, there)));
}

/*
 * Root has 512 pages in one piece, which others have elsewhere: whether something lies in what is taken follows from the frames, and not
 * from where its holder sees them. At last root takes its own from itself, with all that came of it.
 */
static void revoke_pages(void)
{
    const uint64_t frame = frames_new(1 << LARGE_ORDER_OF_PAGES), whole = RANGE(LARGE, LARGE_ORDER_OF_PAGES);

    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, LARGE_ORDER_OF_PAGES), LARGE, MEMORY_READ | MEMORY_WRITE));
    part_given(0, LARGE + PART, PART_ORDER, SCRATCH_PAGE);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(LARGE + PART + 2, 1), ALL_RIGHTS));
    for (uint64_t i = 0; i < 1 << PART_ORDER; i++)
        CHECK_EQ(rights_to_page(0, SCRATCH_PAGE + i), i == 2 || i == 3 ? 0 : MEMORY_READ);
    part_given(1, LARGE, LARGE_ORDER_OF_PAGES, LARGE_THERE);
    CHECK_STATUS(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(LARGE + PART, 1), ALL_RIGHTS), CONFLICT);
    CHECK_STATUS(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(LARGE + PART, 1), ALL_RIGHTS), CONFLICT);
    CHECK_EQ(rights_to_page(0, SCRATCH_PAGE), MEMORY_READ);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, whole, MEMORY_WRITE));
    CHECK_EQ(pd_lookup(TYPE_MEMORY, LARGE).rdx, MEMORY_READ | LARGE_ORDER_OF_PAGES << 8);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, whole, ALL_RIGHTS));
    const uint64_t what_is_left_to_root_itself = pd_lookup(TYPE_MEMORY, LARGE).rdx;
    CHECK_EQ(what_is_left_to_root_itself, 0);
    CHECK_EQ(rights_to_page(0, SCRATCH_PAGE), 0);
    CHECK_EQ(rights_to_page(1, LARGE_THERE), 0);
}

static const struct test tests_mine[] = {
    { "revoke_below", revoke_below },     { "revoke_many", revoke_many },
    { "revoke_refused", revoke_refused }, { "cells_again", cells_again },
    { "revoke_pinned", revoke_pinned },   { "revoke_ports", revoke_ports },
    { "revoke_pages", revoke_pages },     { 0 },
};

const struct told_test told_tests[] = {
    { "revoke_below", tests_mine, "derivation" },  { "cells_again", tests_mine, "accounts" },
    { "revoke_many", tests_mine, "derivation" },   { "revoke_refused", tests_mine, "derivation" },
    { "revoke_pinned", tests_mine, "derivation" }, { "revoke_ports", tests_mine, "derivation" },
    { "revoke_pages", tests_mine, "derivation" },  { 0 },
};
