/*
 * The first tasks of exercise 3, one test each: claims and turns, the ready queues, accounts and rounds, donation. What the functions
 * do together is told by sched_test.c. How the queues are made is not asked, only who comes out of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cairn/abi.h"
#include "queue.h"
#include "time.h"

#define TICKS(us) ((uint64_t)(us) * 3)
#define PRIORITY  70
#define BUDGET    1000

/* ---- What the scheduler calls ---- */

struct cpu cpus[CPU_MAX];
static uint64_t now;
static struct ec ecs[3];
static struct sc scs[3];
static struct sched *const s = &scheds[0];

struct cpu *this_cpu(void) { return &cpus[0]; }
uint64_t clock_now(void) { return now; }
uint64_t clock_ticks(uint32_t us) { return TICKS(us); }
void clock_arm(uint64_t tick) { (void)tick; }
uint64_t timeout_next(void) { return UINT64_MAX; }
void timeout_expire(uint64_t at) { (void)at; }
struct ec *ipc_runner(struct ec *ec) { return ec; }
void fpu_init(void) {}
void ec_vacate(struct cpu *cpu) { (void)cpu; }
void ec_leave_trap(struct ec *self) { (void)self; fail(); abort(); }
void ec_dispatch(struct cpu *cpu, struct ec *ec) { (void)cpu, (void)ec; fail(); abort(); }
void sched_idle(void) { fail(); abort(); }
void sched_pause(void) { fail(); abort(); }
void not_implemented(const char *title) { fail_msg("not implemented: %s", title); abort(); }

/* An empty scheduler in its first round, and SCs that have nothing. */
static int set_up(void **state)
{
    (void)state;
    memset(cpus, 0, sizeof cpus);
    memset(scs, 0, sizeof scs);
    memset(s, 0, sizeof *s);
    now = 1000;
    sched_init(&cpus[0]);
    for (unsigned i = 0; i < 3; i++)
        scs[i] = (struct sc){.ec = &ecs[i], .priority = PRIORITY, .budget = BUDGET, .round = 1};
    return 0;
}

/* scs[i] has some quota, and so much of it left. */
static struct sc *rich(unsigned i, uint32_t quota, uint64_t claim)
{
    scs[i].quota = quota;
    scs[i].claim = claim;
    return &scs[i];
}

/* ---- 3.1 ---- */

static void a_claim_is_of_one_round(void **state)
{
    struct sc *sc = rich(0, 500, 7);
    (void)state;
    time_refresh(s, sc);
    assert_int_equal(sc->claim, 7);
    s->round = 5;
    time_refresh(s, sc);
    assert_int_equal(sc->claim, TICKS(500));
    assert_int_equal(sc->round, 5);
}

static void a_turn_is_a_budget_or_a_fill(void **state)
{
    struct sc *sc = rich(0, 500, 7);
    (void)state;
    time_renew(sc);
    assert_int_equal(sc->left, TICKS(BUDGET));
    sc->left = 1;
    time_renew(sc);
    assert_int_equal(sc->left, 1); /* a turn that goes on */
    sc->left = sc->claim = 0;
    time_renew(sc);
    assert_int_equal(sc->left, TICKS(FILL_US));
}

static void a_turn_ends_with_what_ends_first(void **state)
{
    struct sc *sc = rich(0, 500, 90);
    (void)state;
    sc->left = 40;
    assert_int_equal(time_turn_end(s, sc), s->since + 40);
    sc->claim = 30;
    assert_int_equal(time_turn_end(s, sc), s->since + 30);
    sc->claim = 0; /* a fill */
    assert_int_equal(time_turn_end(s, sc), s->since + 40);
    s->round_end = s->since + 20;
    assert_int_equal(time_turn_end(s, sc), s->since + 20);
}

/* ---- 3.2 ---- */

static void the_most_urgent_is_taken_first(void **state)
{
    (void)state;
    assert_null(queue_take(s));
    rich(1, 500, 1)->priority = 3;
    rich(2, 500, 1)->priority = PRIORITY_MAX;
    for (unsigned i = 0; i < 3; i++) {
        queue_put(s, &scs[i], false);
        assert_int_equal(scs[i].place, SC_READY);
    }
    assert_ptr_equal(queue_take(s), &scs[2]);
    assert_int_equal(scs[2].place, SC_NOWHERE);
    assert_ptr_equal(queue_take(s), &scs[1]);
    assert_ptr_equal(queue_take(s), &scs[0]); /* it has a high priority, and no claim */
    assert_null(queue_take(s));
}

static void equals_wait_in_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        queue_put(s, rich(i, 500, 1), false);
    queue_remove(s, &scs[1]);
    assert_ptr_equal(queue_take(s), &scs[0]); /* two are left */
    scs[1].left = 5;
    queue_put(s, &scs[1], true); /* preempted: it stays at the head */
    assert_ptr_equal(queue_take(s), &scs[1]);
    scs[1].left = 0;
    queue_put(s, &scs[1], true); /* its turn is used up: to the tail */
    assert_ptr_equal(queue_take(s), &scs[2]);
}

