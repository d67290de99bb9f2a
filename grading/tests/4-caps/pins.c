/*
 * Task 4.7, delete and pins: what a message has brought is not deleted before its receiver knows of it; and a pin holds a number, not what
 * it names. Nothing ends.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

enum { WINDOW = 230, COUNT = 8 };

static uint64_t word_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

static uint64_t open(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    u->object_base = WINDOW;
    u->object_count = COUNT;
    u->records = 64;
    return 0;
}

static void send(uint64_t portal, uint64_t selector, uint64_t times)
{
    while (times--) {
        utcb()->item[0] = (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
        CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    }
}

/* Comes so and so many times, is acknowledged in parts, and can be deleted when nothing is left; then the number is empty. */
static void pins_in_parts(void)
{
    static struct portal p = { open };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), sm = selector_new(), other = selector_new();
    uint64_t pins = 3 + told_random_below(9);

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_sm(other, SEL_PD, 0));
    CHECK_OK(portal_call(portal, 0));
    const uint64_t cells = pd_figure(b->pd, FIGURE_CELLS).rdx;
    send(portal, sm, pins);
    while (pins) {
        const uint64_t part = 1 + told_random_below(pins);
        CHECK_EQ(word_in(b, WINDOW), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16 | pins << 32);
        REFUSE_IN(b, PINNED, pins, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(WINDOW, 0), 0xff);
        REFUSE_IN(b, BAD_PAR, 0, CALL_PD_CONTROL, 0, PD_ACK, WINDOW, pins + 1);
        pins -= part;
        const result pins_left = call_in(b, CALL_PD_CONTROL, 0, PD_ACK, WINDOW, part, 0);
        CHECK_RESULT(pins_left, SUCCESS, pins);
    }
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(WINDOW, 0), 0xff, 0, 0), SUCCESS);
    CHECK_EQ(word_in(b, WINDOW), 0);
    CHECK_EQ(pd_figure(b->pd, FIGURE_CELLS).rdx, cells);
    send(portal, other, 1);
    CHECK_EQ(word_in(b, WINDOW), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16 | 1ull << 32);
    send(portal, sm, 1);
    CHECK_EQ(word_in(b, WINDOW + 1), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16 | 1ull << 32);
    CHECK_OK(sm_up(sm));
}

/* Revoked from above, pinned or not: the rights are gone, the number stays, for this object and for no other. */
static void pins_hold_numbers(void)
{
    static struct portal p = { open };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), sm = selector_new(), other = selector_new();
    const uint64_t pins = 2 + told_random_below(5);

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(create_sm(other, SEL_PD, 0));
    CHECK_OK(portal_call(portal, 0));
    send(portal, sm, pins);
    CHECK_OK(revoke(sm, 0xff));
    CHECK_EQ(word_in(b, WINDOW), 2 << 16 | pins << 32);
    CHECK_STATUS(call_in(b, CALL_SM_CONTROL, WINDOW, SM_UP, 0, 0, 0), BAD_CAP);
    REFUSE_IN(b, PINNED, pins, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(WINDOW, 0), 0xff);
    send(portal, other, 1);
    told_family("names");
    CHECK_EQ(word_in(b, WINDOW + 1), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16 | 1ull << 32);
    send(portal, sm, 1);
    CHECK_EQ(word_in(b, WINDOW), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16 | (pins + 1) << 32);
    CHECK_OK(revoke(sm, 0xff));
    told_family("pins");
    CHECK_STATUS(call_in(b, CALL_PD_CONTROL, 0, PD_ACK, WINDOW, pins + 1, 0), SUCCESS);
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(WINDOW, 0), 0xff, 0, 0), SUCCESS);
    CHECK_EQ(word_in(b, WINDOW), 0);
    CHECK_STATUS(call_in(b, CALL_CREATE_SM, WINDOW, SEL_PD, 0, 0, 0), SUCCESS);
}

