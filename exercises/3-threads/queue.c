/*
 * The ready queues: one for each level, and a bit for each that is not empty. Nothing here takes longer with more SCs.
 *
 * Invariant: bit n of occupied is set if and only if level[n] is not empty. A bit too many: the choice takes an SC from an empty list,
 * which is the list's head read as an SC. A bit too few: who stands there is never chosen.
 */
#include "list.h"
#include "panic.h"
#include "sched.h"

unsigned sc_level(const struct sc *sc)
{
    return sc->claim ? sc->priority : LEVEL_FILL;
}

static inline void mark(struct sched *s, unsigned level)
{
    s->occupied[level / 64] |= 1ull << level % 64;
}

void queue_append(struct sched *s, struct sc *sc)
{
    /* Answer 3.1 (place 1 of 4) goes here: the ready queues */
    not_implemented("3.1 the ready queues");
}

void queue_push(struct sched *s, struct sc *sc)
{
    /* Answer 3.1 (place 2 of 4) goes here: the ready queues */
    not_implemented("3.1 the ready queues");
}

/* Right for SCs in coming, too: the bit of its level is cleared only if nobody stands there. */
void queue_remove(struct sched *s, struct sc *sc)
{
    /* Answer 3.1 (place 3 of 4) goes here: the ready queues */
    not_implemented("3.1 the ready queues");
}

/* One instruction finds the highest bit (SDM vol. 2A, BSR), so it does not matter how many levels there are. */
struct sc *queue_take(struct sched *s)
{
    /* Answer 3.1 (place 4 of 4) goes here: the ready queues */
    not_implemented("3.1 the ready queues");
}

bool queue_has(const struct sched *s, unsigned level)
{
    return s->occupied[level / 64] >> level % 64 & 1;
}

bool queue_any(const struct sched *s)
{
    uint64_t any = 0;

    for (unsigned word = 0; word < LEVELS / 64; word++)
        any |= s->occupied[word];
    return any || !list_empty(&s->coming);
}
