/*
 * Memory: places, large pages, W^X, revocation, windows and spots. kernel/ABI.md §12, §7.13; rule R9.
 */
#include "kit/kit.h"
#include "suite/suite.h"

enum { READ = MEMORY_READ, WRITE = MEMORY_WRITE, EXECUTE = MEMORY_EXECUTE, ALL = 0x7f };

static result grant_memory(struct domain *d, uint64_t page, unsigned order, uint64_t rights, uint64_t spot)
{
    return pd_grant(d->pd, RANGE(page, order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, rights, spot));
}

static uint64_t page_of(uint64_t frame)
{
    return (uint64_t)frame_contents(frame) >> 12;
}

static uint64_t memory_in(struct domain *d, uint64_t page)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(page, 0), TYPE_MEMORY, 0).rdx;
}

static result remove_in(struct domain *d, uint64_t operation, uint64_t range, uint64_t rights)
{
    return call_in(d, CALL_REMOVE, REMOVE(operation, TYPE_MEMORY), range, rights, 0, 0);
}

static uint64_t read_at(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return *(volatile uint64_t *)address;
}

static uint64_t write_at(uint64_t address, uint64_t value, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    *(volatile uint64_t *)address = value;
    return 0;
}

/* Whether a domain's worker survives; it is dead afterwards if not, and so is the domain's use. */
static bool survives(struct domain *d, function *f, uint64_t a, uint64_t b)
{
    struct utcb *u = utcb();

    u->word[0] = (uint64_t)f;
    u->word[1] = a;
    u->word[2] = b;
    return portal_call(d->portal, DESCRIPTOR(5, 0)).rax == SUCCESS;
}

static void memory_shared(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(4);
    volatile uint64_t *mine = frame_contents(frame);

    CHECK_RESULT(grant_memory(b, page_of(frame), 2, READ | WRITE, SCRATCH_PAGE), SUCCESS, SCRATCH_PAGE);
    for (unsigned i = 0; i < 4; i++) {
        mine[i * 512] = 0x5000 + i;
        CHECK_EQ(in(b, read_at, SCRATCH_AREA + i * 4096, 0, 0, 0), 0x5000 + i);
        in(b, write_at, SCRATCH_AREA + i * 4096 + 8, 0x6000 + i, 0, 0);
        CHECK_EQ(mine[i * 512 + 1], 0x6000 + i);
        CHECK_EQ(memory_in(b, SCRATCH_PAGE + i), READ | WRITE);
    }
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(page_of(frame), 2), WRITE));
    CHECK_EQ(in(b, read_at, SCRATCH_AREA, 0, 0, 0), 0x5000);
    CHECK_EQ(memory_in(b, SCRATCH_PAGE), READ);
    CHECK(!survives(b, write_at, SCRATCH_AREA, 1));
    CHECK_EQ(mine[0], 0x5000);
}

static void memory_revoked(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(1);

    CHECK_OK(grant_memory(b, page_of(frame), 0, READ, SCRATCH_PAGE));
    in(b, read_at, SCRATCH_AREA, 0, 0, 0); /* in the TLB */
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(page_of(frame), 0), ALL));
    CHECK_EQ(memory_in(b, SCRATCH_PAGE), 0);
    CHECK(!survives(b, read_at, SCRATCH_AREA, 0));
}

/* R9 */
static void place_conflict(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(2), p = SCRATCH_PAGE, mine = page_of(frame), code = SCRATCH_PAGE + 40;
    const uint64_t wx = REFUSAL(0, 0, 0, CONFLICT);

    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 0), code, READ | EXECUTE)); /* the same frame, executable */
    give(c, b->pd, PD_RIGHT_GRANT, 200);
    CHECK_OK(grant_memory(c, code, 0, READ | EXECUTE, p));
    CHECK_OK(grant_memory(b, mine, 0, READ | WRITE, p));
    REFUSE(CONFLICT, wx, CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(code, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ | EXECUTE, p));
    REFUSE_IN(c, CONFLICT, wx, CALL_PD_CONTROL, 200, PD_GRANT, RANGE(p, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ | EXECUTE, p));
    CHECK_EQ(memory_in(b, p), READ | WRITE);
    CHECK_IS(call_in(c, CALL_PD_CONTROL, 200, PD_GRANT, RANGE(p, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, p), 0).rax, SUCCESS);
    REFUSE(CONFLICT, wx, CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(mine + 1, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, p));
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(mine, 0), ALL));
    CHECK_EQ(memory_in(b, p), READ); /* the other giver's */
    CHECK_EQ(call_in(c, CALL_PD_CONTROL, 200, PD_GRANT, RANGE(p, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ | EXECUTE, p), 0).rax,
             SUCCESS); /* nobody writes any more */
    CHECK_EQ(memory_in(b, p), READ | EXECUTE);
    CHECK_IS(remove_in(c, REMOVE_BELOW, RANGE(p, 0), ALL).rax, SUCCESS);
    CHECK_EQ(memory_in(b, p), 0);
    CHECK_OK(grant_memory(b, mine + 1, 0, READ, p));
}

