/*
 * What the files of this stage share: the ready queues of a CPU, its time, and the change of EC.
 */
#pragma once

#include "contract/3-threads.h"
#include "cpu.h"
#include "ec.h"

/*
 * Levels: an SC with claim stands in the queue of its priority, one without in that of level 0, which holds the fills. So the choice
 * is always the same: the highest level with somebody in it, and there the head.
 */
#define LEVELS     (PRIORITY_MAX + 1)
#define LEVEL_FILL 0

/* So many SCs are queued or parked in one pass; then interrupts are let in (sched_pause). */
#define SCHED_BATCH 64

/* A CPU's scheduler. Rule 2's "in that CPU's ready queue" is one of level[], or coming. */
struct sched {
    uint64_t occupied[LEVELS / 64]; /* bit n: level[n] is not empty */
    struct sc_link level[LEVELS];
    struct sc_link coming; /* ready, but not in their queues yet: many at once would be a long pass */
    struct sc rest;        /* never runs: holds the quota, and the claim to it, that belongs to no SC of this CPU */
    uint32_t round;        /* the number of the present round; 0 is before all */
    uint64_t round_start;
    uint64_t since;        /* up to when all time has been charged */
    uint64_t armed;        /* what the timer is set to */
};

extern struct sched scheds[CPU_MAX];

/* ---- queue.c: who is next. An SC that is queued has a refreshed claim ---- */

/* Panics, naming what is wrong (debug build). */
void check_threads(void);

unsigned sc_level(const struct sc *sc);
void queue_append(struct sched *s, struct sc *sc);
void queue_push(struct sched *s, struct sc *sc);   /* at the head */
void queue_remove(struct sched *s, struct sc *sc); /* from its level, from coming, or from where it is parked */
struct sc *queue_take(struct sched *s);            /* the most urgent one, taken out; NULL: none is ready */
bool queue_any(const struct sched *s);
bool queue_has(const struct sched *s, unsigned level);

/* ---- time.c: claims, turns, rounds ---- */

/* Makes claim that of the present round. */
void time_refresh(struct sched *s, struct sc *sc);

/* Brings all figures up to now: the current SC pays for what it has run, and a round that is over gives way to the next. */
void time_account(struct cpu *cpu, struct sched *s);

/* A new turn, if none of the old one is left. */
void time_renew(struct sc *sc);

/* When the current SC's turn will have to be judged; UINT64_MAX: not before somebody else comes. */
uint64_t time_turn_end(const struct cpu *cpu, const struct sched *s);

/* ---- sched.c ---- */

/* sc was queued while somebody runs: reschedules if it is more urgent, else sees to it that the running turn ends. */
void sched_notice(struct cpu *cpu, struct sched *s, const struct sc *sc);

/* The current SC waits on ec, or goes nowhere if its own EC has died. Then there is no current SC, and sched_next must follow. */
void sched_park(struct cpu *cpu, struct ec *ec);

/* All of list, which are parked, become ready. */
void sched_release(struct cpu *cpu, struct sc_link *list);

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
