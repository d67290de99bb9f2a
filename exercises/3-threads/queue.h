/*
 * The ready queues: one for each level, and a bit for each that is not empty. Nothing here takes longer with more SCs.
 *
 * Invariant: bit n of occupied is set if and only if level[n] is not empty. A bit too many: the choice takes an SC from an empty list,
 * which is the list's head read as an SC. A bit too few: who stands there is never chosen.
 *
 * An SC that is queued has a refreshed claim. In place, as time.h is, because all of it is on the way from one thread to the next.
 */
#pragma once

#include "list.h"
#include "panic.h"
#include "sched.h"

/* Where sc belongs, by its claim. */
static inline unsigned queue_level(const struct sc *sc)
{
    return sc->claim ? sc->priority : LEVEL_FILL;
}

/*
 * goes_on: it was preempted, and stays at the head if its turn has something left. A turn is one of the claim or a fill: when an SC
 * comes to the other kind of level, its old turn is over.
 */
static inline void queue_put(struct sched *s, struct sc *sc, bool goes_on)
{
    /* Answer 3.2 (place 1 of 3) goes here: the ready queues */
    not_implemented("3.2 the ready queues");
}

/* From its level, from coming, or from where it is parked: the bit of the level is cleared only if nobody stands there. */
static inline void queue_remove(struct sched *s, struct sc *sc)
{
    /* Answer 3.2 (place 2 of 3) goes here: the ready queues */
    not_implemented("3.2 the ready queues");
}

/*
 * Takes the most urgent one out; NULL: none is ready. One instruction finds the highest bit (SDM vol. 2A, BSR), so it does not matter
 * how many levels there are.
 */
static inline struct sc *queue_take(struct sched *s)
{
    /* Answer 3.2 (place 3 of 3) goes here: the ready queues */
    not_implemented("3.2 the ready queues");
}
