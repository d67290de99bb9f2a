/*
 * Time: who pays for it, how long a turn is, and what a new round brings (ABI.md §10.1).
 *
 * Claims are refreshed when they are looked at, not when the round begins: a round may begin with ten thousand SCs, and a claim
 * carries the number of the round for which it holds.
 */
#pragma once

#include "cairn/abi.h"
#include "queue.h"
#include "sched.h"

/* Makes claim that of the present round. */
static inline void time_refresh(const struct sched *s, struct sc *sc)
{
    if (sc->round == s->round)
        return;
    sc->round = s->round;
    sc->claim = clock_ticks(sc->quota);
}

/* A new turn, if none of the old one is left. */
static inline void time_renew(struct sc *sc)
{
    if (!sc->left)
        sc->left = clock_ticks(sc->claim ? sc->budget : FILL_US);
}

static inline uint64_t time_less(uint64_t of, uint64_t spent)
{
    return of > spent ? of - spent : 0;
}

/* The current SC has run for so long. */
static inline void time_charge(struct sc *sc, uint64_t spent)
{
    sc->used += spent;
    sc->left = time_less(sc->left, spent);
    sc->claim = time_less(sc->claim, spent);
}

/*
 * A round begins now, and not when the last one should have ended: who comes late would find less than a round before him. The
 * current SC has its claim at once; if it runs a fill, that is over, so that it does not stay in front of those who have waited
 * since the last one.
 */
static inline void time_begin_round(struct sched *s, struct sc *current)
{
    s->round++;
    s->round_end = s->since + clock_ticks(SUPER_PERIOD_US);
    queue_fills_arrive(s);
    if (!current)
        return;
    time_refresh(s, current);
    if (current->level == LEVEL_FILL)
        current->left = 0;
}

/* Brings all figures up to now: the current SC pays for what it has run, and a round that is over gives way to the next. */
static inline void time_account(struct sched *s)
{
    const uint64_t before = s->since;
    struct sc *current = s->cpu->run.sc;

    s->since = clock_now();
    if (current)
        time_charge(current, s->since - before);
    if (s->since >= s->round_end)
        time_begin_round(s, current);
}

/* When sc's turn, which begins or goes on now, will have to be judged. */
static inline uint64_t time_turn_end(const struct sched *s, const struct sc *sc)
{
    const uint64_t left = sc->claim ? min(sc->left, sc->claim) : sc->left;

    return min(s->since + left, s->round_end);
}