static void memory_form(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(64), mine = page_of(frame), free = SCRATCH_PAGE;
    const uint64_t par = REFUSAL(0, 0, 0, BAD_PAR), cap = REFUSAL(0, 0, 0, BAD_CAP), many = REFUSAL(0, 0, 0, TOO_MANY);

#define REFUSE_GRANT(status, value, range, rights, spot)                                                                         \
    REFUSE(status, value, CALL_PD_CONTROL, b->pd, PD_GRANT, range, ITEM(ITEM_DELEGATE, TYPE_MEMORY, rights, spot))

    REFUSE_GRANT(BAD_PAR, par, RANGE(mine + 1, 1), READ, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(mine, 0), WRITE, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(mine, 0), EXECUTE, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(mine, 0), READ | MEMORY_DEVICE, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(mine, 0), READ | 0x80, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(1ull << 35, 0), READ, free);
    REFUSE_GRANT(BAD_PAR, par, RANGE(mine, 0), READ, 1ull << 35);
    REFUSE_GRANT(TOO_MANY, many, RANGE(mine & ~127ull, 7), READ, free & ~127ull);
    REFUSE_GRANT(TOO_MANY, many, RANGE(mine & ~0xffffull, 16), READ, free & ~0xffffull);
    REFUSE_GRANT(BAD_CAP, cap, RANGE(free, 0), READ, free);
    REFUSE_GRANT(BAD_CAP, cap, RANGE(ROOT_UTCB >> 12, 0), READ, free);
    REFUSE_GRANT(BAD_CAP, cap, RANGE(0x400, 0), READ, free); /* the loader's image is no grant */
    REFUSE_GRANT(BAD_CAP, cap, RANGE(mine, 0), READ | EXECUTE, free);
    REFUSE_GRANT(OCCUPIED, REFUSAL(0, 0, 0, OCCUPIED), RANGE(mine, 0), READ, ec_utcb(b->place) >> 12);
    CHECK_OK(grant_memory(b, mine, 6, READ, free));
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(mine + 7, 0), ALL)); /* a hole */
    REFUSE_GRANT(BAD_CAP, cap, RANGE(mine, 3), READ, free + 64);
    CHECK_EQ(memory_in(b, free + 7), 0); /* what was given on went along */
    CHECK_EQ(memory_in(b, free + 6), READ);
    CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame + 7, 0), mine + 7, READ | WRITE));
}

/* To oneself: the same frame at a second place. */
static void memory_twice(void)
{
    const uint64_t frame = frames_new(1);
    volatile uint64_t *mine = frame_contents(frame), *second = (volatile uint64_t *)SCRATCH_AREA;

    CHECK_OK(pd_grant(SEL_PD, RANGE(page_of(frame), 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, SCRATCH_PAGE)));
    *mine = 99;
    CHECK_EQ(*second, 99);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(page_of(frame), 0), ALL));
    CHECK_EQ(pd_lookup(TYPE_MEMORY, SCRATCH_PAGE).rdx, 0);
}

/* ---- Large pages ------------------------------------------------------------------------------------------------------ */

static void memory_large(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA), *c = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(512), large = 0x38000000ull >> 12;
    volatile uint64_t *mine = frame_contents(frame);
    const uint64_t conflict = REFUSAL(0, 0, 0, CONFLICT);

    if (!CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(frame, 9), large, READ | WRITE)))
        return;
    CHECK_EQ(pd_lookup(TYPE_MEMORY, large + 5).rdx, READ | WRITE | 9 << 8);
    mine[512 * 77] = 31;
    CHECK_EQ(*(volatile uint64_t *)((large + 77) << 12), 31);
    const uint64_t cells = pd_figure(b->pd, FIGURE_CELLS).rdx;
    CHECK_OK(grant_memory(b, large, 9, READ, large));
    CHECK_RESULT(pd_figure(b->pd, FIGURE_CELLS), SUCCESS, cells + 1); /* one record */
    CHECK_EQ(memory_in(b, large), READ | 9 << 8);
    CHECK_EQ(in(b, read_at, (large + 77) << 12, 0, 0, 0), 31);
    REFUSE(CONFLICT, conflict, CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(large + 3, 0),
           ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, large + 3));    /* a small one inside */
    REFUSE(CONFLICT, conflict, CALL_PD_CONTROL, b->pd, PD_GRANT, RANGE(large, 9),
           ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, ec_utcb(b->place) >> 12 & ~511ull)); /* a large one around a small one */
    CHECK_OK(grant_memory(c, large + 64, 3, READ, SCRATCH_PAGE)); /* a part makes small records */
    CHECK_EQ(memory_in(c, SCRATCH_PAGE), READ);
    REFUSE(CONFLICT, 0, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_MEMORY), RANGE(large + 3, 0), ALL);
    REFUSE(CONFLICT, 0, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_MEMORY), RANGE(large + 3, 0), ALL);
    const uint64_t sm = selector_new();
    CHECK_OK(create_sm(sm, SEL_PD, 0));
    CHECK_OK(destroy(sm)); /* is not told what became of the removal before */
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(large, 9), ALL));
    CHECK_EQ(memory_in(b, large), 0);
    CHECK_EQ(memory_in(c, SCRATCH_PAGE), 0);
    CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(large, 9), ALL));
    CHECK_EQ(pd_lookup(TYPE_MEMORY, large).rdx, 0);
}

