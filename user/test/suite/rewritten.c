/*
 * Rule R15.3: windows and items that another thread rewrites all the time. What arrives is inside one that had been written.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static volatile bool stop_writing;
static uint64_t outside;
static uint64_t receiver_page;

static uint64_t rewrite(uint64_t page, uint64_t b, uint64_t c, uint64_t d)
{
    volatile struct utcb *u = (volatile struct utcb *)page;
    uint64_t n = 1;

    (void)b, (void)c, (void)d;
    while (!stop_writing) {
        n = n * 6364136223846793005 + 1442695040888963407;
        u->object_base = n >> 40 & 1 ? 230 : 240;
        u->object_count = n >> 41 & 1 ? 4 : 0xffffffff;
        u->records = n >> 42 & 1 ? 1 : 0;
        u->memory_window = n;
        u->item[0].range = n;
    }
    return 0;
}

static uint64_t check_place(struct portal *portal, uint64_t descriptor)
{
    const uint64_t s = RANGE_BASE(utcb()->item[0].range);

    (void)portal;
    if (DESCRIPTOR_ITEMS(descriptor) && pd_lookup(TYPE_OBJECT, s).rdx) {
        outside += !((s >= 230 && s < 234) || (s >= 240 && s < 244));
        pd_ack(s, 1);
        delete (s);
    }
    return 0;
}

static void toctou(void)
{
    static struct portal p = { check_place };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0), sm = sm_new(), times = option_number("races", 3000);
    uint64_t delivered = 0, refused = 0;

    receiver_page = ec_utcb(b->place);
    stop_writing = false;
    outside = 0;
    struct thread *t = thread_new(b, rewrite, receiver_page, 0, PRIORITY_MAX, 400000);
    take_turns(t);
    for (uint64_t i = 0; i < times; i++) {
        utcb()->item[0] = (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) };
        const uint64_t status = portal_call(portal, DESCRIPTOR(0, 1)).rax;
        delivered += status == SUCCESS;
        refused += status == NO_WINDOW;
    }
    stop_writing = true;
    CHECK(thread_join(t));
    take_turns(0);
    CHECK_EQ(outside, 0);
    CHECK_EQ(delivered + refused, times);
    CHECK(delivered > 10);
    CHECK(refused > 10);
}

const struct test tests_rewritten[] = {
    { "toctou", toctou },
    { 0 },
};
