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
    /* Answer 3.1 (place 1 of 3) goes here: claims and turns */
    not_implemented("3.1 claims and turns");
}

/* A new turn, if none of the old one is left. */
static inline void time_renew(struct sc *sc)
{
    /* Answer 3.1 (place 2 of 3) goes here: claims and turns */
    not_implemented("3.1 claims and turns");
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
    /* Answer 3.3 (place 2 of 2) goes here: accounts and rounds */
    not_implemented("3.3 accounts and rounds");
}

/* When sc's turn, which begins or goes on now, will have to be judged. */
static inline uint64_t time_turn_end(const struct sched *s, const struct sc *sc)
{
    /* Answer 3.1 (place 3 of 3) goes here: claims and turns */
    not_implemented("3.1 claims and turns");
}
