/*
 * The scheduler: who gets the processor, and until when.
 */
#include "sched.h"

#include "cairn/abi.h"
#include "panic.h"
#include "queue.h"
#include "time.h"
#include "trace.h"

#define NEVER UINT64_MAX

struct sched scheds[CPU_MAX];

static struct sched *this_sched(void)
{
    return &scheds[this_cpu()->id];
}

/* Rounds are counted from 1, so that the claim of a new SC, which is all zero, is not of the present round. */
void sched_init(struct cpu *cpu)
{
    struct sched *s = &scheds[cpu->id];

    s->cpu = cpu;
    s->round = 1;
    s->since = clock_now();
    s->round_end = s->since + clock_ticks(SUPER_PERIOD_US);
    s->armed = NEVER;
    s->rest.cpu = cpu->id;
    s->rest.quota = SUPER_PERIOD_US;
    time_refresh(s, &s->rest);
    for (unsigned level = 0; level < LEVELS; level++)
        list_init(&s->level[level]);
    list_init(&s->coming);
    fpu_init();
    ec_vacate(cpu);
}

/*
 * Arming is dear, so an earlier tick is left as it is: the timer then fires once for nothing, and is armed anew. It is
 * no more than one interrupt for each tick that was once the nearest.
 */
static inline void arm(struct sched *s, uint64_t tick)
{
    /* Answer 3.5 (place 1 of 4) goes here: the choice */
    not_implemented("3.5 the choice");
}

void sched_arm(uint64_t tick)
{
    arm(this_sched(), tick);
}

/* ---- Coming and going ------------------------------------------------------------------------------------------ */

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

void sched_remove(struct sc *sc)
{
    /* Answer 3.5 (place 2 of 4) goes here: the choice */
    not_implemented("3.5 the choice");
}

/* The list of a new EC is all zero. */
static void park(struct sc *sc, struct ec *ec)
{
    /* Answer 3.7 (place 3 of 5) goes here: block and wake */
    not_implemented("3.7 block and wake");
}

/* The usual number is one. Those beyond a batch are queued by sched_next, with pauses. */
void ec_release(struct ec *ec)
{
    /* Answer 3.7 (place 4 of 5) goes here: block and wake */
    not_implemented("3.7 block and wake");
}

/* ---- The choice ------------------------------------------------------------------------------------------------ */

/* Nobody is current any more. Who was, or NULL if nobody was or if his own EC has died, so that he goes nowhere. */
static inline struct sc *retire(struct sched *s)
{
    /* Answer 3.5 (place 3 of 4) goes here: the choice */
    not_implemented("3.5 the choice");
}

/*
 * One who is ready but does not stand where he belongs: he was woken with many others, or is in the fills since an
 * earlier round. Those in the fills are in the order of their rounds, so a look at the head is enough. NULL: there is
 * none.
 */
static inline struct sc *late(struct sched *s)
{
    /* Answer 3.3 (place 1 of 2) goes here: accounts and rounds */
    not_implemented("3.3 accounts and rounds");
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

static noreturn void idle(struct sched *s)
{
    s->cpu->run.pending = 0;
    trace(TRACE_IDLE, NULL, 0, 0, 0);
    sched_idle();
}

/*
 * A step takes one SC from where it waits to where it belongs, so the pass ends after a batch of them, with everything
 * in order, and begins anew behind an interrupt. Usually it is one step.
 */
static RARE PATH noreturn void choose(struct sched *s)
{
    /* Answer 3.5 (place 4 of 4) goes here: the choice */
    (void)late, (void)run, (void)idle, (void)park;
        not_implemented("3.5 the choice");
}

noreturn void sched_next(void)
{
    struct sched *s = this_sched();
    struct sc *sc = retire(s);

    if (sc)
        queue_put(s, sc, true);
    choose(s);
}

PATH noreturn void sched_park(struct ec *ec)
{
    struct sched *s = this_sched();
    struct sc *sc = retire(s);

    if (sc)
        park(sc, ec);
    choose(s);
}

noreturn void sched_yield(struct ec *self)
{
    struct sc *sc = this_cpu()->run.sc;

    if (sc)
        sc->claim = sc->left = 0;
    sched_next();
}

/* ---- The timer ------------------------------------------------------------------------------------------------- */

/* What it was armed for has passed. Deadlines that are over and not served yet arm it for at once: they come in the
 * next pass. */
static noreturn void timer_fired(void)
{
    trace(TRACE_TIMER, NULL, 0, 0, 0);
    this_sched()->armed = NEVER;
    timeout_expire(clock_now());
    sched_arm(timeout_next());
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
