/*
 * Tasks 3.1 to 3.4: claims and turns, queues, accounts, donation. Each test begins with what its own task must do, and goes on with what
 * shows only when later ones are there.
 */
#include "rig.h"

#define BUDGET_MAX 20000

/* Number 0 is the EC that works on everybody's time, and is current already: so the choice can be seen before the change of EC exists. */
static void one_runner(void)
{
    rig_runner = &rig_ec[RIG_ECS - 1];
    rig_new(RIG_ECS - 1, 1, 1);
    rig_ec[RIG_ECS - 1].run.sc = NULL;
    entry_activate(rig_runner);
}

/* ---- 3.1 ---- */

static void call_timer(void *argument)
{
    (void)argument;
    sched_timer_idle();
}

/* Behind a timer interrupt nothing is armed. */
static void a_turn(struct sc *sc, uint64_t left, uint64_t end)
{
    rig_armed = NEVER;
    rig_only(sc, call_timer);
    SAME(sc->left, left, "left of the turn that begins, in ticks: a budget with claim, else FILL_US");
    SAME(rig_armed, end, "clock_arm when a turn begins: turn, claim or round, whichever is over first");
    sched_remove(sc);
    told_family("current");
    SAME(this_cpu()->run.sc, 0, "the current SC when the current SC was removed: none");
    rig_family();
}

void claims(void)
{
    const uint32_t quota = 1000 + rig_below(400000), budget = 100 + rig_below(BUDGET_MAX);
    const uint64_t start = rig_now;
    struct sc *sc = rig_new(0, 50, budget), *other = rig_new(1, 60, budget);

    rig_rich(sc, quota);
    sc->claim = 1 + rig_below(1000);
    EXPECT(sc->claim, clock_ticks(quota), "the claim of one who comes back after some rounds: all of its quota");
    sched_add(sc);
    rig_settle();
    rig_rich(other, quota);
    other->round = sc->round;
    other->claim = 1 + rig_below(1000);
    EXPECT(other->claim, other->claim, "a claim of the present round, when its SC is looked at again");
    sched_add(other);
    rig_settle();
    struct sc_link *before = sc->link.prev, *behind = sc->link.next;
    sched_remove(sc);
    told_family("queue");
    HOLDS(before->next == behind && behind->prev == before, "the neighbours of an SC that was removed know each other");
    rig_family();
    sched_remove(other);

    one_runner();
    sc = rig_new(2, 50, budget);
    rig_rich(sc, budget + 1 + rig_below(100000));
    sched_add(sc);
    a_turn(sc, clock_ticks(budget), rig_now + clock_ticks(budget));
    sc = rig_new(3, 50, budget);
    rig_rich(sc, budget / 2);
    sched_add(sc);
    a_turn(sc, clock_ticks(budget), rig_now + clock_ticks(budget / 2));
    sc = rig_new(4, 50, budget);
    sched_add(sc);
    a_turn(sc, clock_ticks(FILL_US), rig_now + clock_ticks(FILL_US));
    rig_now = start + clock_ticks(SUPER_PERIOD_US) - 10; /* the round is nearly over */
    sc = rig_new(5, 50, budget);
    rig_rich(sc, 500000);
    sched_add(sc);
    a_turn(sc, clock_ticks(budget), start + clock_ticks(SUPER_PERIOD_US));
}

/* ---- 3.2 ---- */

static void stands(const struct sc *sc, unsigned level)
{
    SAME(sc->level, level, "the level of an SC that is ready: its priority with claim, else 0");
    SAME(sc->place, SC_READY, "the place of an SC in a queue: SC_READY");
    HOLDS(sc->link.next && sc->link.prev && sc->link.next->prev == &sc->link && sc->link.prev->next == &sc->link,
          "an SC that is ready stands in one list, between two neighbours that know it");
}

/* The first addition is all that a stage without 3.3 needs for the rest. */
static struct sc *add(unsigned i, unsigned priority, uint32_t quota)
{
    struct sc *sc = rig_new(i, priority, 1000);

    rig_rich(sc, quota);
    EXPECT(sc->level, quota ? priority : 0, "the level of an SC that is ready: its priority with claim, else 0");
    EXPECT(sc->place, SC_READY, "the place of an SC in a queue: SC_READY");
    sched_add(sc);
    rig_settle();
    stands(sc, quota ? priority : 0);
    return sc;
}

static void taken(struct sc *sc)
{
    const struct sc_link *before = sc->link.prev, *behind = sc->link.next;

    told_family("choice");
    CHOSEN(sc, "sched_next: the highest level, there who has waited longest");
    told_family("queue");
    HOLDS(before->next != &sc->link && behind->prev != &sc->link,
          "the current SC stands in no queue: its old neighbours know it no more");
    sched_remove(sc);
    SAME(sc->place, SC_NOWHERE, "the place of an SC that was removed: SC_NOWHERE");
}

/* Who was preempted stays at the head of its level, unless its turn is used up. */
static void goes_on(void)
{
    struct sc *first = add(0, 70, 300000), *second = add(1, 70, 300000);

    told_family("choice");
    CHOSEN(first, "sched_next among equals");
    rig_now += 10;
    CHOSEN(first, "sched_next when the current SC has something left of its turn");
    rig_now += clock_ticks(1000);
    const struct sc *chosen = rig_next();
    told_family("time");
    SAME(first->used, clock_ticks(1000) + 10, "what an SC has used that was current all the time");
    if (chosen == first)
        SAME(first->left, clock_ticks(1000), "left of a turn that begins anew");
    told_family("choice");
    SAME(rig_sc_number(chosen), rig_sc_number(second),
         "the number of the SC that is current behind sched_next when the turn of the current SC is used up, and an equal waits");
    told_family("queue");
    sched_remove(first);
    sched_remove(second);
}

void queues(void)
{
    const unsigned low = 2 + rig_below(50), high = 66 + rig_below(60);
    struct sc *sc[8];

    sc[0] = add(0, low, 1000 + rig_below(1000));
    sc[1] = add(1, high, 0);
    sc[2] = add(2, high, 1000 + rig_below(1000));
    sc[3] = add(3, high, 1000);
    sc[4] = add(4, high, 1000);
    sc[5] = add(5, 63, 1000); /* the last bit of a word of 64, and the first */
    sc[6] = add(6, 64, 1000);
    sc[7] = add(7, PRIORITY_MAX, 1000);
    sc_priority(sc[3], low, 1000); /* away from between two equals, and behind another one */
    stands(sc[3], low);
    stands(sc[2], high);
    stands(sc[4], high);
    sc_priority(sc[1], low, 1000);
    stands(sc[1], 0);
    one_runner();
    taken(sc[7]);
    taken(sc[2]);
    taken(sc[4]);
    taken(sc[6]);
    taken(sc[5]);
    taken(sc[0]);
    taken(sc[3]);
    taken(sc[1]);
    goes_on();
}
