/*
 * What the files of this stage share: the ready queues of a CPU, its time, and the change of EC.
 */
#pragma once

#include "contract/3-threads.h"
#include "cpu.h"
#include "ec.h"
#include "path.h"

/*
 * Levels: an SC with claim stands in the queue of its priority, one without in that of level 0, which holds the fills. So the choice
 * is always the same: the highest level with somebody in it, and there the head.
 */
#define LEVELS     (PRIORITY_MAX + 1)
#define LEVEL_FILL 0

/* So many SCs are queued, parked or bound in one pass; then interrupts are let in, and the choice begins anew with the rest. */
#define SCHED_BATCH 64

/* A CPU's scheduler. Rule 2's "in that CPU's ready queue" is one of level[], or coming. */
struct sched {
    uint64_t occupied[LEVELS / 64]; /* bit n: level[n] is not empty */
    struct sc_link level[LEVELS];
    struct sc_link coming; /* ready, but not in their queues yet: many at once would be a long pass */
    struct cpu *cpu;       /* whose it is */
    struct sc rest;        /* never runs: holds the quota, and the claim to it, that belongs to no SC of this CPU */
    uint32_t round;        /* the number of the present round; 0 is before all */
    uint64_t round_end;
    uint64_t since;   /* up to when all time has been charged */
    uint64_t armed;   /* what the timer is set to */
};

extern struct sched scheds[CPU_MAX];

/* Panics, naming what is wrong (debug build). */
void check_threads(void);

static inline uint64_t min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- sched.c ---- */

/* sc goes to the tail of its queue; a more urgent one than the current is seen to at the next exit. */
void sched_ready(struct sched *s, struct sc *sc);

/* The current SC waits on ec, or goes nowhere if its own EC has died; the next one is chosen. */
noreturn void sched_park(struct ec *ec);

/* ---- ec.c, fpu.c ---- */

/* The same as ec_switch for an EC that can run and that the scheduler chose: its predecessor's segment selectors are not for it to see. */
noreturn void ec_dispatch(struct cpu *cpu, struct ec *ec);

/* nobody is cpu->current from now on, and the kernel's own address space is loaded. */
void ec_vacate(struct cpu *cpu);

/* The rest of ec_switch when there is more to do than usual. */
noreturn void switch_special(struct ec *ec, struct cpu *cpu);

/* What is pending for self, who was about to leave by leave. */
noreturn void leave_pending(struct ec *self, continuation *leave);

void fpu_init(void);
void fpu_switch(struct cpu *cpu, struct ec *ec); /* the registers become ec's, or those of nobody */
void fpu_forget(struct cpu *cpu, struct ec *ec);

/* ---- switch.asm; all of them throw the stack away ---- */

noreturn void run_cont(struct ec *ec); /* ec->run.cont(ec) */
noreturn void sched_idle(void);        /* waits for an interrupt, then sched_next */
noreturn void sched_pause(void);       /* lets interrupts in, then sched_next */
