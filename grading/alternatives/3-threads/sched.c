/*
 * The scheduler: who gets the processor, and until when.
 */
#include "sched.h"

#include "cairn/abi.h"
#include "queue.h"
#include "time.h"
#include "trace.h"

#define NEVER UINT64_MAX

struct sched scheds[CPU_MAX];

static struct sched *this_sched(void)
{
    return &scheds[this_cpu()->id];
}

void sched_init(struct cpu *cpu)
{
    struct sched *s = &scheds[cpu->id];

    list_init(&s->line);
    list_init(&s->arrivals);
    s->cpu = cpu;
    s->since = clock_now();
    s->armed = NEVER;
    s->rest.cpu = cpu->id;
    s->rest.quota = SUPER_PERIOD_US;
    time_begin_round(s, &s->rest);
    fpu_init();
    ec_vacate(cpu);
}

/* ---- Coming and going ------------------------------------------------------------------------------------------------ */

/* Somebody who has been away: his claim may be of an earlier round. */
void sched_ready(struct sched *s, struct sc *sc)
{
    const struct sc *current = s->cpu->run.sc;

    time_refresh(s, sc);
    queue_put(s, sc, false);
    trace(TRACE_READY, sc, sc->ec, sc->claim, sc->priority);
    if (!current || sc->level > current->level)
        s->cpu->run.pending |= PENDING_RESCHEDULE;
}

void sched_add(struct sc *sc)
{
    sched_ready(&scheds[sc->cpu], sc);
}

/* Out of whatever list it is in, and to the tail of its level. */
static void line_up(struct sched *s, struct sc *sc)
{
    queue_remove(s, sc);
    sched_ready(s, sc);
}

/* Nobody is current any more. Returns who was, or NULL. */
static struct sc *stop(struct sched *s)
{
    struct sc *sc = s->cpu->run.sc;

    time_account(s);
    s->cpu->run.sc = NULL;
    if (sc)
        sc->place = SC_NOWHERE;
    return sc;
}

void sched_remove(struct sc *sc)
{
    struct sched *s = &scheds[sc->cpu];

    if (sc->place == SC_CURRENT) {
        stop(s);
        s->cpu->run.pending |= PENDING_RESCHEDULE;
    } else if (sc->place != SC_NOWHERE) {
        queue_remove(s, sc);
    }
}

/* ---- Waiting on an EC ------------------------------------------------------------------------------------------------ */

static void park(struct sc *sc, struct ec *ec)
{
    struct sc_link *parked = &ec->run.parked;

    if (!parked->next)
        list_init(parked); /* of a new EC */
    list_insert(parked->prev, &sc->link);
    sc->place = SC_PARKED;
    trace(TRACE_PARKED, sc, ec, 0, ec->run.blocked);
}

/* Usually one waits. Those beyond a batch arrive together, and are put in line by the next choice. */
void ec_release(struct ec *ec)
{
    struct sched *s = &scheds[ec->run.cpu];
    struct sc_link *parked = &ec->run.parked;

    if (!parked->next)
        return;
    for (unsigned n = 0; n < SCHED_BATCH && !list_empty(parked); n++)
        line_up(s, list_sc(parked->next));
    if (list_empty(parked))
        return;
    list_move(&s->arrivals, parked->next, parked->prev);
    s->cpu->run.pending |= PENDING_RESCHEDULE;
}

/* ---- The choice ------------------------------------------------------------------------------------------------------ */

/* An earlier tick is left as it is, because arming is dear: the timer then fires once for nothing, and is armed anew. */
static void arm(struct sched *s, uint64_t tick)
{
    if (s->armed <= tick)
        return;
    s->armed = tick;
    clock_arm(tick);
}

void sched_arm(uint64_t tick)
{
    arm(this_sched(), tick);
}

static noreturn void run(struct sched *s, struct sc *sc, struct ec *ec)
{
    time_renew(sc);
    trace(TRACE_CHOSEN, sc, sc->ec, sc->claim, sc->priority);
    sc->place = SC_CURRENT;
    s->cpu->run.sc = sc;
    s->cpu->run.pending = 0;
    arm(s, time_turn_end(s, sc));
    ec_dispatch(s->cpu, ec);
}

/*
 * Each step takes one SC from where it waits to where it belongs, and everything is in order behind it: so a pass ends after a
 * batch of steps, and the next begins anew behind an interrupt. Usually nobody has arrived, and the first in line can run.
 */
static noreturn void choose(struct sched *s)
{
    unsigned steps = 0;
    struct sc *sc;

    for (; !list_empty(&s->arrivals); steps++) {
        if (steps == SCHED_BATCH)
            sched_pause();
        line_up(s, list_sc(s->arrivals.next));
    }
    for (; (sc = queue_take(s)); steps++) {
        time_refresh(s, sc);
        struct ec *ec = ipc_runner(sc->ec);
        if (!ec->run.blocked)
            run(s, sc, ec);
        park(sc, ec);
        if (steps >= SCHED_BATCH)
            sched_pause();
    }
    s->cpu->run.pending = 0;
    trace(TRACE_IDLE, NULL, 0, 0, 0);
    sched_idle();
}

/* Whoever gives the processor up, his turn may go on. Without an EC, which has died, he goes nowhere. */
noreturn void sched_next(void)
{
    struct sched *s = this_sched();
    struct sc *sc = stop(s);

    if (sc && sc->ec)
        queue_put(s, sc, true);
    choose(s);
}

noreturn void sched_park(struct ec *ec)
{
    struct sched *s = this_sched();
    struct sc *sc = stop(s);

    if (sc && sc->ec)
        park(sc, ec);
    choose(s);
}

noreturn void sched_yield(struct ec *self)
{
    struct sc *sc = this_cpu()->run.sc;

    (void)self;
    if (sc)
        sc->claim = sc->left = 0;
    sched_next();
}

/* ---- The timer ------------------------------------------------------------------------------------------------------- */

/* Deadlines that are over and not served yet arm it for at once: they come in the next pass. */
static noreturn void timer_fired(void)
{
    struct sched *s = this_sched();

    trace(TRACE_TIMER, NULL, 0, 0, 0);
    s->armed = NEVER;
    timeout_expire(clock_now());
    arm(s, timeout_next());
    sched_next();
}

noreturn void sched_timer(struct ec *self)
{
    self->run.cont = ec_leave_trap;
    timer_fired();
}

noreturn void sched_timer_idle(void)
{
    timer_fired();
}
