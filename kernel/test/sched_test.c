/*
 * The scheduler against a model that has one list, counts every claim at every round, and looks at everybody for each choice.
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
#include "queue.h"
#include "time.h"

#define SCS      100 /* more than a batch */
#define NEVER    UINT64_MAX
#define TICKS(us) ((uint64_t)(us) * 10 / 3) /* not a whole number, as on most machines */
#define ROUND    TICKS(SUPER_PERIOD_US)
#define NOBODY   -1

/* ---- What the scheduler calls ---- */

struct cpu cpus[CPU_MAX];

static uint64_t now, armed, deadline;
static jmp_buf chosen;
static struct ec ecs[SCS];
static struct sc scs[SCS];

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

/* ---- The model ---- */

static struct model {
    unsigned priority, budget, quota, place;
    uint64_t claim, left, used;
    int donor; /* NOBODY: the CPU's rest, if bound */
    bool bound, alive, blocked;
    bool fill; /* what kind its turn is */
} model[SCS];

static int order[SCS], count;   /* the ready ones; among those of one level, in the order of their queue */
static int coming[SCS], arrivals; /* fills that a new round has emptied; they are queued behind the SC that was current */
static int parked[SCS], waiting; /* the parked ones, oldest first */
static int current = NOBODY;
static uint64_t since, round_end, rest_claim;
static unsigned rest_quota;

static unsigned level(int i) { return model[i].claim ? model[i].priority : 0; }

/* A turn is one of the claim or a fill, and ends when the SC comes to a queue of the other kind. */
static void turn_kind(int i)
{
    if (model[i].fill != !model[i].claim)
        model[i].left = 0;
    model[i].fill = !model[i].claim;
}

static void take(int *list, int *n, int i)
{
    int at = 0;
    while (list[at] != i)
        at++;
    memmove(list + at, list + at + 1, (--*n - at) * sizeof *list);
}

static void take_ready(int i)
{
    for (int k = 0; k < arrivals; k++)
        if (coming[k] == i) {
            take(coming, &arrivals, i);
            return;
        }
    take(order, &count, i);
}

static void append(int i)
{
    turn_kind(i);
    order[count++] = i;
    model[i].place = SC_READY;
}

static void push(int i)
{
    turn_kind(i);
    if (!model[i].left) {
        append(i);
        return;
    }
    memmove(order + 1, order, count++ * sizeof *order);
    order[0] = i;
    model[i].place = SC_READY;
}

static void arrive(void)
{
    for (int k = 0; k < arrivals; k++)
        append(coming[k]);
    arrivals = 0;
}

static void m_spend(int i, uint64_t ticks)
{
    struct model *m = &model[i];
    m->left -= ticks < m->left ? ticks : m->left;
    m->claim -= ticks < m->claim ? ticks : m->claim;
}

static void m_round(void)
{
    int before = arrivals;
    for (int k = 0; k < count; k++)
        if (!level(order[k]))
            coming[arrivals++] = order[k];
    for (int k = before; k < arrivals; k++)
        take(order, &count, coming[k]);
    for (int i = 0; i < SCS; i++)
        model[i].claim = clock_ticks(model[i].quota);
    if (current != NOBODY && model[current].fill)
        model[current].left = 0;
    rest_claim = clock_ticks(rest_quota);
}

static void m_account(void)
{
    if (current != NOBODY) {
        model[current].used += now - since;
        m_spend(current, now - since);
    }
    if (now >= round_end) {
        round_end = now + ROUND;
        m_round();
    }
    since = now;
}

static void m_next(void)
{
    m_account();
    if (current != NOBODY)
        push(current);
    current = NOBODY;
    arrive();
    for (;;) {
        int best = NOBODY;
        for (int k = count - 1; k >= 0; k--)
            if (best == NOBODY || level(order[k]) >= level(best))
                best = order[k];
        if (best == NOBODY)
            return;
        take(order, &count, best);
        if (!model[best].blocked) {
            current = best;
            model[best].place = SC_CURRENT;
            if (!model[best].left)
                model[best].left = clock_ticks(model[best].claim ? model[best].budget : FILL_US);
            return;
        }
        model[best].place = SC_PARKED;
        parked[waiting++] = best;
    }
}

/* When the current turn has to be judged. */
static uint64_t m_end(void)
{
    uint64_t end = NEVER;
    if (current != NOBODY) {
        struct model *m = &model[current];
        end = since + (m->claim && m->claim < m->left ? m->claim : m->left);
        if (round_end < end)
            end = round_end;
    }
    return end < deadline ? end : deadline;
}

/* Somebody more urgent than the current one is ready. */
static bool overtaken(void)
{
    for (int k = 0; k < count; k++)
        if (level(order[k]) > level(current))
            return true;
    return false;
}

/* ---- Both ---- */

static void choose(void)
{
    m_next();
    int how = setjmp(chosen);
    if (!how)
        sched_next();
    assert_int_equal(how, current == NOBODY ? 2 : 1);
}

static void compare(void)
{
    struct sched *s = &scheds[0];
    uint64_t quotas = rest_quota;
    assert_ptr_equal(cpus[0].run.sc, current == NOBODY ? NULL : &scs[current]);
    for (int i = 0; i < SCS; i++) {
        if (!model[i].alive)
            continue;
        assert_int_equal(scs[i].place, model[i].place);
        assert_int_equal(scs[i].round == s->round ? scs[i].claim : clock_ticks(scs[i].quota), model[i].claim);
        assert_int_equal(scs[i].left, model[i].left);
        assert_int_equal(scs[i].quota, model[i].quota);
        assert_int_equal(sc_used(&scs[i]), model[i].used + (i == current ? now - since : 0));
        assert_true(model[i].claim <= clock_ticks(model[i].quota));
        quotas += scs[i].quota;
    }
    assert_int_equal(quotas, SUPER_PERIOD_US);
    assert_int_equal(s->rest.quota, rest_quota);
    assert_int_equal(s->since, since);
    assert_true(armed <= m_end()); /* early is allowed: whoever was the reason may be gone */
}

