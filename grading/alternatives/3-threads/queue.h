/*
 * The ready queue: all levels in one line, the most urgent first. Who runs next stands in front; there is nothing to search for.
 *
 *     line <-> A <-> B <-> C <-> D <-> E <-> line          youngest[90] = B, youngest[66] = C, youngest[0] = E, the others NULL
 *              90    90    66    0     0
 *
 * To come to the tail of a level is to come behind its youngest; where nobody is of that level, behind the youngest of the next
 * level above that has one, which the bits find. Nothing here takes longer with more SCs.
 *
 * Invariant: the line falls from level to level; youngest[n] is the last of level n, and bit n of occupied is set, if there is
 * one of that level. A mark too many: somebody is put behind one who has long gone, into no list at all. A mark too few: somebody
 * more urgent comes to stand behind somebody less urgent.
 *
 * An SC in line has a refreshed claim, or one that is not 0 in either round.
 */
#pragma once

#include "list.h"
#include "sched.h"

/* Where sc belongs, by its claim. */
static inline unsigned queue_level(const struct sc *sc)
{
    return sc->claim ? sc->priority : LEVEL_FILL;
}

/* The lowest occupied level above this one; LEVELS: none. Lowest bit: SDM vol. 2A, BSF. */
static inline unsigned queue_above(const struct sched *s, unsigned level)
{
    uint64_t bits = s->occupied[level / 64] & ~0ull << level % 64 << 1;

    for (unsigned word = level / 64;; bits = s->occupied[word]) {
        if (bits)
            return word * 64 + __builtin_ctzll(bits);
        if (++word == LEVELS / 64)
            return LEVELS;
    }
}

/* The link behind which the head of the level stands, or would stand. */
static inline struct sc_link *queue_front(struct sched *s, unsigned level)
{
    const unsigned above = queue_above(s, level);

    return above == LEVELS ? &s->line : s->youngest[above];
}

/* youngest: NULL when nobody is of the level any more. */
static inline void queue_mark(struct sched *s, unsigned level, struct sc_link *youngest)
{
    const uint64_t bit = 1ull << level % 64;

    s->youngest[level] = youngest;
    if (youngest)
        s->occupied[level / 64] |= bit;
    else
        s->occupied[level / 64] &= ~bit;
}

/*
 * goes_on: it was preempted, and stays at the head if its turn has something left. A turn is one of the claim or a fill: when an
 * SC comes to the other kind of level, its old turn is over.
 */
static inline void queue_put(struct sched *s, struct sc *sc, bool goes_on)
{
    const unsigned level = queue_level(sc);
    struct sc_link *youngest = s->youngest[level];

    if ((level == LEVEL_FILL) != (sc->level == LEVEL_FILL))
        sc->left = 0;
    const bool head = !youngest || (goes_on && sc->left);
    list_insert(head ? queue_front(s, level) : youngest, &sc->link);
    if (!head || !youngest)
        queue_mark(s, level, &sc->link);
    sc->level = level;
    sc->place = SC_READY;
}

/* From the line, from the arrivals, or from where it is parked: only in the line can it be the youngest of its level. */
static inline void queue_remove(struct sched *s, struct sc *sc)
{
    struct sc_link *prev = sc->link.prev;

    if (s->youngest[sc->level] == &sc->link)
        queue_mark(s, sc->level, prev != &s->line && list_sc(prev)->level == sc->level ? prev : NULL);
    list_remove(&sc->link);
    sc->place = SC_NOWHERE;
}

/* Takes the most urgent one out; NULL: none is in line. */
static inline struct sc *queue_take(struct sched *s)
{
    if (list_empty(&s->line))
        return NULL;
    struct sc *sc = list_sc(s->line.next);
    queue_remove(s, sc);
    return sc;
}

/* A new round: all fills, the end of the line, arrive once more, because each may have claim again. */
static inline void queue_fills_arrive(struct sched *s)
{
    if (!s->youngest[LEVEL_FILL])
        return;
    list_move(&s->arrivals, queue_front(s, LEVEL_FILL)->next, s->youngest[LEVEL_FILL]);
    queue_mark(s, LEVEL_FILL, NULL);
}
