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
#include "queue.h"
#include "time.h"

uint32_t sc_available(const struct sc *donor, uint32_t cpu)
{
    return donor ? donor->quota : scheds[cpu].rest.quota;
}

/* ---- The rings of givers --------------------------------------------------------------------------------------------- */

static void bind(struct sc *sc, struct sc *donor)
{
    struct sc *newest = donor->given;

    sc->donor = donor;
    sc->next_given = newest ? newest->next_given : sc;
    if (newest)
        newest->next_given = sc;
    donor->given = sc;
}

static struct sc *oldest(const struct sc *donor)
{
    return donor->given->next_given;
}

/* Takes the oldest out. */
static void unbind(struct sc *donor)
{
    struct sc *sc = oldest(donor);

    if (sc == donor->given)
        donor->given = NULL;
    else
        donor->given->next_given = sc->next_given;
}

/* Those to whom sc gave go over to its own donor, so many of them at most. Returns how many were spared. */
static unsigned bequeath(struct sc *sc, unsigned steps)
{
    for (; sc->given && steps; steps--) {
        struct sc *heir = oldest(sc);
        unbind(sc);
        bind(heir, sc->donor);
    }
    return steps;
}

/* Turns the ring of its donor until sc is the oldest there: then it can be taken out. So many steps at most. */
static void turn(struct sc *donor, const struct sc *sc, unsigned steps)
{
    for (; oldest(donor) != sc && steps; steps--)
        donor->given = oldest(donor);
}

/* ---- What is given --------------------------------------------------------------------------------------------------- */

/*
 * sc's claim or priority is another: it may stand in the wrong place, or its turn end at another time. Among the fills
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

/* Of two claims that are rounded down the sum may be more than the claim to both. */
static void set(struct sc *sc, uint32_t quota, uint64_t claim)
{
    sc->quota = quota;
    sc->claim = min(claim, clock_ticks(quota));
    settle(sc);
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
    const uint64_t ticks = min(clock_ticks(us), from->claim);
    set(from, from->quota - us, from->claim - ticks);
    set(to, to->quota + us, to->claim + ticks);
}

enum status sc_quota(struct sc *sc, struct sc *donor, int64_t us, uint32_t *lacking)
{
    struct sc *other = donor ? donor : &scheds[sc->cpu].rest, *from = us < 0 ? sc : other, *to = us < 0 ? other : sc;
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

/* Until its heirs have gone over it stays in its donor's ring: should that one end meanwhile, it is an heir itself. */
bool sc_end(struct object *object)
{
    struct sc *sc = (struct sc *)object;

    if (sc->donor) {
        turn(sc->donor, sc, bequeath(sc, SCHED_BATCH));
        if (sc->given || oldest(sc->donor) != sc)
            return false;
        unbind(sc->donor);
    }
    sched_remove(sc);
    if (sc->donor)
        transfer(sc, sc->donor, sc->quota);
    if (sc->ec)
        sc->ec->run.sc = NULL;
    return true;
}
