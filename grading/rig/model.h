/*
 * A model of the scheduler that has one list, counts every claim at every round, and looks at everybody for each choice. It asks for
 * the time and the nearest deadline as the scheduler does (clock_now, clock_ticks, timeout_next), and needs nothing else: the rig walks
 * it beside a student's scheduler, and a test on the host (kernel/test/sched_test.c) beside the reference.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cairn/abi.h"

#define MODEL_SCS 100 /* more than a batch */
#define NOBODY    (-1)

extern struct model {
    unsigned priority, budget, quota, place;
    uint64_t claim, left, used;
    int donor; /* NOBODY: the CPU's rest, if bound */
    bool bound, alive, blocked;
    bool fill; /* what kind its turn is */
} model[MODEL_SCS];

extern int model_current;         /* who runs, or NOBODY */
extern uint64_t model_since;      /* the time until which all is charged */
extern unsigned model_rest_quota; /* what belongs to no SC */

/* A new round, in which there is nobody. */
void model_begin(void);

void model_enter(int i, unsigned priority, unsigned budget); /* it has no quota, and is ready */
void model_end(int i);
void model_wake(int i); /* who blocks only says so: it stands in its queue until it is chosen */
void model_priority(int i, unsigned priority, unsigned budget);

/* us from the donor, NOBODY: from the rest; or so much back. Returns what sc_quota has to return. */
enum status model_quota(int i, int donor, int us);

/* The choice. */
void model_next(void);

/* Somebody is ready who is more urgent than who runs. */
bool model_overtaken(void);

/* When the timer has to fire: the turn, the claim or the round of who runs is over, or the nearest deadline. */
uint64_t model_turn_end(void);
