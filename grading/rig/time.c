/*
 * Tasks 3.3 and 3.4: who pays, what a round brings, and where quota goes.
 */
#include "rig.h"

#define PERIOD clock_ticks(SUPER_PERIOD_US)

/* Current, as if it had been chosen, with claim to all of its quota. `waiting` has just been looked at: its round is the present one. */
static struct sc *make_current(unsigned i, const struct sc *waiting, uint32_t quota, uint64_t left)
{
    struct sc *sc = rig_new(i, 80, 1000);

    sc->quota = quota;
    sc->claim = clock_ticks(quota);
    sc->round = waiting->round;
    sc->level = quota ? 80 : 0;
    sc->left = left;
    sc->place = SC_CURRENT;
    this_cpu()->run.sc = sc;
    return sc;
}

/* Something that has to know what everybody has: an SC that waits gets a microsecond. */
static void look(struct sc *waiting)
{
    uint32_t lacking;

    sc_quota(waiting, NULL, 1, &lacking);
    rig_settle();
}

/* ---- 3.3 ---- */

static void fills(struct sc *waiting)
{
    struct sc *sc = make_current(2, waiting, 0, 3 * PERIOD), *late = rig_new(3, 90, 1000);

    rig_now += PERIOD + 5;
    EXPECT(sc->left, 0, "what is left of a fill when the round is over");
    look(waiting);
    late->quota = 1000;
    late->round = waiting->round; /* it has used up its claim */
    sched_add(late);
    SAME(late->level, 0, "the level of an SC whose claim is used up");
    sched_remove(waiting);
    rig_runner = &rig_ec[2];
    entry_activate(rig_runner);
    rig_now += PERIOD + 5;
    CHOSEN(late, "sched_next in a new round: who was in the fills and has claim again is urgent again");
    SAME(late->level, 90, "its level in the new round");
}

void accounts(void)
{
    const uint64_t start = rig_now, left = 5000 + rig_below(1000);
    struct sc *waiting = rig_new(1, 10, 1000);
    uint64_t spent = 100 + rig_below(1000);

    sched_add(waiting);
    struct sc *sc = make_current(0, waiting, 200000, left);
    rig_now += spent;
    EXPECT(sc->used, spent, "what the current SC has used when time has passed");
    EXPECT(sc->left, left - spent, "what is left of its turn then");
    EXPECT(sc->claim, clock_ticks(200000) - spent, "what is left of its claim then");
    EXPECT(waiting->used, 0, "what an SC has used that only waited");
    look(waiting);
    rig_now += left; /* more than there was */
    spent += left;
    EXPECT(sc->used, spent, "what the current SC has used when its turn is over");
    EXPECT(sc->left, 0, "what is left of a turn that is over");
    look(waiting);
    rig_now += 5;
    SAME(sc_used(sc), spent + 5, "sc_used of the current SC");
    rig_now -= 5;
    this_cpu()->run.sc = 0; /* idle */
    rig_now += 5000;
    EXPECT(sc->used, spent, "what an SC has used that did not run");
    look(waiting);

    this_cpu()->run.sc = sc;
    spent += start + PERIOD + 77 - rig_now;
    rig_now = start + PERIOD + 77;
    EXPECT(sc->used, spent, "what an SC has used that ran beyond the end of the round");
    EXPECT(sc->claim, clock_ticks(200000), "its claim in the new round: all of its quota");
    look(waiting);
    rig_now += PERIOD - 1;
    EXPECT(sc->claim, 0,
           "what is left of a claim at the end of the next round, which began when the last one was seen to be over");
    look(waiting);
    rig_now += 1;
    EXPECT(sc->claim, clock_ticks(200000), "its claim in the round after that");
    look(waiting);
    fills(waiting);
}

/* ---- 3.4 ---- */

static enum status give(struct sc *sc, struct sc *donor, int64_t us)
{
    uint32_t lacking = 0;
    return sc_quota(sc, donor, us, &lacking);
}

#define GIVE(sc, donor, us) SAME(give(sc, donor, us), SUCCESS, "sc_quota, when the giver has enough")

static void all_goes_back(struct sc *a, struct sc *b, struct sc *c)
{
    const uint32_t rest = sc_available(0, 0), of_a = a->quota, of_b = b->quota;

    HOLDS(sc_end(&a->object), "sc_end of an SC with two that it gave to is done at once");
    told_family("queue");
    SAME(a->place, SC_NOWHERE, "the place of an SC that has ended");
    rig_family();
    SAME(sc_available(0, 0), rest + of_a, "what belongs to no SC, when one has ended");
    SAME(a->quota, 0, "the quota of an SC that has ended");
    SAME(rig_ec[0].run.sc, 0, "the SC of an EC whose SC has ended");
    GIVE(b, 0, -(int64_t)of_b); /* its donor is now the donor's */
    HOLDS(sc_end(&c->object), "sc_end of an SC that gave to nobody is done at once");
    HOLDS(sc_end(&b->object), "sc_end of an SC without quota is done at once");
    SAME(sc_available(0, 0), SUPER_PERIOD_US, "what belongs to no SC, when all have ended");
}

/* All others have some from the first. */
static struct sc *giver_to_all(void)
{
    struct sc *giver = rig_new(0, 10, 1000);

    sched_add(giver);
    GIVE(giver, 0, 100000);
    for (unsigned i = 1; i < RIG_ECS; i++) {
        sched_add(rig_new(i, 10, 1000));
        GIVE(&rig_sc[i], giver, 10);
    }
    return giver;
}

