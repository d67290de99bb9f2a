/*
 * Quota: who has how much of each round, and from whom.
 *
 * Invariants: the quotas of a CPU's SCs and of its rest are SUPER_PERIOD_US together, and no claim is more than its quota. So what is
 * promised can be kept. Otherwise: two threads have 60 % each, and one finds out.
 */
#include "cairn/abi.h"
#include "panic.h"
#include "sched.h"

static struct sc *source(struct sc *donor, uint32_t cpu)
{
    return donor ? donor : &scheds[cpu].rest;
}

uint32_t sc_available(const struct sc *donor, uint32_t cpu)
{
    return donor ? donor->quota : scheds[cpu].rest.quota;
}

static enum status check_donor(const struct sc *sc, const struct sc *donor)
{
    if (sc->bound)
        return sc->donor == donor ? SUCCESS : BAD_PAR;
    if (donor && donor->cpu != sc->cpu)
        return BAD_CPU;
    for (; donor; donor = donor->donor)
        if (donor == sc)
            return CYCLE;
    return SUCCESS;
}

static void bind(struct sc *sc, struct sc *donor)
{
    sc->bound = 1;
    sc->donor = donor;
    if (donor) {
        sc->next_given = donor->given;
        donor->given = sc;
    }
}

static inline void limit_claim(struct sc *sc)
{
    uint64_t most = clock_ticks(sc->quota);
    if (sc->claim > most)
        sc->claim = most;
}

/* Both are refreshed. A claim is moved only as far as there is one: whoever has used it up cannot give it a second time. */
static inline void move(struct sc *from, struct sc *to, uint32_t us)
{
    /* Answer 3.7 (place 1 of 4) goes here: donation */
    not_implemented("3.7 donation");
}

/*
 * sc's claim has changed from had. If there is one now that was not, or the other way round, sc stands in the wrong queue, and its
 * turn was of the other kind.
 */
static inline void settle(struct cpu *cpu, struct sched *s, struct sc *sc, uint64_t had)
{
    uint64_t has = sc->claim;

    if (!had == !has)
        return;
    sc->left = 0;
    if (sc->place == SC_CURRENT)
        cpu->run.pending |= PENDING_RESCHEDULE;
    if (sc->place != SC_READY)
        return;
    sc->claim = had; /* which tells where it stands */
    queue_remove(s, sc);
    sc->claim = has;
    queue_append(s, sc);
    sched_notice(cpu, s, sc);
}

static void transfer(struct sc *from, struct sc *to, uint32_t us)
{
    /* Answer 3.7 (place 2 of 4) goes here: donation */
    not_implemented("3.7 donation");
}

enum status sc_quota(struct sc *sc, struct sc *donor, int64_t us, uint32_t *lacking)
{
    enum status status = check_donor(sc, donor);
    struct sc *other = source(donor, sc->cpu);
    struct sc *from = us < 0 ? sc : other, *to = us < 0 ? other : sc;
    uint32_t amount = us < 0 ? -us : us;

    if (status != SUCCESS)
        return status;
    if (from->quota < amount) {
        *lacking = amount - from->quota;
        return NO_TIME;
    }
    if (!sc->bound)
        bind(sc, donor);
    transfer(from, to, amount);
    return SUCCESS;
}

void sc_priority(struct sc *sc, uint32_t priority, uint32_t budget)
{
    struct cpu *cpu = &cpus[sc->cpu];
    struct sched *s = &scheds[sc->cpu];
    bool queued = sc->place == SC_READY;

    if (queued)
        queue_remove(s, sc);
    sc->priority = priority;
    sc->budget = budget;
    if (sc->place == SC_CURRENT)
        cpu->run.pending |= PENDING_RESCHEDULE;
    if (queued) {
        time_refresh(s, sc);
        queue_append(s, sc);
        sched_notice(cpu, s, sc);
    }
}

uint64_t sc_used(const struct sc *sc)
{
    return sc->used + (sc->place == SC_CURRENT ? clock_now() - scheds[sc->cpu].since : 0);
}

/* Those that sc gave to are its donor's, and sc is not among them any more. As long as there are SCs that it gave to. */
static inline void inherit(struct sc *sc)
{
    /* Answer 3.7 (place 3 of 4) goes here: donation */
    not_implemented("3.7 donation");
}

void sc_end(struct object *object)
{
    /* Answer 3.7 (place 4 of 4) goes here: donation */
    not_implemented("3.7 donation");
}
