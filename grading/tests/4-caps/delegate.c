/*
 * Task 4.5, delegate: what one PD gives, another has, with these rights, under one number. Nothing is taken back.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

enum { WINDOW = 230, HERE = 200, SERVICE = 220 };

static uint64_t word_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

/* Of what has come by messages: the word, and then how often it came. */
static void number_is(struct domain *d, uint64_t selector, uint64_t word, uint64_t pins)
{
    const uint64_t seen = d ? word_in(d, selector) : pd_lookup(TYPE_OBJECT, selector).rdx;

    const uint64_t type_rights_and_state = seen & 0xffffffff, its_pins = seen >> 32;

    CHECK_EQ(type_rights_and_state, word);
    told_family("pins");
    CHECK_EQ(its_pins, pins);
    told_family("names");
}

static uint64_t cells_of(const struct domain *d)
{
    return pd_figure(d->pd, FIGURE_CELLS).rdx;
}

/* ---- Rights ----------------------------------------------------------------------------------------------------------- */

/* Every set of rights that root can give of a semaphore; the receiver has these and no others. */
static void rights_arrive(void)
{
    told_family("window"); /* what is given for a number arrives there */
    struct domain *b = domain_new(DOMAIN_QUOTA);

    for (uint64_t i = 0; i < 16; i++) {
        const uint64_t rights = (i & 7) | (i & 8 ? RIGHT_DESTROY : 0), sm = sm_new(), at = 300 + i;
        if (!rights)
            continue;
        told_family("window");
        CHECK_RESULT(grant_object(b->pd, sm, rights, at), SUCCESS, at);
        told_family("rights");
        CHECK_EQ(word_in(b, at), TYPE_SM | rights << 8 | 1 << 16);
        CHECK_STATUS(call_in(b, CALL_SM_CONTROL, at, SM_UP, 0, 0, 0), rights & SM_RIGHT_UP ? SUCCESS : BAD_CAP);
        CHECK_STATUS(call_in(b, CALL_SM_CONTROL, at, SM_ZERO, 1, 0, 0), !(rights & SM_RIGHT_DOWN) ? BAD_CAP
                                                                        : rights & SM_RIGHT_UP    ? SUCCESS
                                                                                                  : TIMEOUT);
    }
}

/* PD's rights are asked for one by one: each call of a domain that has all but the one it needs. */
static void rights_asked(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t pd[] = { selector_new(), selector_new(), selector_new(), selector_new() };

    for (int i = 0; i < 4; i++)
        CHECK_OK(create_pd(pd[i], SEL_PD, 4));
    give(b, SEL_PD, PD_RIGHT_PAY, 299);
    give(b, pd[0], PD_RIGHTS & ~PD_RIGHT_PAY, 300);
    give(b, pd[1], PD_RIGHTS & ~PD_RIGHT_FIGURES, 301);
    give(b, pd[2], PD_RIGHTS & ~PD_RIGHT_QUOTA, 302);
    give(b, pd[3], PD_RIGHTS & ~PD_RIGHT_GRANT, 303);
    REFUSE_IN(b, BAD_CAP, 0, CALL_CREATE_SM, 310, 300, 0);
    REFUSE_IN(b, BAD_CAP, 0, CALL_PD_CONTROL, 301, PD_FIGURES, FIGURE_QUOTA);
    REFUSE_IN(b, BAD_CAP, 0, CALL_PD_CONTROL, 302, PD_QUOTA, 1, 299);
    REFUSE_IN(b, BAD_CAP, 0, CALL_PD_CONTROL, 303, PD_GRANT, RANGE(299, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, PD_RIGHT_PAY, 5));
    CHECK_STATUS(call_in(b, CALL_PD_CONTROL, 302, PD_FIGURES, FIGURE_QUOTA, 0, 0), SUCCESS);
}

