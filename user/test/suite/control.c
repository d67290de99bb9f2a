/*
 * ec_control, sc_control: form, look-up, effects that need no second CPU. kernel/ABI.md §7.9, §7.10.
 */
#include "kit/kit.h"
#include "suite/suite.h"

static void ec_control_refused(void)
{
    const uint64_t sm = sm_new();
    static const uint64_t need_ec[] = { EC_RECALL, EC_RESUME, EC_EVENTS };

    for (unsigned i = 0; i < 3; i++) {
        REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, 0, need_ec[i], 0);
        REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, sm, need_ec[i], 0);
        REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, SELECTOR_COUNT, need_ec[i], 0);
        REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, 1ull << 32 | ROOT_SEL_EC, need_ec[i], 0);
    }
    REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, sm, EC_PAUSE);
    REFUSE(BAD_CAP, 0, CALL_EC_CONTROL, ~0ull, EC_PAUSE);
    REFUSE(BAD_PAR, 0, CALL_EC_CONTROL, 0, EC_EVENTS, SELECTOR_COUNT - EVENT_COUNT + 1);
    REFUSE(BAD_PAR, 0, CALL_EC_CONTROL, ROOT_SEL_EC, EC_EVENTS, 1ull << 32);
    REFUSE(BAD_PAR, 0, CALL_EC_CONTROL, ROOT_SEL_EC, EC_EVENTS, ~0ull);
    CHECK_OK(ec_control(ROOT_SEL_EC, EC_EVENTS, SELECTOR_COUNT - EVENT_COUNT));
    CHECK_OK(ec_control(ROOT_SEL_EC, EC_EVENTS, ROOT_EVENTS));
}

/* A resume is remembered, once. */
static void resume_remembered(void)
{
    CHECK_OK(ec_control(ROOT_SEL_EC, EC_RESUME, 0));
    CHECK_OK(ec_control(ROOT_SEL_EC, EC_RESUME, 0));
    CHECK_RESULT(ec_control(0, EC_PAUSE, 0), SUCCESS, 0); /* comes back at once */
}

static volatile uint64_t rounds;

static uint64_t pause_often(uint64_t n, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    for (uint64_t i = 0; i < n; i++) {
        ec_control(0, EC_PAUSE, 0);
        rounds++;
    }
    return rounds;
}

static void pause_and_resume(void)
{
    rounds = 0;
    struct thread *t = thread_new(0, pause_often, 10, 0, 100, 100000);

    for (unsigned i = 0; i < 10; i++) {
        thread_rests(t);
        CHECK_EQ(rounds, i);
        CHECK_OK(ec_control(t->ec, EC_RESUME, 0));
    }
    CHECK(thread_join(t));
    CHECK_EQ(t->result, 10);
}

static uint64_t count_up(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    for (;;)
        rounds++;
    return 0;
}

/* From outside, it does not run, however much time there is; a remembered resume is for a pause of itself only. */
static void pause_another(void)
{
    rounds = 0;
    struct thread *t = thread_new(0, count_up, 0, 0, 100, 100000);

    sleep_us(1000);
    CHECK(rounds > 0);
    CHECK_OK(ec_control(t->ec, EC_RESUME, 0)); /* remembered */
    CHECK_OK(ec_control(t->ec, EC_PAUSE, 0));
    const uint64_t then = rounds;
    sleep_us(1000);
    CHECK_EQ(rounds, then);
    CHECK_OK(ec_control(t->ec, EC_RESUME, 0));
    sleep_us(1000);
    CHECK(rounds > then);
}

static uint64_t wait_long(uint64_t sm, uint64_t deadline, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    const uint64_t status = sm_down(sm, deadline).rax;
    rounds++;
    return status;
}

/* A pause during a wait: the wait ends, and then it is paused. */
static void pause_in_wait(void)
{
    const uint64_t sm = sm_new();

    rounds = 0;
    struct thread *t = thread_new(0, wait_long, sm, 0, 100, 100000);
    thread_rests(t);
    CHECK_OK(ec_control(t->ec, EC_PAUSE, 0));
    CHECK_OK(sm_up(sm));
    sleep_us(100);
    CHECK_EQ(rounds, 0);
    CHECK_RESULT(sm_down(sm, 1), TIMEOUT, 0); /* the count went to it */
    CHECK_OK(ec_control(t->ec, EC_RESUME, 0));
    CHECK(thread_join(t));
    CHECK_IS(t->result, SUCCESS);
}