static void a_turn_does_not_become_one_of_the_other_kind(void **state)
{
    struct sc *sc = rich(0, 500, 1);
    (void)state;
    queue_put(s, sc, false);
    queue_remove(s, sc);
    sc->left = 5;
    sc->priority = 3;
    queue_put(s, sc, false);
    assert_int_equal(sc->left, 5); /* another priority, but claim as before */
    queue_remove(s, sc);
    sc->claim = 0;
    queue_put(s, sc, true);
    assert_int_equal(sc->left, 0);
}

/* ---- 3.3 ---- */

static void who_runs_pays(void **state)
{
    struct sc *sc = rich(0, 500, 100);
    (void)state;
    sc->left = 30;
    cpus[0].run.sc = sc;
    now += 20;
    time_account(s);
    assert_int_equal(sc->used, 20);
    assert_int_equal(sc->left, 10);
    assert_int_equal(sc->claim, 80);
    now += 25; /* more than there was: by the length of a kernel pass */
    time_account(s);
    assert_int_equal(sc->used, 45);
    assert_int_equal(sc->left, 0);
    assert_int_equal(sc->claim, 55);
    cpus[0].run.sc = NULL;
    now += 1000;
    time_account(s); /* nobody pays for idle time */
    cpus[0].run.sc = sc;
    time_account(s);
    assert_int_equal(sc->used, 45);
    assert_int_equal(s->round, 1);
}

static void a_round_gives_everybody_his_quota_again(void **state)
{
    struct sc *sc = rich(0, 500, 10);
    (void)state;
    sc->level = PRIORITY;
    sc->left = TICKS(BUDGET);
    cpus[0].run.sc = sc;
    now = s->round_end + 50;
    time_account(s);
    assert_int_equal(s->round, 2);
    assert_int_equal(s->round_end, now + TICKS(SUPER_PERIOD_US));
    assert_int_equal(sc->claim, TICKS(500));
    sc->level = LEVEL_FILL; /* a fill ends with the round */
    sc->left = TICKS(SUPER_PERIOD_US) * 2;
    now = s->round_end;
    time_account(s);
    assert_int_equal(s->round, 3);
    assert_int_equal(sc->left, 0);
}

/* ---- 3.4 ---- */

static void give(struct sc *sc, struct sc *donor, int64_t us)
{
    uint32_t lacking;
    assert_int_equal(sc_quota(sc, donor, us, &lacking), SUCCESS);
}

static void quota_moves_with_what_is_left_of_it(void **state)
{
    (void)state;
    give(&scs[0], NULL, 600000);
    assert_int_equal(s->rest.quota, 400000);
    assert_int_equal(scs[0].claim, TICKS(600000));
    scs[0].claim = TICKS(100); /* it has run */
    give(&scs[1], &scs[0], 1000);
    assert_int_equal(scs[1].quota, 1000);
    assert_int_equal(scs[1].claim, TICKS(100)); /* no more than the giver had */
    assert_int_equal(scs[0].quota, 599000);
    assert_int_equal(scs[0].claim, 0);
    give(&scs[1], &scs[0], -1000);
    assert_int_equal(scs[0].quota, 600000);
    assert_int_equal(scs[0].claim, TICKS(100));
}

static void at_the_end_all_goes_back(void **state)
{
    (void)state;
    ecs[0].run.sc = &scs[0];
    give(&scs[0], NULL, 600000);
    give(&scs[1], &scs[0], 1000);
    give(&scs[2], &scs[0], 2000);
    assert_true(sc_end(&scs[0].object));
    assert_int_equal(s->rest.quota, SUPER_PERIOD_US - 3000);
    assert_ptr_equal(scs[1].donor, &s->rest); /* those to whom it gave are the donor's */
    assert_ptr_equal(scs[2].donor, &s->rest);
    assert_null(ecs[0].run.sc);
    assert_true(sc_end(&scs[1].object));
    assert_true(sc_end(&scs[2].object));
    assert_int_equal(s->rest.quota, SUPER_PERIOD_US);
    assert_null(s->rest.given);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        {"3.1 a claim is of one round", a_claim_is_of_one_round, set_up, NULL, NULL},
        {"3.1 a turn is a budget or a fill", a_turn_is_a_budget_or_a_fill, set_up, NULL, NULL},
        {"3.1 a turn ends with what ends first", a_turn_ends_with_what_ends_first, set_up, NULL, NULL},
        {"3.2 the most urgent is taken first", the_most_urgent_is_taken_first, set_up, NULL, NULL},
        {"3.2 equals wait in order", equals_wait_in_order, set_up, NULL, NULL},
        {"3.2 a turn does not become one of the other kind", a_turn_does_not_become_one_of_the_other_kind, set_up, NULL, NULL},
        {"3.3 who runs pays", who_runs_pays, set_up, NULL, NULL},
        {"3.3 a round gives everybody his quota again", a_round_gives_everybody_his_quota_again, set_up, NULL, NULL},
        {"3.4 quota moves with what is left of it", quota_moves_with_what_is_left_of_it, set_up, NULL, NULL},
        {"3.4, 3.5 at the end all goes back", at_the_end_all_goes_back, set_up, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