/* What is passed on is a part of what was got, of one single grant. */
static void rights_shrink(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new();

    give(b, sm, SM_RIGHT_UP, HERE);
    give(b, c->pd, PD_RIGHT_GRANT, 201);
    for (uint64_t rights = 1; rights < 256; rights++) {
        const uint64_t how = ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 300 + rights);
        const enum status status = rights == SM_RIGHT_UP ? SUCCESS : rights & ~(uint64_t)SM_RIGHTS ? BAD_PAR : BAD_CAP;
        CHECK_STATUS(call_in(b, CALL_PD_CONTROL, 201, PD_GRANT, RANGE(HERE, 0), how, 0), status);
    }
    CHECK_EQ(word_in(c, 301), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16);
}

/* ---- Root, and who is not ---------------------------------------------------------------------------------------------- */

static uint64_t sent;

static uint64_t send_back(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    utcb()->item[0] = (struct item){ RANGE(sent, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    return DESCRIPTOR(0, 1);
}

/* The first PD is one like all others: what it was given without a right it cannot use. */
static void root_is_nobody(void)
{
    static struct portal p = { send_back };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), place = selector_new(), other = selector_new();
    struct utcb *u = utcb();

    sent = 300;
    CHECK_STATUS(call_in(b, CALL_CREATE_SM, 300, SEL_PD, 0, 0, 0), SUCCESS);
    u->object_base = (uint32_t)place;
    u->object_count = 1;
    u->records = 1;
    CHECK_RESULT(portal_call(portal, 0), SUCCESS, DESCRIPTOR(0, 1));
    CHECK_EQ(RANGE_BASE(u->item[0].range), place);
    CHECK_OK(sm_up(place));
    CHECK_STATUS(sm_down(place, 1), BAD_CAP);
    CHECK_OK(create_pd(other, SEL_PD, 4));
    REFUSE(BAD_CAP, REFUSAL(0, 0, 0, BAD_CAP), CALL_PD_CONTROL, other, PD_GRANT, RANGE(place, 0),
           ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_DOWN, 300));
    number_is(0, place, TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16, 1);
    told_family("window");
    CHECK_EQ(u->records, 0);
    u->object_count = u->records = 0;
}

/* ---- Names ------------------------------------------------------------------------------------------------------------ */

static struct item got;

static uint64_t take(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    got = u->item[0];
    u->object_base = WINDOW;
    u->object_count = 16;
    u->records = 16;
    return 0;
}

static struct portal taker = { take };

static result send(uint64_t portal, uint64_t selector, uint64_t rights)
{
    utcb()->item[0] = (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0) };
    return portal_call(portal, DESCRIPTOR(0, 1));
}

static uint64_t send_here(uint64_t portal, uint64_t selector, uint64_t rights, uint64_t d)
{
    (void)d;
    return send(portal, selector, rights).rax;
}

/* An object that comes by three ways has one number, and each way's rights; by the same way again it costs nothing. */
static void name_one(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA), *d = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), box = portal_new(b->ec, portal_entry, &taker, 0);

    CHECK_OK(portal_call(box, 0)); /* opens the window */
    give(c, sm, SM_RIGHT_DOWN, HERE);
    give(d, sm, SM_RIGHT_ASSIGN, HERE);
    give(c, box, PT_RIGHT_CALL, SERVICE);
    give(d, box, PT_RIGHT_CALL, SERVICE);
    const uint64_t cells = cells_of(b);
    CHECK_OK(send(box, sm, SM_RIGHT_UP));
    told_family("window");
    CHECK_EQ(RANGE_BASE(got.range), WINDOW);
    told_family("names");
    CHECK_IS(in(c, send_here, SERVICE, HERE, SM_RIGHT_DOWN, 0), SUCCESS);
    CHECK_EQ(RANGE_BASE(got.range), WINDOW);
    number_is(b, WINDOW, TYPE_SM | (SM_RIGHT_UP | SM_RIGHT_DOWN) << 8 | 1 << 16, 2);
    CHECK_IS(in(d, send_here, SERVICE, HERE, SM_RIGHT_ASSIGN, 0), SUCCESS);
    CHECK_EQ(RANGE_BASE(got.range), WINDOW);
    told_family("derivation");
    CHECK(cells_of(b) >= cells + 3); /* a grant under each of the three */
    told_family("names");
    CHECK_EQ(cells_of(b), cells + 3);
    CHECK_OK(send(box, sm, SM_RIGHT_DOWN));
    number_is(b, WINDOW, TYPE_SM | 7 << 8 | 1 << 16, 4);
    CHECK_EQ(word_in(b, WINDOW + 1), 0);
    CHECK_EQ(cells_of(b), cells + 3);
    give(b, d->pd, PD_RIGHT_GRANT, 201);
    for (uint64_t right = SM_RIGHT_UP; right <= SM_RIGHT_ASSIGN; right <<= 1) /* each is there to be passed on */
        CHECK_EQ(
            call_in(b, CALL_PD_CONTROL, 201, PD_GRANT, RANGE(WINDOW, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, right, HERE), 0).rax,
            SUCCESS);
}