static void enter_new(int i)
{
    scs[i] = (struct sc){.ec = &ecs[i], .priority = 1 + rand() % 5 * 31, .budget = 1 + rand() % 20000};
    ecs[i].run.sc = &scs[i];
    ecs[i].run.blocked = 0;
    model[i] = (struct model){.priority = scs[i].priority, .budget = scs[i].budget, .donor = NOBODY, .alive = true, .fill = true};
    append(i);
    sched_add(&scs[i]);
}

/* i stood on level was, or among the fills, where others may be longer than since this round: it goes to the tail of its level. */
static void m_settle(int i, unsigned was)
{
    if (i != NOBODY && model[i].place == SC_READY && (model[i].fill || level(i) != was)) {
        take_ready(i);
        append(i);
    }
}

static enum status m_quota(int i, int donor, int us)
{
    if (model[i].bound && model[i].donor != donor)
        return BAD_PAR;
    if (!model[i].bound && donor != NOBODY && !model[donor].bound)
        return BAD_PAR;
    unsigned *quota[2] = {&model[i].quota, donor == NOBODY ? &rest_quota : &model[donor].quota};
    uint64_t *claim[2] = {&model[i].claim, donor == NOBODY ? &rest_claim : &model[donor].claim};
    int who[2] = {i, donor}, from = us < 0 ? 0 : 1;
    unsigned amount = abs(us);
    if (*quota[from] < amount)
        return NO_TIME;
    model[i].bound = true;
    model[i].donor = donor;
    if (!amount)
        return SUCCESS;
    m_account();
    unsigned had[2] = {level(i), donor == NOBODY ? 0 : level(donor)};
    uint64_t ticks = clock_ticks(amount) < *claim[from] ? clock_ticks(amount) : *claim[from];
    *quota[from] -= amount;
    *quota[!from] += amount;
    *claim[from] -= ticks;
    *claim[!from] += ticks;
    for (int k = 0; k < 2; k++)
        if (*claim[k] > clock_ticks(*quota[k]))
            *claim[k] = clock_ticks(*quota[k]);
    m_settle(who[from], had[from]);
    m_settle(who[!from], had[!from]);
    return SUCCESS;
}

static void end(int i)
{
    if (model[i].place == SC_CURRENT) {
        m_account();
        current = NOBODY;
    }
    else if (model[i].place == SC_READY)
        take_ready(i);
    else
        take(parked, &waiting, i);
    model[i].place = SC_NOWHERE;
    if (model[i].bound)
        m_quota(i, model[i].donor, -(int)model[i].quota);
    for (int k = 0; k < SCS; k++)
        if (model[k].alive && model[k].bound && k != i && model[k].donor == i)
            model[k].donor = model[i].donor;
    model[i].alive = false;
    model[i].claim = model[i].quota = 0;
    while (!sc_end(&scs[i].object))
        ;
    memset(&scs[i], 0xee, sizeof scs[i]);
}

static void wake(int i)
{
    ecs[i].run.blocked = model[i].blocked = 0;
    if (model[i].place == SC_PARKED) {
        take(parked, &waiting, i);
        append(i);
    }
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
        if (i == current) {
            cpus[0].run.pending |= PENDING_RESCHEDULE;
        }
        break;
    case 7: case 8:
        if (m->alive)
            wake(i);
        break;
    case 9:
        if (current != NOBODY && !(rand() % 4)) {
            model[current].claim = model[current].left = 0;
            m_next();
            int how = setjmp(chosen);
            if (!how)
                sched_yield(&ecs[0]);
        }
        break;
    case 10:
        if (m->alive && (donor == NOBODY || model[donor].alive)) {
            uint32_t lacking;
            int us = rand() % 3 ? rand() % 200000 : -(rand() % 100000);
            enum status status = m_quota(i, donor, us);
            assert_int_equal(sc_quota(&scs[i], donor == NOBODY ? NULL : &scs[donor], us, &lacking), status);
        }
        break;
    case 11:
        if (m->alive) {
            unsigned was = level(i);
            if (rand() % 3)
                m->priority = 1 + rand() % 127;
            m->budget = 1 + rand() % 20000;
            m_settle(i, was);
            sc_priority(&scs[i], m->priority, m->budget);
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
    memset(model, 0, sizeof model);
    count = waiting = arrivals = 0;
    current = NOBODY;
    since = now = 1000;
    round_end = now + ROUND;
    rest_quota = SUPER_PERIOD_US;
    rest_claim = ROUND;
    armed = deadline = NEVER;
    sched_init(&cpus[0]);
    for (unsigned n = 0; n < steps; n++) {
        step(limit);
        if (cpus[0].run.pending || current == NOBODY) {
            choose();
        } else if (now >= armed) {
            armed = NEVER; /* it has fired, once */
            timeout_expire(now);
            m_next();
            int how = setjmp(chosen);
            if (!how)
                sched_timer(&ecs[0]);
            assert_int_equal(armed, m_end());
        } else {
            assert_false(overtaken());
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
        walk(SCS, 3000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(few), cmocka_unit_test(many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
