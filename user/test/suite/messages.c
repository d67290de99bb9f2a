/*
 * Items and windows of a call: rules R11, R13.1; kernel/ABI.md §8.3 to §8.5. Items of a reply: reply_items.c.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- A receiver that shows what it has got, and whose windows the test sets ------------------------------------------- */

static struct item got[ITEM_COUNT];
static uint64_t got_words[4], got_descriptor, got_records, calls;

static uint64_t show(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        got[i] = u->item[i];
    for (unsigned i = 0; i < 4; i++)
        got_words[i] = u->word[i];
    got_descriptor = descriptor;
    got_records = u->records;
    calls++;
    return 0;
}

static struct portal shower = { show };

struct windows {
    uint32_t object_base, object_count, records, port_base, port_count;
    uint64_t memory;
};

static uint64_t set_windows(uint64_t windows, uint64_t b, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();
    const struct windows *w = (const struct windows *)windows;

    (void)b, (void)c, (void)d;
    u->object_base = w->object_base;
    u->object_count = w->object_count;
    u->records = w->records;
    u->port_base = w->port_base;
    u->port_count = w->port_count;
    u->memory_window = w->memory;
    return 0;
}

static void open(struct domain *d, struct windows w)
{
    in(d, set_windows, (uint64_t)&w, 0, 0, 0);
}

static void object_item(unsigned i, uint64_t selector, uint64_t rights)
{
    utcb()->item[i] = (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0) };
}

/* The call is refused with this, the receiver has not run, and nothing has changed. */
static void refuse_items(struct domain *b, uint64_t portal, uint64_t descriptor, uint64_t status, uint64_t rdx)
{
    const uint64_t before = calls, cells = pd_figure(b->pd, FIGURE_CELLS).rdx;

    CHECK_RESULT(portal_call(portal, descriptor), status, rdx);
    REFUSE(status, rdx, CALL_CALL, portal, descriptor);
    CHECK_EQ(calls, before);
    CHECK_EQ(pd_figure(b->pd, FIGURE_CELLS).rdx, cells);
}

/* ---- Items ------------------------------------------------------------------------------------------------------------ */

static void items_arrive(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &shower, 0), sm = sm_new(), other = sm_new();
    struct utcb *u = utcb();

    open(b, (struct windows){ .object_base = 230, .object_count = 4, .records = 5 });
    object_item(0, sm, SM_RIGHT_UP);
    u->item[1] = (struct item){ 0, ITEM_NULL };
    u->item[2] = (struct item){ RANGE(sm, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0) }; /* it comes with item 0 */
    object_item(3, other, SM_RIGHT_DOWN);
    object_item(4, sm, SM_RIGHT_DOWN);
    u->word[0] = 111;
    u->word[1] = 222;
    CHECK_OK(portal_call(portal, DESCRIPTOR(2, 5)));
    CHECK_EQ(got_descriptor, DESCRIPTOR(2, 5));
    CHECK_EQ(got_words[0], 111);
    CHECK_EQ(got_words[1], 222);
    CHECK_EQ(got[0].range, RANGE(230, 0));
    CHECK_EQ(got[0].how, ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0));
    CHECK_EQ(got[1].range | got[1].how, 0);
    CHECK_EQ(got[2].range, RANGE(230, 0));
    CHECK_EQ(ITEM_KIND(got[2].how), ITEM_TRANSLATE);
    CHECK_EQ(got[3].range, RANGE(231, 0));
    CHECK_EQ(got[4].range, RANGE(230, 0));
    CHECK_EQ(got_records, 3); /* two new records */
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(230, 0), TYPE_OBJECT, 0).rdx,
             TYPE_SM | 3 << 8 | 1 << 16 | 3ull << 32);
}

static void items_form(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &shower, 0), sm = sm_new();
    struct utcb *u = utcb();
    static const struct {
        uint64_t how;
        unsigned order;
    } bad[] = {
        { ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0), 1 },
        { ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 1), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0x10, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_OBJECT, 0xff, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_NULL, 1, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_SM, 1, 0), 0 },
        { ITEM(ITEM_DELEGATE, 15, 1, 0), 0 },
        { ITEM(3, TYPE_OBJECT, 1, 0), 0 },
        { ITEM(15, TYPE_OBJECT, 1, 0), 0 },
        { ITEM(ITEM_TRANSLATE, TYPE_MEMORY, 0, 0), 0 },
        { ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0), 1 },
        { ITEM(ITEM_DELEGATE, TYPE_PORTS, 2, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_WRITE, 0), 0 },
        { ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ | MEMORY_DEVICE, 0), 0 },
    };

    open(b, (struct windows){ .object_base = 230, .object_count = 4, .records = 5, .port_base = 0, .port_count = 65536 });
    object_item(0, sm, SM_RIGHT_UP);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        u->item[1] = (struct item){ RANGE(sm & ~1ull, bad[i].order), bad[i].how };
        refuse_items(b, portal, DESCRIPTOR(0, 2), BAD_PAR, REFUSAL(0, 0, 1, BAD_PAR));
    }
    object_item(1, selector_new(), 1);
    refuse_items(b, portal, DESCRIPTOR(0, 2), BAD_CAP, REFUSAL(0, 0, 1, BAD_CAP)); /* R13.1 */
    u->item[1] = (struct item){ RANGE(SELECTOR_COUNT, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) };
    refuse_items(b, portal, DESCRIPTOR(0, 2), BAD_CAP, REFUSAL(0, 0, 1, BAD_CAP));
    CHECK_EQ(call_in(b, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(230, 0), TYPE_OBJECT, 0).rdx, 0); /* item 0 has not arrived */
}

/* ---- R11 -------------------------------------------------------------------------------------------------------------- */

