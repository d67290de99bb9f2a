/*
 * The scheduler beside a model (grading/rig/model.h).
 *
 * After each of some 10^5 random steps both agree on who runs, in which state everybody is, what is left of every claim and turn, and
 * when the timer must fire. Nothing of the EC is tried but that it is blocked or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cairn/abi.h"
#include "model.h"
#include "queue.h"
#include "time.h"

#define NEVER     UINT64_MAX
#define TICKS(us) ((uint64_t)(us) * 10 / 3) /* not a whole number, as on most machines */
#define ROUND     TICKS(SUPER_PERIOD_US)

/* ---- What the scheduler calls ---- */

struct cpu cpus[CPU_MAX];

static uint64_t now, armed, deadline;
static jmp_buf chosen;
static struct ec ecs[MODEL_SCS];
static struct sc scs[MODEL_SCS];

struct cpu *this_cpu(void) { return &cpus[0]; }
uint64_t clock_now(void) { return now; }
uint64_t clock_ticks(uint32_t us) { return TICKS(us); }
void clock_arm(uint64_t tick) { armed = tick; }
uint64_t timeout_next(void) { return deadline; }
void timeout_expire(uint64_t at) { if (deadline <= at) deadline = NEVER; }
struct ec *ipc_runner(struct ec *ec) { return ec; }
void fpu_init(void) {}
void ec_vacate(struct cpu *cpu) { (void)cpu; }
void ec_leave_trap(struct ec *self) { (void)self; abort(); }
void not_implemented(const char *title) { fprintf(stderr, "not implemented: %s\n", title); abort(); }
void ec_dispatch(struct cpu *cpu, struct ec *ec) { cpu->current = ec; longjmp(chosen, 1); }
void sched_idle(void) { longjmp(chosen, 2); }
void sched_pause(void) { sched_next(); }

/* ---- Both ---- */

static void choose(void)
{
    model_next();
    int how = setjmp(chosen);
    if (!how)
        sched_next();
    assert_int_equal(how, model_current == NOBODY ? 2 : 1);
}

static void compare(void)
{
    struct sched *s = &scheds[0];
    uint64_t quotas = model_rest_quota;
    assert_ptr_equal(cpus[0].run.sc, model_current == NOBODY ? NULL : &scs[model_current]);
    for (int i = 0; i < MODEL_SCS; i++) {
        if (!model[i].alive)
            continue;
        assert_int_equal(scs[i].place, model[i].place);
        assert_int_equal(scs[i].round == s->round ? scs[i].claim : clock_ticks(scs[i].quota), model[i].claim);
        assert_int_equal(scs[i].left, model[i].left);
        assert_int_equal(scs[i].quota, model[i].quota);
        assert_int_equal(sc_used(&scs[i]), model[i].used + (i == model_current ? now - model_since : 0));
        assert_true(model[i].claim <= clock_ticks(model[i].quota));
        quotas += scs[i].quota;
    }
    assert_int_equal(quotas, SUPER_PERIOD_US);
    assert_int_equal(s->rest.quota, model_rest_quota);
    assert_int_equal(s->since, model_since);
    assert_true(armed <= model_turn_end()); /* early is allowed: whoever was the reason may be gone */
}

static void enter_new(int i)
{
    scs[i] = (struct sc){.ec = &ecs[i], .priority = 1 + rand() % 5 * 31, .budget = 1 + rand() % 20000};
    ecs[i].run.sc = &scs[i];
    ecs[i].run.blocked = 0;
    model_enter(i, scs[i].priority, scs[i].budget);
    sched_add(&scs[i]);
}

static void end(int i)
{
    model_end(i);
    while (!sc_end(&scs[i].object))
        ;
    memset(&scs[i], 0xee, sizeof scs[i]);
}

static void wake(int i)
{
    ecs[i].run.blocked = 0;
    model_wake(i);
    ec_release(&ecs[i]);
}

static void step(int limit)
{
    int i = rand() % limit, donor = rand() % 3 ? rand() % limit : NOBODY;
    struct model *m = &model[i];

    switch (rand() % 12) {
    case 0: case 1: case 2: /* time passes, up to the next event and a little more */
        now += rand() % 2 ? (uint64_t)rand() % TICKS(30000) : (uint64_t)rand() % (ROUND / 3);
        if (armed != NEVER && now > armed)
            now = armed + rand() % 50;
        break;
    case 3:
        if (!m->alive)
            enter_new(i);
        break;
    case 4:
        if (m->alive && !(rand() % 4))
            end(i);
        break;
    case 5: case 6:
        if (m->alive)
            ecs[i].run.blocked = m->blocked = 1;
        if (i == model_current) {
            cpus[0].run.pending |= PENDING_RESCHEDULE;
        }
        break;
    case 7: case 8:
        if (m->alive)
            wake(i);
        break;
    case 9:
        if (model_current != NOBODY && !(rand() % 4)) {
            model[model_current].claim = model[model_current].left = 0;
            model_next();
            int how = setjmp(chosen);
            if (!how)
                sched_yield(&ecs[0]);
        }
        break;
    case 10:
        if (m->alive && (donor == NOBODY || model[donor].alive)) {
            uint32_t lacking;
            int us = rand() % 3 ? rand() % 200000 : -(rand() % 100000);
            enum status status = model_quota(i, donor, us);
            assert_int_equal(sc_quota(&scs[i], donor == NOBODY ? NULL : &scs[donor], us, &lacking), status);
        }
        break;
    case 11:
        if (m->alive) {
            const unsigned priority = rand() % 3 ? 1u + rand() % 127 : m->priority, budget = 1 + rand() % 20000;
            model_priority(i, priority, budget);
            sc_priority(&scs[i], priority, budget);
        }
        break;
    }
}

static void walk(int limit, unsigned steps)
{
    memset(cpus, 0, sizeof cpus);
    memset(scheds, 0, sizeof scheds);
    memset(ecs, 0, sizeof ecs);
    memset(scs, 0, sizeof scs);
    now = 1000;
    model_begin();
    armed = deadline = NEVER;
    sched_init(&cpus[0]);
    for (unsigned n = 0; n < steps; n++) {
        step(limit);
        if (cpus[0].run.pending || model_current == NOBODY) {
            choose();
        } else if (now >= armed) {
            armed = NEVER; /* it has fired, once */
            timeout_expire(now);
            model_next();
            int how = setjmp(chosen);
            if (!how)
                sched_timer(&ecs[0]);
            assert_int_equal(armed, model_turn_end());
        } else {
            assert_false(model_overtaken());
        }
        if (rand() % 50 == 0) {
            deadline = now + rand() % ROUND;
            sched_arm(deadline);
        }
        compare();
    }
}

static void few(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        srand(seed);
        walk(1 + seed % 8, 500);
    }
}

static void many(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 10; seed++) {
        srand(seed);
        walk(MODEL_SCS, 3000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(few), cmocka_unit_test(many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