/* How often sc_end is called until it is done; 11: it is not. */
static unsigned calls_to_end(struct sc *sc)
{
    unsigned calls = 0;

    while (calls++ < 10 && !sc_end(&sc->object))
        ;
    return calls;
}

/* More than one call may see to: it is called again until it is done. */
static void in_batches(void)
{
    const unsigned calls = calls_to_end(giver_to_all());

    AT_MOST(calls, 9, "calls of sc_end until one with 99 that it gave to has ended");
    HOLDS(calls > 1, "sc_end sees to at most 64 others in one call");
    for (unsigned i = 1; i < RIG_ECS; i++) {
        SAME(give(&rig_sc[i], 0, -10), SUCCESS, "sc_quota back to the donor's donor");
        while (!sc_end(&rig_sc[i].object))
            ;
    }
    SAME(sc_available(0, 0), SUPER_PERIOD_US, "what belongs to no SC, when all have ended");
}

/* The one that ends stands far from the oldest of those that have the same donor, and none but it leaves their ring. */
static void out_of_a_ring(void)
{
    struct sc *giver = giver_to_all(), *one = &rig_sc[70];
    const unsigned calls = calls_to_end(one);

    AT_MOST(calls, 9, "calls of sc_end until the 70th of 99 with one donor has ended");
    SAME(giver->quota, 100000 - 99 * 10 + 10, "the quota of its donor then");
    while (!sc_end(&giver->object))
        ;
    for (unsigned i = 1; i < RIG_ECS; i++)
        if (&rig_sc[i] != one) {
            SAME(give(&rig_sc[i], 0, -10), SUCCESS,
                 "sc_quota back to the donor's donor, behind the end of another one with that donor");
            while (!sc_end(&rig_sc[i].object))
                ;
        }
    SAME(sc_available(0, 0), SUPER_PERIOD_US, "what belongs to no SC, when all have ended");
}

/* What it has spent until its end it cannot give back. */
static void ends_while_it_runs(void)
{
    struct sc *a = rig_new(0, 80, 1000), *b = rig_new(1, 80, 1000);
    const uint64_t spent = 1000 + rig_below(1000);

    sched_add(a);
    GIVE(a, 0, SUPER_PERIOD_US);
    const uint64_t claim = a->claim;
    sched_remove(a);
    a->place = SC_CURRENT; /* as if it had been chosen */
    this_cpu()->run.sc = a;
    this_cpu()->run.pending = 0;
    rig_now += spent;
    HOLDS(sc_end(&a->object), "sc_end of the current SC is done at once");
    SAME(this_cpu()->run.sc, 0, "the current SC when it has ended");
    told_family("choice");
    SAME(this_cpu()->run.pending & PENDING_RESCHEDULE, PENDING_RESCHEDULE, "what is pending then");
    rig_family();
    GIVE(b, 0, SUPER_PERIOD_US);
    SAME(b->claim, claim - spent, "what is left of the claim that an SC had which ran until its end");
    HOLDS(sc_end(&b->object), "sc_end of an SC that gave to nobody is done at once");
}

/* A microsecond is no whole number of ticks. What three of them lose is a tick too much in the giver's claim. */
static void roundings(void)
{
    struct sc *a = rig_new(0, 80, 1000), *b = rig_new(1, 80, 1000);

    sched_add(a);
    sched_add(b);
    GIVE(a, 0, 1000);
    for (unsigned i = 0; i < 3; i++) {
        GIVE(b, a, 1);
        AT_MOST(a->claim, clock_ticks(a->quota), "the claim of who has given a microsecond: no more than its quota is");
    }
    HOLDS(sc_end(&b->object), "sc_end of an SC that gave to nobody is done at once");
    HOLDS(sc_end(&a->object), "sc_end of an SC that gave to nobody is done at once");
}

void donation(void)
{
    struct sc *a = rig_new(0, 80, 1000), *b = rig_new(1, 81, 1000), *c = rig_new(2, 82, 1000);
    const uint64_t had = 100 + rig_below(1000);

    sched_add(a);
    sched_add(b);
    sched_add(c);
    GIVE(a, 0, 600000);
    SAME(sc_available(0, 0), 400000, "what belongs to no SC, when 600000 of 1000000 were given");
    SAME(a->claim, clock_ticks(600000), "the claim of who has got 600000 µs in an untouched round");
    SAME(a->level, 80, "the level of an SC in the fills that gets claim");
    a->claim = had; /* it has run */
    GIVE(b, a, 1000);
    SAME(b->claim, had, "the claim that goes with quota: no more than the giver has left");
    SAME(a->claim, 0, "what the giver has left then");
    SAME(a->quota, 599000, "the giver's quota");
    SAME(b->quota, 1000, "the other's quota");
    SAME(a->level, 0, "the level of an SC that has given all its claim away");
    GIVE(c, a, 2000);
    SAME(c->level, 0, "the level of an SC that got quota, but no claim");
    SAME(give(c, b, 1), BAD_PAR, "sc_quota from another than the first donor");
    SAME(give(b, a, 600000), NO_TIME, "sc_quota of more than the giver has");
    GIVE(b, a, -400);
    SAME(b->claim,
         clock_ticks(600) < had - (clock_ticks(400) < had ? clock_ticks(400) : had)
             ? clock_ticks(600)
             : had - (clock_ticks(400) < had ? clock_ticks(400) : had),
         "the claim of who has given some back");
    all_goes_back(a, b, c);
    in_batches();
    out_of_a_ring();
    ends_while_it_runs();
    roundings();
}