static void window_bounds(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &shower, 0);
    uint64_t sm[4];
    static const struct windows closed[] = {
        { .object_base = 230, .object_count = 0, .records = 9 },
        { .object_base = 230, .object_count = WINDOW_COUNT + 1, .records = 9 },
        { .object_base = SELECTOR_COUNT - 3, .object_count = 4, .records = 9 },
        { .object_base = SELECTOR_COUNT, .object_count = 1, .records = 9 },
        { .object_base = 0xffffffff, .object_count = 2, .records = 9 },
        { .object_base = 230, .object_count = 0xffffffff, .records = 9 },
    };

    for (int i = 0; i < 4; i++)
        sm[i] = sm_new();
    give(b, sm[3], SM_RIGHT_UP, 200);
    for (unsigned i = 0; i < sizeof closed / sizeof *closed; i++) {
        open(b, closed[i]);
        object_item(0, sm[0], 1);
        refuse_items(b, portal, DESCRIPTOR(0, 1), NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
        object_item(0, sm[3], 1); /* a known object too */
        refuse_items(b, portal, DESCRIPTOR(0, 1), NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    }
    open(b, (struct windows){ .object_base = SELECTOR_COUNT - 2, .object_count = 2, .records = 9 });
    object_item(0, sm[0], 1);
    object_item(1, sm[1], 1);
    object_item(2, sm[2], 1);
    refuse_items(b, portal, DESCRIPTOR(0, 3), NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 2, NO_WINDOW));
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 2)));
    CHECK_EQ(RANGE_BASE(got[1].range), SELECTOR_COUNT - 1);
    open(b, (struct windows){ .object_base = 230, .object_count = WINDOW_COUNT, .records = 9 });
    object_item(0, sm[2], 1);
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
    CHECK_EQ(RANGE_BASE(got[0].range), 230);
}

/* R11.3: two items, one record admitted. R11.1: five strangers with the same object. */
static uint64_t send_here(uint64_t portal, uint64_t selector, uint64_t out, uint64_t d)
{
    (void)d;
    object_item(0, selector, SM_RIGHT_UP);
    result r = portal_call(portal, DESCRIPTOR(0, 1));
    *(uint64_t *)out = r.rdx;
    return r.rax;
}

static void window_records(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &shower, 0), sm = sm_new(), other = sm_new();
    struct domain *stranger[5];
    static uint64_t rdx;

    open(b, (struct windows){ .object_base = 230, .object_count = 8, .records = 1 });
    object_item(0, sm, 1);
    object_item(1, other, 1);
    refuse_items(b, portal, DESCRIPTOR(0, 2), NO_WINDOW, REFUSAL(1, ACCOUNT_RECEIVER, 1, NO_WINDOW));
    open(b, (struct windows){ .object_base = 230, .object_count = 8, .records = 3 });
    const uint64_t cells = pd_figure(b->pd, FIGURE_CELLS).rdx;
    for (int i = 0; i < 5; i++) {
        stranger[i] = domain_new(DOMAIN_QUOTA);
        give(stranger[i], sm, SM_RIGHT_UP, 200);
        give(stranger[i], portal, PT_RIGHT_CALL, 201);
        const uint64_t status = in(stranger[i], send_here, 201, 200, (uint64_t)&rdx, 0);
        CHECK_EQ(status, i < 3 ? SUCCESS : NO_WINDOW);
        if (i >= 3)
            CHECK_EQ(rdx, REFUSAL(1, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    }
    CHECK_EQ(got_records, 0);
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells + 3);
}

/*
 * R11.4: the receiver's account is empty; the sender is told, and loses nothing. Two tables, of which each alone would fit, do not fit
 * together: the item that needs the second one is at fault.
 */
static void window_account(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &shower, 0), sm = sm_new(), other = sm_new();

    cells_make_room_in(b);
    open(b, (struct windows){ .object_base = 40000, .object_count = 8, .records = 8 }); /* a table that is not there yet */
    while (create_pd(selector_new(), b->pd, 0).rax == SUCCESS)
        ;
    CHECK_OK(pd_quota(b->pd, -(int64_t)pd_figure(b->pd, FIGURE_FREE).rdx, SEL_PD));
    object_item(0, sm, 1);
    object_item(1, other, 1);
    refuse_items(b, portal, DESCRIPTOR(0, 2), NO_QUOTA, REFUSAL(1, ACCOUNT_RECEIVER, 0, NO_QUOTA));
    CHECK_OK(pd_quota(b->pd, 1, SEL_PD));
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 2)));
    open(b, (struct windows){ .object_base = 400 * SELECTORS_PER_TABLE - 2, .object_count = 8, .records = 8 });
    for (unsigned i = 0; i < 3; i++)
        object_item(i, sm_new(), 1);
    refuse_items(b, portal, DESCRIPTOR(0, 3), NO_QUOTA, REFUSAL(2, ACCOUNT_RECEIVER, 0, NO_QUOTA));
    CHECK_OK(pd_quota(b->pd, 1, SEL_PD));
    refuse_items(b, portal, DESCRIPTOR(0, 3), NO_QUOTA, REFUSAL(1, ACCOUNT_RECEIVER, 2, NO_QUOTA));
    CHECK_OK(pd_quota(b->pd, 1, SEL_PD));
    CHECK_OK(portal_call(portal, DESCRIPTOR(0, 3)));
    CHECK_EQ(pd_figure(b->pd, FIGURE_FREE).rdx, 0);
}

const struct test tests_messages[] = {
    { "items_arrive", items_arrive },     { "items_form", items_form },         { "window_bounds", window_bounds },
    { "window_records", window_records }, { "window_account", window_account }, { 0 },
};
