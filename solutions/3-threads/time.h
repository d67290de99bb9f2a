/*
 * Time: who pays for it, how long a turn is, and what a new round brings (ABI.md §10.1).
 *
 * Claims are refreshed when they are looked at, not when the round begins: a round may begin with ten thousand SCs, and a claim carries
 * the number of the round for which it holds.
 */
#pragma once

#include "cairn/abi.h"
#include "panic.h"
#include "sched.h"

/* Makes claim that of the present round. */
static inline void time_refresh(const struct sched *s, struct sc *sc)
{
    //! answer 3.1 begin
    if (sc->round == s->round) //! skeleton: not_implemented("3.1 claims and turns");
        return;
    sc->claim = clock_ticks(sc->quota);
    sc->round = s->round;
    //! answer 3.1 end
}

/* A new turn, if none of the old one is left. */
static inline void time_renew(struct sc *sc)
{
    //! answer 3.1 begin
    if (!sc->left) //! skeleton: not_implemented("3.1 claims and turns");
        sc->left = clock_ticks(sc->claim ? sc->budget : FILL_US);
    //! answer 3.1 end
}

/*
 * Brings all figures up to now: the current SC pays for what it has run, and a round that is over gives way to the next.
 *
 * The timer is armed for the end of the round while somebody runs, so a round ends late by a kernel pass. Where nobody runs it ends
 * when somebody comes: nobody can tell the difference. A fill ends with the round, so that nobody comes to stand in front of those who
 * have been in the fills since the last one (late in sched.c).
 */
static inline __attribute__((always_inline)) void time_account(struct sched *s)
{
    //! answer 3.3 begin
    const uint64_t now = clock_now(), spent = now - s->since; //! skeleton: not_implemented("3.3 accounts and rounds");
    struct sc *sc = s->cpu->run.sc;

    s->since = now;
    if (sc) {
        sc->used += spent;
        sc->left -= min(sc->left, spent);
        sc->claim -= min(sc->claim, spent);
    }
    if (now < s->round_end)
        return;
    s->round++;
    s->round_end = now + clock_ticks(SUPER_PERIOD_US);
    if (!sc)
        return;
    time_refresh(s, sc);
    if (sc->level == LEVEL_FILL)
        sc->left = 0;
    //! answer 3.3 end
}

/* When sc's turn, which begins or goes on now, will have to be judged. */
static inline uint64_t time_turn_end(const struct sched *s, const struct sc *sc)
{
    //! answer 3.1 begin
    const uint64_t left = sc->claim ? min(sc->claim, sc->left) : sc->left; //! skeleton: not_implemented("3.1 claims and turns");

    return min(s->since + left, s->round_end);
    //! answer 3.1 end
}
