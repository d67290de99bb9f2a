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
    //! answer 3.2 begin
    const unsigned level = queue_level(sc); //! skeleton: not_implemented("3.2 the ready queues");
    struct sc_link *head = &s->level[level];

    if (level != sc->level && (!level || !sc->level))
        sc->left = 0;
    sc->level = level;
    sc->place = SC_READY;
    list_insert(goes_on && sc->left ? head : head->prev, &sc->link);
    s->occupied[level / 64] |= 1ull << level % 64;
    //! answer 3.2 end
}

/* From its level, from coming, or from where it is parked: the bit of the level is cleared only if nobody stands there. */
static inline void queue_remove(struct sched *s, struct sc *sc)
{
    //! answer 3.2 begin
    list_remove(&sc->link); //! skeleton: not_implemented("3.2 the ready queues");
    if (list_empty(&s->level[sc->level]))
        s->occupied[sc->level / 64] &= ~(1ull << sc->level % 64);
    sc->place = SC_NOWHERE;
    //! answer 3.2 end
}

/*
 * Takes the most urgent one out; NULL: none is ready. One instruction finds the highest bit (SDM vol. 2A, BSR), so it does not matter
 * how many levels there are.
 */
static inline struct sc *queue_take(struct sched *s)
{
    //! answer 3.2 begin
    const unsigned word = s->occupied[1] ? 1 : 0; //! skeleton: not_implemented("3.2 the ready queues");

    if (!s->occupied[word])
        return NULL;
    struct sc *sc = list_sc(s->level[word * 64 + 63 - __builtin_clzll(s->occupied[word])].next);
    queue_remove(s, sc);
    return sc;
    //! answer 3.2 end
}