/* ---- In messages ------------------------------------------------------------------------------------------------------ */

static struct item got;

static uint64_t open_window(uint64_t window, uint64_t records, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();

    (void)c, (void)d;
    u->memory_window = window;
    u->records = (uint32_t)records;
    return 0;
}

static uint64_t note(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    got = utcb()->item[0];
    return 0;
}

static struct portal noter = { note };

static void memory_windows(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t frame = frames_new(8), mine = page_of(frame), portal = portal_new(b->ec, portal_entry, &noter, 0);
    struct utcb *u = utcb();
    static const struct {
        uint64_t spot;
        unsigned window, order, place;
    } fit[] = { { 0, 4, 0, 0 }, { 5, 4, 0, 5 },  { 21, 4, 0, 5 }, { 5, 4, 2, 4 }, { ~0ull >> 16, 4, 1, 14 },
                { 3, 2, 2, 0 }, { 100, 0, 0, 0 } };

    for (unsigned i = 0; i < sizeof fit / sizeof *fit; i++) {
        in(b, open_window, RANGE(SCRATCH_PAGE, fit[i].window), 8, 0, 0);
        u->item[0] = (struct item){ RANGE(mine, fit[i].order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, fit[i].spot) };
        CHECK_OK(portal_call(portal, DESCRIPTOR(0, 1)));
        CHECK_EQ(got.range, RANGE(SCRATCH_PAGE + fit[i].place, fit[i].order));
        CHECK_EQ(got.how, ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, 0));
        CHECK_EQ(memory_in(b, SCRATCH_PAGE + fit[i].place), READ);
        CHECK_OK(remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(mine, 3), ALL));
    }
    static const uint64_t closed[] = { 0, RANGE(SCRATCH_PAGE, 1), RANGE(SCRATCH_PAGE + 1, 3), RANGE(1ull << 35, 3),
                                       RANGE(0, 99) };
    for (unsigned i = 0; i < sizeof closed / sizeof *closed; i++) {
        in(b, open_window, closed[i], 8, 0, 0);
        u->item[0] = (struct item){ RANGE(mine, 2), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, 0) };
        CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 1)), NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    }
    in(b, open_window, RANGE(SCRATCH_PAGE, 4), 3, 0, 0);
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 1)), NO_WINDOW, REFUSAL(1, ACCOUNT_RECEIVER, 0, NO_WINDOW));
    in(b, open_window, RANGE(SCRATCH_PAGE, 4), 8, 0, 0);
    u->item[0] = (struct item){ RANGE(mine, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, 0) };
    u->item[1] = (struct item){ RANGE(mine + 1, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, READ, 0) };
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 2)), CONFLICT, REFUSAL(0, 0, 1, CONFLICT)); /* two frames for one page */
    CHECK_EQ(memory_in(b, SCRATCH_PAGE), 0);
}

/* ---- A pager ---------------------------------------------------------------------------------------------------------- */

static struct domain *paged;
static uint64_t paged_frame, paged_faults;

static uint64_t page_in(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    const uint64_t page = u->word[EVENT_ADDRESS] >> 12;

    (void)portal, (void)descriptor;
    paged_faults++;
    CHECK_OK(grant_memory(paged, page_of(paged_frame + (page & 15)), 0, READ | WRITE, page));
    return 0; /* no words: it goes on as it was */
}

static uint64_t touch_all(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t sum = 0;

    (void)a, (void)b, (void)c, (void)d;
    for (uint64_t i = 0; i < 16; i++) {
        volatile uint64_t *p = (volatile uint64_t *)(SCRATCH_AREA + i * 4096);
        *p = i;
        sum += *p;
    }
    return sum;
}

static void memory_pager(void)
{
    static struct portal pager = { page_in };
    int place;

    paged = domain_new(DOMAIN_QUOTA);
    paged_frame = frames_new(16);
    paged_faults = 0;
    struct thread *t = thread_new(paged, touch_all, 0, 0, 1, 0);
    event_portal(paged, t->place, 14, server_new(0, &place), &pager, TRANSFER_EVENT);
    CHECK(thread_join(t));
    CHECK_EQ(t->result, 120);
    CHECK_EQ(paged_faults, 16);
}

const struct test tests_memory[] = {
    { "memory_shared", memory_shared },   { "memory_revoked", memory_revoked }, { "place_conflict", place_conflict },
    { "memory_form", memory_form },       { "memory_twice", memory_twice },     { "memory_large", memory_large },
    { "memory_windows", memory_windows }, { "memory_pager", memory_pager },     { 0 },
};
