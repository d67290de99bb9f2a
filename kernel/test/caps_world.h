/*
 * The kernel around stage 4, as far as it needs one: objects are made, ECs call `remove`, are interrupted, and die.
 */
#pragma once

#include "caps.h"

enum { POOL_PAGES = 4000 };

extern struct pd *root;
extern struct object kernel_object;
extern struct ec *kept_ec; /* stands for an EC that no object names, and never dies; its PD is set by who uses it */

/* Boots: a pool, root's PD, root's two selectors. */
void world_boot(uint64_t pages);
void world_shutdown(void);

/* New objects on payer's account, which covers them. pd: where an EC runs. ec: what a portal or SC is for. */
struct pd *pd_make(struct pd *payer, uint64_t quota);
struct ec *ec_make(struct pd *payer, struct pd *pd);
struct object *small_make(struct pd *payer, enum cap_type type, struct ec *ec);
uint32_t rights_all(enum cap_type type);

/* An item that delegates, as it is given to cap_prepare. */
struct transfer transfer_of(struct pd *from, struct pd *to, uint64_t selector, uint32_t rights, uint64_t base, uint64_t count);

/* One preemption point in so many interrupts; 0: none does. */
extern unsigned preempt_rate;

enum outcome { OUT_DONE, OUT_PREEMPTED, OUT_NO_TIME, OUT_DEAD };

/* Runs self's `remove` until it is over or interrupted; and goes on with it. With OUT_DONE its results are in self's frame. */
enum outcome remove_begin(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights);
enum outcome remove_resume(struct ec *self);

/* The same to its end. */
enum outcome remove_all(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights);

/* Told whenever an EC ends, and whenever a page is free again. */
extern void (*ec_ended)(struct ec *ec);
extern void (*page_freed)(void *page);

/* xorshift64* (Marsaglia, Xorshift RNGs, 2003): the same everywhere, unlike rand(). */
extern uint64_t seed;
uint32_t any(uint32_t below);