static void sc_control_refused(void)
{
    const uint64_t sm = sm_new();

    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, 0, SC_TIME);
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, sm, SC_TIME);
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, 1ull << 32 | SEL_SC, SC_TIME);
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, sm, SC_QUOTA, 0, SEL_KERNEL);
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, 0, sm);
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, 0, 0);
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, SUPER_PERIOD_US + 1, SEL_KERNEL);
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, (uint64_t)(-SUPER_PERIOD_US - 1), SEL_KERNEL);
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, 1ull << 63, SEL_KERNEL);
    REFUSE(NO_TIME, 1, CALL_SC_CONTROL, SEL_SC, SC_QUOTA, 1, SEL_KERNEL); /* it has all of the CPU */
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, 0, SC_PRIORITY, PAIR(0, 1));
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, 0, SC_PRIORITY, PAIR(PRIORITY_MAX + 1, 1));
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, 0, SC_PRIORITY, PAIR(1, 0));
    REFUSE(BAD_PAR, 0, CALL_SC_CONTROL, 0, SC_PRIORITY, PAIR(1, BUDGET_MAX_US + 1));
    REFUSE(BAD_CAP, 0, CALL_SC_CONTROL, 0, SC_PRIORITY, PAIR(1, BUDGET_MAX_US));
    CHECK_OK(sc_priority(SEL_SC, PRIORITY_MAX, 10000));
}

static void sc_time_grows(void)
{
    const uint64_t before = sc_time(SEL_SC).rdx, start = ticks();

    while (ticks() - start < 100 * ticks_per_us)
        ;
    const uint64_t used = sc_time(SEL_SC).rdx - before;
    CHECK(used >= 100 * ticks_per_us);
    CHECK(used <= ticks() - start + 1000);
}

/* Quota goes from donor to SC and back, and with the SC's death. */
static void sc_quota_moves(void)
{
    const uint64_t ec = selector_new(), sc = selector_new(), other_ec = selector_new(), other = selector_new();

    CHECK_OK(create_ec(ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(create_ec(other_ec, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0));
    CHECK_OK(ec_control(ec, EC_PAUSE, 0)); /* they have no handler, and must not start */
    CHECK_OK(ec_control(other_ec, EC_PAUSE, 0));
    CHECK_OK(create_sc(sc, SEL_PD, ec, 5, 1000, 0, 0));
    CHECK_OK(sc_quota(sc, 1000, SEL_SC)); /* made without a donor: the first is it */
    CHECK_STATUS(sc_quota(sc, 1000, SEL_KERNEL), BAD_PAR);
    CHECK_OK(create_sc(other, SEL_PD, other_ec, 5, 1000, 0, 0));
    CHECK_STATUS(sc_quota(other, 0, other), BAD_PAR); /* who has no donor gives nothing, nor to himself */
    const uint64_t third = selector_new();
    CHECK_OK(create_ec(third, 0, SEL_PD, SEL_PD, EC_PLACE(UTCB_FREE + 0x2000, EC_GLOBAL, 0), 0, 0));
    REFUSE(BAD_PAR, 0, CALL_CREATE_SC, selector_new(), PAIR(SEL_PD, third), PAIR(5, 1000), other, 0);
    CHECK_OK(sc_quota(other, 600, sc));
    CHECK_RESULT(sc_quota(sc, -401, SEL_SC), NO_TIME, 1);
    CHECK_OK(sc_quota(sc, -400, SEL_SC));
    CHECK_OK(destroy(sc)); /* what it gave belongs to its own donor from now on */
    CHECK_STATUS(sc_quota(other, 1, SEL_KERNEL), BAD_PAR);
    CHECK_OK(sc_quota(other, 1, SEL_SC));
    CHECK_RESULT(sc_quota(other, -602, SEL_SC), NO_TIME, 1);
    CHECK_OK(sc_quota(other, -601, SEL_SC));
    CHECK_RESULT(sc_quota(SEL_SC, -1000001, SEL_KERNEL), BAD_PAR, 0);
}

const struct test tests_control[] = {
    { "ec_control_refused", ec_control_refused },
    { "resume_remembered", resume_remembered },
    { "pause_and_resume", pause_and_resume },
    { "pause_another", pause_another },
    { "pause_in_wait", pause_in_wait },
    { "sc_control_refused", sc_control_refused },
    { "sc_time", sc_time_grows },
    { "sc_quota", sc_quota_moves },
    { 0 },
};
