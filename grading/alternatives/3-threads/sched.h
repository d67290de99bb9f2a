/*
 * What the files of this stage share: the ready queue of a CPU, its time, and the change of EC.
 */
#pragma once

#include "contract/3-threads.h"
#include "cpu.h"
#include "ec.h"

/* Levels: an SC with claim stands on that of its priority, one without on the lowest, among the fills. */
#define LEVELS     (PRIORITY_MAX + 1)
#define LEVEL_FILL 0

/* So many SCs are queued, parked or bound in one pass; then interrupts are let in. */
#define SCHED_BATCH 64

/* A CPU's scheduler. Rule 2's "in that CPU's ready queue" is line (queue.h), or arrivals. */
struct sched {
    struct sc_link line;
    struct sc_link *youngest[LEVELS];
    uint64_t occupied[LEVELS / 64];
    struct sc_link arrivals; /* ready, but not in line yet: many at once would be a long pass */
    struct cpu *cpu;         /* whose it is */
    struct sc rest;          /* never runs: holds the quota, and the claim to it, that belongs to no SC of this CPU */
    uint32_t round;          /* the number of the present round, from 1 on: the claim of a new SC is of none */
    uint64_t round_end;
    uint64_t since; /* up to when all time has been charged */
    uint64_t armed; /* what the timer is set to */
};

extern struct sched scheds[CPU_MAX];

/* Panics, naming what is wrong (debug build). */
void check_threads(void);

static inline uint64_t min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- sched.c ---- */

/* sc, which is in no list, goes to the tail of its level; if it is more urgent than the current one, the next exit sees to it. */
void sched_ready(struct sched *s, struct sc *sc);

/* The current SC waits on ec, or goes nowhere if its own EC has died; the next one is chosen. */
noreturn void sched_park(struct ec *ec);

/* ---- ec.c, fpu.c ---- */

/*
 * The same as ec_switch for an EC that can run and that the scheduler chose: its predecessor's segment selectors are not for it
 * to see.
 */
noreturn void ec_dispatch(struct cpu *cpu, struct ec *ec);

/* nobody is cpu->current from now on, and the kernel's own address space is loaded. */
void ec_vacate(struct cpu *cpu);

void fpu_init(void);
void fpu_switch(struct cpu *cpu, struct ec *ec); /* the registers become ec's, or those of nobody */
void fpu_forget(struct cpu *cpu, struct ec *ec);

/* ---- wait.c, switch.asm; the stack is thrown away ---- */

noreturn void sched_idle(void);                              /* waits for an interrupt, then sched_next */
noreturn void sched_pause(void);                             /* lets interrupts in, then sched_next */
noreturn void start_over(struct ec *ec, continuation *what); /* what(ec) */
