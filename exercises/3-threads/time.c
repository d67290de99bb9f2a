/*
 * Time: who pays for it, how long a turn is, and what a new round brings (ABI.md §10.1).
 *
 * Claims are refreshed when they are looked at, not when the round begins: a round may begin with ten thousand SCs, and a claim carries
 * the number of the round for which it holds.
 */
#include "list.h"
#include "panic.h"
#include "sched.h"

#define NEVER UINT64_MAX

/* A turn that was a fill ends when there is a claim again. */
void time_refresh(struct sched *s, struct sc *sc)
{
    /* Answer 3.2 (place 1 of 2) goes here: claims and turns */
    not_implemented("3.2 claims and turns");
}

void time_renew(struct sc *sc)
{
    if (!sc->left)
        sc->left = clock_ticks(sc->claim ? sc->budget : FILL_US);
}

static inline uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Takes ticks off the turn, and off the claim if there is one; with the claim's end the turn ends, and a fill begins. */
static inline void spend(struct sc *sc, uint64_t ticks)
{
    /* Answer 3.2 (place 2 of 2) goes here: claims and turns */
    not_implemented("3.2 claims and turns");
}

/*
 * The fills become claims again, in their order: all of them are coming, and those without quota come back to the fills. Several rounds
 * may have passed at once, when one SC ran alone or none.
 */
static inline void begin_round(struct cpu *cpu, struct sched *s, uint64_t now)
{
    /* Answer 3.3 (place 1 of 2) goes here: rounds */
    not_implemented("3.3 rounds");
}

/* If a round has begun meanwhile, each part of the time is taken off the claim of its own round. */
void time_account(struct cpu *cpu, struct sched *s)
{
    /* Answer 3.3 (place 2 of 2) goes here: rounds */
    not_implemented("3.3 rounds");
}

/*
 * An SC that is alone runs on: its time is taken off when somebody comes. Below it only the end of its claim matters, beside it the
 * end of its turn as well; and a new round can make the fills more urgent than it is.
 */
uint64_t time_turn_end(const struct cpu *cpu, const struct sched *s)
{
    /* Answer 3.4 (place 2 of 2) goes here: the timer */
    not_implemented("3.4 the timer");
}
