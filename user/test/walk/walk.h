/*
 * The random walk: several PDs do random things to each other, and a model on the host says what each step must give.
 *
 * Guest and host choose with the same code (choose.c) from the same seed and from what has been looked at so far. The guest does
 * each step and writes into a log in memory what it sees; the host (host/) does it on a model and compares. So the two choose
 * alike as long as kernel and model agree, and the first difference is told with its step.
 *
 * An *actor* is a PD with two ECs: a worker, which makes calls, and a receiver, to which the others send messages. Actors die and
 * are made again. Numbers WALK_FIRST … are the walk's; the actor's own things are below.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cairn/abi.h"
#include "fuzz/random.h"
#include "walk/run.h"

enum {
    WALK_ACTORS = 5,
    WALK_TOP = 0,     /* its account pays for all others; its own PD is paid by root, which is not in the model */
    WALK_FIRST = 108, /* the numbers lie in two tables */
    WALK_NUMBERS = 40,
    WALK_DOOR = 16, /* + actor: the portal to its receiver, under the same number in each actor; a semaphore while it is dead */
    WALK_ITEMS = 4,
    WALK_LOOKS = 12,   /* after each step */
    WALK_SWEEP = 256,  /* after so many steps everything is looked at */
    WALK_LIFE = 16384, /* after so many steps the top ends, and with it everything */
    WALK_TOP_QUOTA = 220,
};

#define WALK_UTCBS 0x20100000ull /* of ECs that the actors make: 16 pages in the page table where their own UTCBs are */

/* So many of 1000 steps are of each kind, the others only use objects. The plans are in choose.c. */
struct walk_plan {
    uint16_t end, send, reply, create, grant, remove, acknowledge, quota;
    bool deletes; /* removals may be of the own grants */
    bool mortal;  /* objects and actors may end */
};

extern const struct walk_plan walk_plans[WALK_PLANS];

enum walk_kind {
    WALK_BIRTH, /* root makes actor; other: who pays; a[0] quota, a[1] number of its own PD */
    WALK_END,   /* root destroys actor */
    WALK_CALL,  /* a system call of actor's worker */
    WALK_SEND,  /* actor's worker calls other's receiver, with items */
    WALK_REPLY, /* the same without; the reply has items */
};

struct walk_step {
    uint8_t kind, actor, other, items;
    uint8_t touched;  /* how many of touch[] */
    uint8_t touch[6]; /* numbers of the calling actor, counted from WALK_FIRST, that are to be looked at afterwards */
    uint64_t call, a[5];
    uint32_t base, count, records; /* the receiver's window */
    struct item item[WALK_ITEMS];
};

struct walk_account {
    uint32_t quota, used, cells;
};

/* What the guest writes for each step. What a step does not have is 0. */
struct walk_seen {
    uint64_t random; /* the generator, when the step was chosen */
    uint64_t rax, rdx;
    uint64_t descriptor; /* of what arrived: at the receiver, or with the reply */
    uint64_t lost;
    uint32_t records; /* what is left in the receiver's window */
    uint32_t alive;   /* a bit for each actor */
    struct item item[WALK_ITEMS];
    struct walk_account account[WALK_ACTORS];
    uint64_t look[WALK_LOOKS];
};

struct walk_sweep {
    uint64_t look[WALK_ACTORS][WALK_NUMBERS];
};

/* What has been looked at last, by either side. */
struct walk_view {
    uint64_t look[WALK_ACTORS][WALK_NUMBERS]; /* PD_LOOKUP's words */
    bool made[WALK_ACTORS][WALK_NUMBERS];     /* by a create call of its own: here is the first grant of an object */
    uint32_t alive;
};

struct walk_look {
    uint8_t actor, number;
};

void walk_choose(struct random *r, const struct walk_plan *plan, const struct walk_view *view, uint64_t number,
                 struct walk_step *step);

/* Notes in the view what the step has made, by its status. */
void walk_note(struct walk_view *view, const struct walk_step *step, uint64_t status);

/* What to look at behind a step: alive are the actors that still are, item what has arrived. Returns how many. */
unsigned walk_looks(struct random *r, const struct walk_step *step, uint32_t alive, const struct item *item,
                    struct walk_look look[WALK_LOOKS]);
