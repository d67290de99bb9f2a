/*
 * The scheduler: who gets the processor, and until when.
 */
#include "sched.h"

#include "cairn/abi.h"
#include "list.h"
#include "panic.h"
#include "trace.h"

#define NEVER UINT64_MAX

struct sched scheds[CPU_MAX];

/* Rounds are counted from 1, so that the claim of a new SC, which is all zero, is not of the present round. */
void sched_init(struct cpu *cpu)
{
    struct sched *s = &scheds[cpu->id];

    s->round = 1;
    s->round_start = s->since = clock_now();
    s->armed = NEVER;
    s->rest.cpu = cpu->id;
    s->rest.quota = SUPER_PERIOD_US;
    fpu_init();
    ec_vacate(cpu);
}

static inline void rearm(struct cpu *cpu, struct sched *s)
{
    /* Answer 3.4 (place 1 of 2) goes here: the timer */
    not_implemented("3.4 the timer");
}

void sched_rearm(void)
{
    struct cpu *cpu = this_cpu();
    rearm(cpu, &scheds[cpu->id]);
}

void sched_notice(struct cpu *cpu, struct sched *s, const struct sc *sc)
{
    if (!cpu->run.sc || sc_level(sc) > sc_level(cpu->run.sc))
        cpu->run.pending |= PENDING_RESCHEDULE;
    else
        rearm(cpu, s);
}

/* Somebody who has been away: his claim may be of an earlier round. */
static inline void make_ready(struct sched *s, struct sc *sc)
{
    time_refresh(s, sc);
    trace(TRACE_READY, sc, sc->ec, sc->claim, sc->priority);
    queue_append(s, sc);
}

void sched_add(struct sc *sc)
{
    struct cpu *cpu = &cpus[sc->cpu];
    struct sched *s = &scheds[sc->cpu];

    time_account(cpu, s);
    make_ready(s, sc);
    sched_notice(cpu, s, sc);
}

void sched_remove(struct sc *sc)
{
    /* Answer 3.5 (place 1 of 3) goes here: the choice */
    not_implemented("3.5 the choice");
}

void sched_park(struct cpu *cpu, struct ec *ec)
{
    /* Answer 3.8 (place 4 of 8) goes here: leave, block and wake */
    not_implemented("3.8 leave, block and wake");
}

/* The usual number is one. Those beyond a batch are queued by sched_next, with pauses. */
void sched_release(struct cpu *cpu, struct sc_link *list)
{
    /* Answer 3.8 (place 5 of 8) goes here: leave, block and wake */
    not_implemented("3.8 leave, block and wake");
}

/* The current SC back to the queues: to the head with the rest of its turn, to the tail without. */
static inline void put_back(struct cpu *cpu, struct sched *s)
{
    /* Answer 3.5 (place 2 of 3) goes here: the choice */
    not_implemented("3.5 the choice");
}

static inline void make_current(struct cpu *cpu, struct sched *s, struct sc *sc)
{
    time_renew(sc);
    trace(TRACE_CHOSEN, sc, sc->ec, sc->claim, sc->priority);
    sc->place = SC_CURRENT;
    cpu->run.sc = sc;
    cpu->run.pending = 0;
    rearm(cpu, s);
}

/*
 * A step takes one SC from where it waits to where it belongs, so the pass ends after a batch of them, with everything in
 * order, and begins anew behind an interrupt. Usually it is one step.
 */
noreturn void sched_next(void)
{
    /* Answer 3.5 (place 3 of 3) goes here: the choice */
    not_implemented("3.5 the choice");
}

noreturn void sched_yield(struct ec *self)
{
    struct cpu *cpu = this_cpu();

    time_account(cpu, &scheds[cpu->id]);
    if (cpu->run.sc)
        cpu->run.sc->claim = cpu->run.sc->left = 0;
    sched_next();
}

/* What the timer was armed for has passed, so it is armed for nothing. */
static noreturn void timer_fired(struct cpu *cpu)
{
    trace(TRACE_TIMER, NULL, 0, 0, 0);
    scheds[cpu->id].armed = NEVER;
    timeout_expire(clock_now());
    sched_next();
}

noreturn void sched_timer(struct ec *self)
{
    self->run.cont = ec_leave_trap;
    timer_fired(this_cpu());
}

noreturn void sched_timer_idle(void)
{
    timer_fired(this_cpu());
}
