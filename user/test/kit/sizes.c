#include "kit/sizes.h"

enum { N = 200, GRANTED = 1000 /* the numbers in another PD */ };

uint64_t once(const struct measured *call)
{
    return measure_call(call, 1) - measure_no_call(call, 1);
}

void drop(uint64_t from, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        destroy(from + i);
        delete (from + i);
    }
}

struct beside_capabilities beside_capabilities(uint64_t count)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_reply_at_once, 0, 0), sm = sm_new();

    for (uint64_t i = 0; i < count; i++)
        CHECK_OK(create_sm(MANY_FIRST + i, SEL_PD, 0));
    cells_make_room();
    const struct measured call = { .rax = CALL_CALL, .rsi = portal }, up = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_UP };
    const struct measured new = { CALL_CREATE_SM, selector_new(), SEL_PD, 0, 0, 0 };
    struct beside_capabilities cost = { .call = instructions(&call, N), .up = instructions(&up, N), .create_sm = once(&new) };
    drop(MANY_FIRST, count);
    return cost;
}

uint64_t revoke_below(uint64_t count)
{
    const uint64_t sm = sm_new();

    for (uint64_t i = 0; i < count; i++) {
        CHECK_OK(create_pd(MANY_FIRST + i, SEL_PD, 2));
        if (!CHECK_OK(grant_object(MANY_FIRST + i, sm, SM_RIGHT_UP, 200)))
            break;
    }
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff, 0, 0 };
    const uint64_t all = once(&take);
    drop(MANY_FIRST, count);
    return all;
}

struct beside_sleepers beside_sleepers(uint64_t count)
{
    const uint64_t sm = sm_new(), mine = sm_new();
    const struct measured wait = { .rax = CALL_SM_CONTROL, .rsi = mine, .rdx = SM_DOWN, .r10 = 1 };
    const struct measured up = { .rax = CALL_SM_CONTROL, .rsi = mine, .rdx = SM_UP };
    struct measured sleep = { .rax = CALL_SM_CONTROL, .rsi = sm_new(), .rdx = SM_DOWN };

    many_new(count, sm, in_us(100000000), 1000);
    struct beside_sleepers cost = { .sm = sm, .down_timeout = instructions(&wait, N), .up = instructions(&up, N) };
    const uint64_t before = sc_time(SEL_SC).rdx;
    for (int i = 0; i < 20; i++) {
        sleep.r10 = in_us(50);
        measure_call(&sleep, 1);
    }
    cost.sleep_and_wake = (sc_time(SEL_SC).rdx - before) / 20;
    return cost;
}

static uint64_t rounds;

static uint64_t pong(uint64_t mine, uint64_t other, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    for (uint64_t left = rounds; left; left--) {
        sm_down(mine, 0);
        sm_up(other);
    }
    return 0;
}

uint64_t change(uint64_t times, uint64_t budget_us)
{
    const uint64_t a = sm_new(), b = sm_new();
    struct thread *t[2] = { thread_new(0, pong, a, b, 100, budget_us), thread_new(0, pong, b, a, 100, budget_us) };

    rounds = times;
    sleep_us(200); /* both wait */
    const uint64_t before = sc_time(t[0]->sc).rdx + sc_time(t[1]->sc).rdx;
    CHECK_OK(sm_up(a));
    thread_join(t[0]);
    thread_join(t[1]);
    return (sc_time(t[0]->sc).rdx + sc_time(t[1]->sc).rdx - before) / rounds;
}

uint64_t change_beside_ready(uint64_t count)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 100000));
    many_new(count, sm, 0, 0); /* they do not sleep: they spin */
    const uint64_t cost = change(N, 20000);
    many_drop(count);
    return cost;
}

/* Who wakes is less urgent, so that the up returns at once. */
uint64_t up_for_waiters(uint64_t count)
{
    const uint64_t sm = sm_new();
    const struct measured up = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_UP };

    CHECK_EQ(many_new(count, sm, 0, 0), count); /* all of them wait */
    const uint64_t cost = once(&up);
    many_drop(count);
    return cost;
}

static uint64_t open_windows(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();

    (void)a, (void)b, (void)c, (void)d;
    u->object_base = 230;
    u->object_count = 1;
    u->records = 0x7fffffff;
    u->memory_window = RANGE(SCRATCH_PAGE, 0);
    return 0;
}

/* The smallest figure of several: the timer may strike in one of them. Measuring included. */
static void least_of(uint64_t *least, uint64_t now)
{
    *least = now < *least ? now : *least;
}

struct delegation delegate_beside(uint64_t count, struct item item, const struct measured *take)
{
    struct domain *b = domain_new(DOMAIN_QUOTA + count / 8);
    const struct measured call = { .rax = CALL_CALL,
                                   .rsi = portal_new(b->ec, portal_reply_at_once, 0, 0),
                                   .rdx = DESCRIPTOR(0, 1) };
    struct delegation d = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };

    /* The item has its number before the others come: who searches for it in a list finds it last. */
    in(b, open_windows, 0, 0, 0, 0);
    utcb()->item[0] = item;
    measure_call(&call, 1);
    measure_call(take, 1);
    for (uint64_t i = 0; i < count; i++)
        if (!CHECK_OK(create_sm(MANY_FIRST + i, SEL_PD, 0)) ||
            !CHECK_OK(grant_object(b->pd, MANY_FIRST + i, SM_RIGHT_UP, GRANTED + i)))
            break;
    cells_make_room_in(b); /* else each delegation may take the last cell of a page, and move it to another list */
    for (int i = 0; i < 21; i++) {
        utcb()->item[0] = item;
        least_of(&d.call, measure_call(&call, 1));
        least_of(&d.revoke, measure_call(take, 1));
        utcb()->item[0] = item;
        least_of(&d.call_stub, measure_stub(&call, 1));
        least_of(&d.revoke_stub, measure_stub(take, 1));
    }
    d.call -= measure_no_call(&call, 1), d.revoke -= measure_no_call(take, 1);
    d.call_stub -= measure_no_stub(&call, 1), d.revoke_stub -= measure_no_stub(take, 1);
    drop(MANY_FIRST, count);
    return d;
}
