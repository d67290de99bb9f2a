/*
 * What calls may cost: kernel/ABI.md §7.14. Counted in instructions of the guest, so the same on each run; needs -icount shift=0.
 */
#include "kit/kit.h"
#include "kit/sizes.h"
#include "suite/suite.h"

enum { N = 1000 };

/* Time is not counted in instructions: the figures would be those of this machine. */
static bool counted(void)
{
    const struct measured nothing = { 0 };
    const uint64_t ticks = measure_no_call(&nothing, N) / N; /* 9 instructions */

    return CHECK_EQ(ticks, 9);
}

static void cost_refused(void)
{
    const struct measured unknown = { .rax = 15 }, selector = { .rax = CALL_CALL, .rsi = 5000 },
                          beyond = { .rax = CALL_CALL, .rsi = SELECTOR_COUNT }, right = { .rax = CALL_SM_CONTROL, .rsi = SEL_PD };

    if (!counted())
        return;
    CHECK_AT_MOST(instructions(&unknown, N), 45);
    CHECK_AT_MOST(instructions(&selector, N), 60);
    CHECK_AT_MOST(instructions(&beyond, N), 60);
    CHECK_AT_MOST(instructions(&right, N), 60);
}

static void cost_call(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t cross = portal_new(b->ec, portal_reply_at_once, 0, 0);
    const uint64_t same = portal_new(server_new(0, &place), portal_reply_at_once, 0, 0);
    const uint64_t echo = portal_new(b->ec, portal_reply_same, 0, 0);
    const struct measured call = { .rax = CALL_CALL, .rsi = cross }, near = { .rax = CALL_CALL, .rsi = same };
    const struct measured no_words = { .rax = CALL_CALL, .rsi = echo };
    const uint64_t none = instructions(&no_words, N);

    CHECK_AT_MOST(instructions(&call, N), 175);
    CHECK_AT_MOST(instructions(&near, N), 175);
    for (uint64_t n = 1; n <= WORD_COUNT; n += n < 10 ? 1 : 73) {
        const struct measured words = { .rax = CALL_CALL, .rsi = echo, .rdx = n };
        CHECK_AT_MOST(instructions(&words, N), none + 5 * 2 * n);
    }
}

static void cost_semaphore(void)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    const struct measured up = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_UP };
    const struct measured down = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_DOWN };
    const uint64_t ups = instructions(&up, N), downs = instructions(&down, N);
    CHECK_AT_MOST(ups + downs, 140);
}

static uint64_t measure_event(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    const struct measured nothing = { 0 };

    (void)a, (void)b, (void)c, (void)d;
    return (measure_int3(&nothing, N) - measure_no_call(&nothing, N)) / N;
}

static void cost_event(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t handler = server_new(0, &place), portal = portal_new(handler, portal_reply_at_once, 0, 0);

    struct thread *t = thread_new(b, measure_event, 0, 0, 100, 500000);
    give(b, portal, PT_RIGHT_EVENT, ec_events(t->place) + 3);
    CHECK(thread_join(t));
    CHECK_AT_MOST(t->result, 200);
}

/* The second of each kind: tables and cells are there then. */
static void cost_create(void)
{
    uint64_t pds = 0, ecs = 0;

    cells_make_room();
    for (uint64_t i = 0; i < 2; i++) {
        const struct measured pd = { CALL_CREATE_PD, selector_new(), SEL_PD, 4, 0, 0 };
        const struct measured ec = {
            CALL_CREATE_EC, selector_new(), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE + 0x1000 * i, EC_LOCAL, 0), 0, 0
        };
        pds = once(&pd), ecs = once(&ec);
    }
    CHECK_AT_MOST(pds, 600);
    CHECK_AT_MOST(ecs, 4000);
}

const struct test tests_cost[] = {
    { "cost_refused", cost_refused }, { "cost_call", cost_call },     { "cost_semaphore", cost_semaphore },
    { "cost_event", cost_event },     { "cost_create", cost_create }, { 0 },
};
