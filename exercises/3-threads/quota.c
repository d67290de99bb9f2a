/*
 * Quota: who has how much of each round, and from whom.
 *
 * Invariants: the quotas of a CPU's SCs and of its rest are SUPER_PERIOD_US together, and no claim is more than its
 * quota. So what is promised can be kept. Otherwise: two threads have 60 % each, and one finds out.
 *
 * Those to whom somebody has given are in a ring, the newest of them is his given. Only who has a donor gives, and a
 * donor is for life: so there is no circle, and all ways end at the rest of the CPU.
 */
#include "cairn/abi.h"
#include "panic.h"
#include "queue.h"
#include "time.h"

static struct sc *giver(struct sc *donor, uint32_t cpu)
{
    return donor ? donor : &scheds[cpu].rest;
}

uint32_t sc_available(const struct sc *donor, uint32_t cpu)
{
    return donor ? donor->quota : scheds[cpu].rest.quota;
}

static void bind(struct sc *sc, struct sc *donor)
{
    struct sc *newest = donor->given;

    sc->donor = donor;
    sc->next_given = newest ? newest->next_given : sc;
    if (newest)
        newest->next_given = sc;
    donor->given = sc;
}

/* Takes the oldest of donor's ring out. */
static struct sc *unbind(struct sc *donor)
{
    struct sc *oldest = donor->given->next_given;

    donor->given->next_given = oldest->next_given;
    if (donor->given == oldest)
        donor->given = NULL;
    return oldest;
}

/*
 * sc's claim or priority is another: it may stand in the wrong queue, or its turn end at another time. Among the fills
 * it may stand in front of those who are there since an earlier round.
 */
static void settle(struct sc *sc)
{
    struct sched *s = &scheds[sc->cpu];

    if (sc->place == SC_CURRENT)
        s->cpu->run.pending |= PENDING_RESCHEDULE;
    if (sc->place != SC_READY || (sc->level != LEVEL_FILL && sc->level == queue_level(sc)))
        return;
    queue_remove(s, sc);
    sched_ready(s, sc);
}

/* A claim is moved only as far as there is one: whoever has used it up cannot give it a second time. */
static void transfer(struct sc *from, struct sc *to, uint32_t us)
{
    struct sched *s = &scheds[from->cpu];

    if (!us)
        return;
    time_account(s);
    time_refresh(s, from);
    time_refresh(s, to);
    /* Answer 3.4 (place 1 of 2) goes here: donation */
    (void)settle; not_implemented("3.4 donation");
}

enum status sc_quota(struct sc *sc, struct sc *donor, int64_t us, uint32_t *lacking)
{
    struct sc *other = giver(donor, sc->cpu), *from = us < 0 ? sc : other, *to = us < 0 ? other : sc;
    const uint32_t amount = us < 0 ? -us : us;

    if (sc->donor && sc->donor != other)
        return BAD_PAR;
    if (other->cpu != sc->cpu)
        return BAD_CPU;
    if (donor && !donor->donor)
        return BAD_PAR;
    if (from->quota < amount) {
        *lacking = amount - from->quota;
        return NO_TIME;
    }
    if (!sc->donor)
        bind(sc, other);
    transfer(from, to, amount);
    return SUCCESS;
}

void sc_priority(struct sc *sc, uint32_t priority, uint32_t budget)
{
    sc->priority = priority;
    sc->budget = budget;
    settle(sc);
}

uint64_t sc_used(const struct sc *sc)
{
    return sc->used + (sc->place == SC_CURRENT ? clock_now() - scheds[sc->cpu].since : 0);
}

/* Those that sc gave to become its donor's; then the donor's ring is turned until sc can be taken out of it. */
bool sc_end(struct object *object)
{
    /* Answer 3.4 (place 2 of 2) goes here: donation */
    (void)unbind, (void)bind, (void)transfer;
    not_implemented("3.4 donation");
}
