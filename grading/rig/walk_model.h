/*
 * A model of the scheduler that has one list, counts every claim at every round, and looks at everybody for each choice. Time is the
 * rig's (rig_now).
 */
#pragma once

#include "rig.h"

#define NOBODY (-1)

extern struct model {
    unsigned priority, budget, quota, place;
    uint64_t claim, left, used;
    int donor; /* NOBODY: the CPU's rest, if bound */
    bool bound, alive, blocked;
    bool fill; /* what kind its turn is */
} model[RIG_ECS];

extern int model_current;         /* who runs, or NOBODY */
extern int model_people;          /* so many of them are used */
extern uint64_t model_since;      /* the time until which all is charged */
extern unsigned model_rest_quota; /* what belongs to no SC */

/* A new round, in which nobody has anything. */
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