/* Back to where it came from it brings nothing new. */
static void name_back(void)
{
    static struct portal p = { send_back };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = sm_new(), back = portal_new(b->ec, portal_entry, &p, 0), place = selector_new();
    struct utcb *u = utcb();

    give(b, sm, SM_RIGHT_UP, HERE);
    const uint64_t mine = pd_figure(SEL_PD, FIGURE_CELLS).rdx;
    sent = HERE;
    u->object_base = (uint32_t)place;
    u->object_count = 1;
    u->records = 5;
    for (uint64_t times = 1; times < 20; times++) {
        CHECK_RESULT(portal_call(back, 0), SUCCESS, DESCRIPTOR(0, 1));
        CHECK_EQ(u->item[0].range, RANGE(sm, 0));
        CHECK_EQ(u->records, 5);
        CHECK_EQ(pd_figure(SEL_PD, FIGURE_CELLS).rdx, mine);
        number_is(0, sm, TYPE_SM | SM_RIGHTS << 8 | 1 << 16, times);
    }
    u->object_count = u->records = 0;
}

/* Many objects, in an order that nobody knows: each is found again under its own number. */
static void name_many(void)
{
    enum { MANY = 60 };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    uint64_t sm[MANY];

    for (uint64_t i = 0; i < MANY; i++) {
        sm[i] = sm_new();
        give(b, sm[i], SM_RIGHT_UP, 300 + i * 3);
    }
    for (int tries = 0; tries < 100; tries++) {
        const uint64_t i = told_random_below(MANY);
        CHECK_RESULT(grant_object(b->pd, sm[i], SM_RIGHT_UP | SM_RIGHT_DOWN, 1000 + i), SUCCESS, 300 + i * 3);
        CHECK_EQ(word_in(b, 1000 + i), 0);
    }
}

/* Objects are numbered in turn, so that of these a thousand apart an index may have several in one place. */
static void name_far_apart(void)
{
    enum { APART = 1024, THREE = 3, FIRST = 8192 };
    struct domain *b = domain_new(DOMAIN_QUOTA);

    for (uint64_t i = 0; i <= (THREE - 1) * APART; i++)
        CHECK_OK(create_sm(FIRST + i, SEL_PD, 0));
    for (uint64_t i = 0; i < THREE; i++)
        give(b, FIRST + i * APART, SM_RIGHT_UP, 300 + i);
    for (uint64_t i = 0; i < THREE; i++)
        CHECK_RESULT(grant_object(b->pd, FIRST + i * APART, SM_RIGHT_DOWN, 400 + i), SUCCESS, 300 + i);
}

static const struct test tests_mine[] = {
    { "rights_arrive", rights_arrive },
    { "rights_asked", rights_asked },
    { "rights_shrink", rights_shrink },
    { "root_is_nobody", root_is_nobody },
    { "name_one", name_one },
    { "name_back", name_back },
    { "name_many", name_many },
    { "name_far_apart", name_far_apart },
    { 0 },
};

const struct told_test told_tests[] = {
    { "rights_arrive", tests_mine, "rights" },
    { "rights_asked", tests_mine, "rights" },
    { "rights_shrink", tests_mine, "rights" },
    { "root_is_nobody", tests_mine, "rights" },
    { "name_one", tests_mine, "names" },
    { "name_back", tests_mine, "names" },
    { "name_many", tests_mine, "names" },
    { "name_far_apart", tests_mine, "names" },
    { "pd_grant_self", tests_pd_control, "names" },
    { 0 },
};
