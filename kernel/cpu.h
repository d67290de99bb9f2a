/*
 * The per-CPU block: what one processor knows about itself.
 *
 * In the kernel GS points to it, in user mode to whatever the user set; swapgs exchanges the two, once on every way in from
 * ring 3 and once on every way out. A missing or doubled swapgs shows as a page fault near address 0 at the first `gs:` access.
 * Assembly knows the public fields as CPU_SELF, CPU_CURRENT, CPU_STACK_TOP, CPU_TSS.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "x86/segments.h"

#define CPU_MAX 8

struct ec;
struct sc;

/* The part of struct cpu that concerns running: cpu->run. */
struct cpu_run {
    struct sc *sc;        /* the current SC; NULL in the idle loop. Written by stage 3 alone */
    struct ec *fpu_owner; /* whose values are in the FPU's registers; NULL: nobody's. Written by stage 3 alone */
    uint32_t pending;     /* PENDING_…: what must be done before the next exit to ring 3. Whoever has a reason sets a bit */
};

#define PENDING_RESCHEDULE 1u /* an SC more urgent than the current one is ready, or its time is up */
#define PENDING_RECALL     2u /* the current EC has been recalled: instead of leaving it sends a message (ipc_recall) */

/* What KERNEL_COUNTER tells (ABI.md §7.13). */
enum counter { COUNT_EXCEPTIONS, COUNT_INTERRUPTS, COUNT_CALLS, COUNT_HELPS, COUNTERS };

struct cpu {
    struct cpu *self;         /* this block, for code that wants a plain pointer */
    struct ec *current;       /* the EC that the last exit to ring 3 left to; only entry_activate changes it */
    struct tss *tss;          /* the TSS in use, set by entry_init */
    uint64_t stack_top;       /* top of this CPU's only kernel stack, 16-byte aligned; a guard page lies below the stack */
    uint64_t ist_top[IST_COUNT]; /* tops of the interrupt stacks, [0] for IST 1; at each top stands this block's address */
    uint32_t id;              /* 0 … CPU_MAX - 1 */
    struct cpu_run run;
    uint64_t count[COUNTERS];
};

extern struct cpu cpus[CPU_MAX];

#if !__STDC_HOSTED__ /* the grader includes this file for the layout */

/* This CPU's block. Only in the kernel, after entry_init. */
static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;
    __asm__("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

/* The current EC of this CPU. Where it is needed again behind a call, loading it costs less than keeping it in a saved register. */
static inline struct ec *current_ec(void)
{
    struct ec *ec;
    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(ec) : "i"(offsetof(struct cpu, current)));
    return ec;
}

/* The current SC of this CPU. */
static inline struct sc *current_sc(void)
{
    struct sc *sc;
    __asm__ volatile("movq %%gs:%c1, %0" : "=r"(sc) : "i"(offsetof(struct cpu, run.sc)));
    return sc;
}

/* One more of something, on this CPU: one instruction. */
static inline __attribute__((always_inline)) void count(enum counter counter)
{
    __asm__ volatile("incq %%gs:%c0" : : "i"(offsetof(struct cpu, count) + counter * sizeof(uint64_t)) : "memory", "cc");
}

#endif

/* Whether address lies in one of the kernel's stacks, that of booting included. Does not need GS. */
bool stack_holds(uint64_t address);

/*
 * Gives the CPU its stacks, switches its protections on, loads its tables (entry_init) and makes GS point to its block.
 * id: 0 … CPU_MAX - 1, each once. Called on the boot stack with interrupts off. Panics when memory runs out at boot.
 */
void cpu_init(uint32_t id);
