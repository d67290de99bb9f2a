/*
 * How a walk is ordered, and where its log is: for who boots one, on the host too.
 */
#pragma once

#include <stdint.h>

enum {
    WALK_ORDER = 13,      /* pages of the log … */
    WALK_ORDER_SHORT = 9, /* … and when the walk is short */
};

/* What a walk does. */
enum walk_plan_number {
    WALK_WHOLE,
    WALK_DELEGATE, /* nothing is taken back */
    WALK_REVOKE,   /* by revoke only */
    WALK_PINS,     /* and by delete, but nothing ends */
    WALK_ENDS,     /* everything, and much ends */
    WALK_ACCOUNTS, /* everything, and accounts are often empty */
    WALK_PLANS
};

/* How a walk is to be, in the data of the program: whoever boots it can write it there. */
struct walk_run {
    uint64_t seed, steps, plan;
};

/* The log begins with this; then come the steps, then the sweeps. */
struct walk_log {
    uint64_t magic, seed, plan;
    uint64_t wanted, done;        /* steps */
    uint64_t steps_at, sweeps_at; /* bytes from here */
};

#define WALK_MAGIC 0x676f6c6b6c6177ull /* "walklog" */
