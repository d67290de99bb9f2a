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
    //! answer 3.4 begin
    uint64_t tick = time_turn_end(cpu, s), deadline = timeout_next(); //! skeleton: not_implemented("3.4 the timer");

    if (deadline < tick)
        tick = deadline;
    if (tick == s->armed)
        return;
    s->armed = tick;
    clock_arm(tick);
    //! answer 3.4 end
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
    //! answer 3.5 begin
    struct cpu *cpu = &cpus[sc->cpu]; //! skeleton: not_implemented("3.5 the choice");
    struct sched *s = &scheds[sc->cpu];

    if (sc->place == SC_CURRENT) {
        time_account(cpu, s);
        cpu->run.sc = NULL;
        cpu->run.pending |= PENDING_RESCHEDULE;
        sc->place = SC_NOWHERE;
    } else if (sc->place != SC_NOWHERE)
        queue_remove(s, sc);
    //! answer 3.5 end
}

void sched_park(struct cpu *cpu, struct ec *ec)
{
    //! answer 3.8 begin
    struct sc *sc = cpu->run.sc; //! skeleton: not_implemented("3.8 leave, block and wake");

    if (!sc)
        return;
    time_account(cpu, &scheds[cpu->id]);
    cpu->run.sc = NULL;
    sc->place = SC_NOWHERE;
    if (!sc->ec)
        return;
    trace(TRACE_PARKED, sc, ec, 0, ec->run.blocked);
    list_append(&ec->run.parked, &sc->link);
    sc->place = SC_PARKED;
    //! answer 3.8 end
}

/* The usual number is one. Those beyond a batch are queued by sched_next, with pauses. */
void sched_release(struct cpu *cpu, struct sc_link *list)
{
    //! answer 3.8 begin
    struct sched *s = &scheds[cpu->id]; //! skeleton: not_implemented("3.8 leave, block and wake");

    if (list_empty(list))
        return;
    time_account(cpu, s);
    list_splice(&s->coming, list);
    for (unsigned n = 0; n < SCHED_BATCH && !list_empty(&s->coming); n++) {
        struct sc *sc = list_sc(s->coming.next);
        list_remove(&sc->link);
        make_ready(s, sc);
        sched_notice(cpu, s, sc);
    }
    if (!list_empty(&s->coming))
        cpu->run.pending |= PENDING_RESCHEDULE;
    //! answer 3.8 end
}

/* The current SC back to the queues: to the head with the rest of its turn, to the tail without. */
static inline void put_back(struct cpu *cpu, struct sched *s)
{
    //! answer 3.5 begin
    struct sc *sc = cpu->run.sc; //! skeleton: not_implemented("3.5 the choice");

    if (!sc)
        return;
    cpu->run.sc = NULL;
    if (!sc->ec)
        sc->place = SC_NOWHERE;
    else if (sc->left)
        queue_push(s, sc);
    else
        queue_append(s, sc);
    //! answer 3.5 end
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
    //! answer 3.5 begin
    struct cpu *cpu = this_cpu(); //! skeleton: not_implemented("3.5 the choice");
    struct sched *s = &scheds[cpu->id];

    time_account(cpu, s);
    put_back(cpu, s);
    for (unsigned step = 0; step < SCHED_BATCH; step++) {
        if (!list_empty(&s->coming)) {
            struct sc *sc = list_sc(s->coming.next);
            list_remove(&sc->link);
            make_ready(s, sc);
            continue;
        }
        struct sc *sc = queue_take(s);
        if (!sc) {
            cpu->run.pending = 0;
            rearm(cpu, s);
            trace(TRACE_IDLE, NULL, 0, 0, 0);
            sched_idle();
        }
        time_refresh(s, sc);
        struct ec *ec = ipc_runner(sc->ec);
        if (!ec->run.blocked) {
            make_current(cpu, s, sc);
            ec_dispatch(cpu, ec);
        }
        trace(TRACE_PARKED, sc, ec, 0, ec->run.blocked);
        list_append(&ec->run.parked, &sc->link);
        sc->place = SC_PARKED;
    }
    sched_pause();
    //! answer 3.5 end
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