/* None of no pins is acknowledged, also of a number that nothing has been bought for yet; number 0 is none. */
static void acknowledge_nothing(void)
{
    enum { FAR = 60000 };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const result pins_of_an_empty_number = call_in(b, CALL_PD_CONTROL, 0, PD_ACK, FAR, 0, 0);

    CHECK_RESULT(pins_of_an_empty_number, SUCCESS, 0);
    REFUSE_IN(b, BAD_PAR, 0, CALL_PD_CONTROL, 0, PD_ACK, FAR, 1);
    REFUSE_IN(b, BAD_PAR, 0, CALL_PD_CONTROL, 0, PD_ACK, 0, 0);
}

/* What was given without a message is not pinned, and what is deleted was everybody's who had it from there. */
static void delete_takes_below(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(b, sm, SM_RIGHT_UP, 200);
    give(b, c->pd, PD_RIGHT_GRANT, 201);
    CHECK_STATUS(call_in(b, CALL_PD_CONTROL, 201, PD_GRANT, RANGE(200, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 200), 0),
                 SUCCESS);
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(200, 0), 0xff, 0, 0), SUCCESS);
    CHECK_EQ(word_in(b, 200), 0);
    CHECK_EQ(word_in(c, 200), 2 << 16);
    CHECK_STATUS(call_in(c, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(200, 0), 0xff, 0, 0), BAD_CAP);
    told_family("pins");
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(200, 0), 0xff, 0, 0), BAD_CAP);
    CHECK_STATUS(call_in(c, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(200, 0), 0xff, 0, 0), SUCCESS);
    CHECK_EQ(word_in(c, 200), 0);
    give(b, sm, SM_RIGHT_UP | SM_RIGHT_DOWN, 205);
    CHECK_EQ(word_in(b, 205), TYPE_SM | (SM_RIGHT_UP | SM_RIGHT_DOWN) << 8 | 1 << 16);
    CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(205, 0), SM_RIGHT_DOWN, 0, 0), SUCCESS);
    CHECK_EQ(word_in(b, 205), TYPE_SM | SM_RIGHT_UP << 8 | 1 << 16); /* what has a right is not empty */
}

/* Numbers of objects that an index may have in one place: any of them can go, and the others are found. */
static void delete_far_apart(void)
{
    enum { APART = 1024, THREE = 3, FIRST = 8192 };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t gone = told_random_below(THREE);

    for (uint64_t i = 0; i <= (THREE - 1) * APART; i++)
        CHECK_OK(create_sm(FIRST + i, SEL_PD, 0));
    for (uint64_t out = 0; out < 2 * THREE; out++) { /* in turn, and then the other way round */
        const uint64_t go = (gone + (out < THREE ? out : 2 * THREE - 1 - out)) % THREE;
        for (uint64_t i = 0; i < THREE; i++)
            give(b, FIRST + i * APART, SM_RIGHT_UP, 300 + i);
        CHECK_STATUS(call_in(b, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(300 + go, 0), 0xff, 0, 0), SUCCESS);
        CHECK_EQ(word_in(b, 300 + go), 0);
        for (uint64_t i = 0; i < THREE; i++)
            if (i != go)
                CHECK_RESULT(grant_object(b->pd, FIRST + i * APART, SM_RIGHT_DOWN, 400 + i), SUCCESS, 300 + i);
    }
}

static const struct test tests_mine[] = {
    { "pins_in_parts", pins_in_parts },
    { "pins_hold_numbers", pins_hold_numbers },
    { "acknowledge_nothing", acknowledge_nothing },
    { "delete_takes_below", delete_takes_below },
    { "delete_far_apart", delete_far_apart },
    { 0 },
};

const struct told_test told_tests[] = {
    { "pins_in_parts", tests_mine, "pins" },        { "pins_hold_numbers", tests_mine, "pins" },
    { "acknowledge_nothing", tests_mine, "pins" },  { "delete_takes_below", tests_mine, "derivation" },
    { "delete_far_apart", tests_mine, "names" },    { "pins_count", tests_pins, "pins" },
    { "pd_ack_refused", tests_pd_control, "pins" }, { 0 },
};
