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

/* Six PDs, in which each gives to each: more grants than are taken in one piece. None is left. */
static void revoke_many(void)
{
    enum { PDS = 6 };
    struct domain *d[PDS];
    uint64_t cells[PDS];
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    for (int i = 0; i < PDS; i++)
        d[i] = domain_new(DOMAIN_QUOTA);
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                give(d[i], d[k]->pd, PD_RIGHT_GRANT, 210 + (uint64_t)k);
    for (int i = 0; i < PDS; i++) {
        cells[i] = pd_figure(d[i]->pd, FIGURE_CELLS).rdx;
        give(d[i], sm, SM_RIGHT_UP, HERE);
    }
    for (int i = 0; i < PDS; i++)
        for (int k = 0; k < PDS; k++)
            if (k != i)
                pass_on(d[i], 210 + (uint64_t)k, SM_RIGHT_UP);
    CHECK_OK(revoke(sm, 0xff));
    for (int i = 0; i < PDS; i++) {
        lost(d[i]);
        CHECK_EQ(pd_figure(d[i]->pd, FIGURE_CELLS).rdx, cells[i]);
    }
}

static const struct test tests_mine[] = {
    { "revoke_below", revoke_below },
    { "revoke_many", revoke_many },
    { "cells_again", cells_again },
    { "revoke_pinned", revoke_pinned },
    { 0 },
};

const struct told_test told_tests[] = {
    { "revoke_below", tests_mine, "derivation" },
    { "cells_again", tests_mine, "accounts" },
    { "revoke_many", tests_mine, "derivation" },
    { "revoke_pinned", tests_mine, "derivation" },
    { 0 },
};
