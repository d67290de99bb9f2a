/*
 * Semaphores: kernel/ABI.md §7.12, §11; rule R17.1 and R17.2. Interrupts have a file of their own.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static void sm_counts(void)
{
    const uint64_t sm = sm_new();

    for (int i = 0; i < 5; i++)
        CHECK_RESULT(sm_up(sm), SUCCESS, 0);
    CHECK_RESULT(sm_zero(sm, 1), SUCCESS, 5);
    CHECK_RESULT(sm_zero(sm, 1), TIMEOUT, 0);
    CHECK_OK(sm_up(sm));
    CHECK_RESULT(sm_down(sm, 1), SUCCESS, 1); /* a past deadline does not matter while there is a count */
    CHECK_RESULT(sm_down(sm, 1), TIMEOUT, 0);
    CHECK_RESULT(sm_down(sm, ticks()), TIMEOUT, 0);
    CHECK_OK(sm_up(sm));
    CHECK_RESULT(sm_down(sm, DEADLINE_NEVER), SUCCESS, 1);
}

static void sm_deadline(void)
{
    const uint64_t sm = sm_new();

    for (uint64_t us = 1; us < 100000; us *= 3) {
        const uint64_t deadline = in_us(us);
        CHECK_RESULT(sm_down(sm, deadline), TIMEOUT, 0);
        const uint64_t now = ticks();
        CHECK(now >= deadline);               /* never early */
        CHECK_AT_MOST(now - deadline, 20000); /* late by a kernel pass: root is the most urgent */
    }
}

static volatile uint64_t order[16], arrived;

static uint64_t wait_and_note(uint64_t sm, uint64_t deadline, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const uint64_t status = sm_down(sm, deadline).rax;
    order[arrived++] = sm << 8 | status;
    return status;
}

/* Woken in the order of arrival, whatever their priorities. */
static void sm_fifo(void)
{
    const uint64_t sm = sm_new();
    struct thread *t[5];

    arrived = 0;
    for (unsigned i = 0; i < 5; i++) {
        t[i] = thread_new(0, wait_and_note, sm, 0, 20 + 7 * (i * 3 % 5), 1000);
        sleep_us(200);
    }
    for (unsigned i = 0; i < 5; i++) {
        CHECK_OK(sm_up(sm));
        CHECK(thread_join(t[i]));
        CHECK_EQ(arrived, i + 1);
    }
}

/* Deadlines end in their order; equal ones in the order in which the waits began. */
static void sm_deadline_order(void)
{
    static const unsigned us[] = { 3000, 1000, 2000, 2000, 1500, 3000 };
    uint64_t sm[6];
    struct thread *t[6];
    const uint64_t base = in_us(3000);

    arrived = 0;
    for (unsigned i = 0; i < 6; i++) {
        sm[i] = sm_new();
        t[i] = thread_new(0, wait_and_note, sm[i], base + us[i] * ticks_per_us, 50, 1000);
        sleep_us(100);
    }
    for (unsigned i = 0; i < 6; i++)
        CHECK(thread_join(t[i]));
    static const unsigned expected[] = { 1, 4, 2, 3, 0, 5 };
    for (unsigned i = 0; i < 6; i++)
        CHECK_EQ(order[i], sm[expected[i]] << 8 | TIMEOUT);
}

/* R17.1: an up at every offset around a deadline: each wait ends once, and no up is lost. */
static volatile uint64_t up_when, up_rounds;

static uint64_t up_at(uint64_t sm, uint64_t go, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    for (uint64_t i = 0; i < up_rounds; i++) {
        sm_down(go, 0);
        while (ticks() < up_when)
            ;
        sm_up(sm);
    }
    return 0;
}

static void sm_exactly_once(void)
{
    const uint64_t sm = sm_new(), go = sm_new();
    uint64_t ups = 0, timeouts = 0, wrong = 0;

    up_rounds = option_number("races", 2000);
    struct thread *t = thread_new(0, up_at, sm, go, 100, 900000);
    for (uint64_t i = 0; i < up_rounds; i++) {
        const uint64_t deadline = ticks() + 30000;
        up_when = deadline - 6000 + i * 7 % 8000;
        CHECK_OK(sm_up(go));
        const uint64_t status = sm_down(sm, deadline).rax;
        const uint64_t left = status == SUCCESS ? sm_zero(sm, 1).rdx : sm_down(sm, in_us(1000)).rdx; /* a late one comes */
        wrong += left != (status == SUCCESS ? 0 : 1);
        ups += status == SUCCESS;
        timeouts += status == TIMEOUT;
    }
    CHECK(thread_join(t));
    CHECK_EQ(wrong, 0);
    CHECK_EQ(ups + timeouts, up_rounds);
    CHECK(ups > 10);
    CHECK(timeouts > 10);
    CHECK_RESULT(sm_zero(sm, 1), TIMEOUT, 0);
}

const struct test tests_semaphores[] = {
    { "sm_counts", sm_counts },
    { "sm_deadline", sm_deadline },
    { "sm_fifo", sm_fifo },
    { "sm_deadline_order", sm_deadline_order },
    { "sm_exactly_once", sm_exactly_once },
    { 0 },
};
