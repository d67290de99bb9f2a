/*
 * The stand-in: a body of the kernel with nothing in it but what is needed to try stage 1 and 2 (kernel/body.h).
 *
 * Two ECs in two address spaces, from the first two boot modules. System calls 0 to 14 return a function of their arguments and of a key that
 * the host draws for each run, so nobody can know the answers beforehand. Call 15 controls the stand-in. An exception sends
 * the EC to its handler, with all registers as they were; interrupts come only from the timer.
 *
 * The last module, when its command line is "run", is a struct standin_run: what the host decided for this run.
 * Shared by the stand-in, the test programs and the grader.
 */
#pragma once

#include <stdint.h>

#define STANDIN_ECS     2
#define STANDIN_FRAMES  4
#define STANDIN_TIMERS  4096
#define STANDIN_WORDS   22 /* of a struct frame; word 22 is the address of a page fault */
#define STANDIN_CONTROL 15 /* number of the control call */
#define STANDIN_MAGIC   0x6e69646e617473ull

enum standin_start {
    STANDIN_START_ENTRY,  /* at the program's entry point, by exit_iret */
    STANDIN_START_IRET,   /* by exit_iret with frame[0], whatever it says */
    STANDIN_START_SYSRET, /* by exit_sysret with frame[0] */
};

struct standin_run {
    uint64_t magic;
    uint64_t key;
    uint32_t alternate;   /* not 0: every timer interrupt changes to the other EC */
    uint32_t timer_count; /* deadlines in timer[] */
    uint32_t start;       /* enum standin_start: how the first EC is left to at the very beginning */
    uint32_t reserved;
    uint64_t frame[STANDIN_FRAMES][STANDIN_WORDS];
    uint32_t timer[STANDIN_TIMERS]; /* ticks from one deadline to the next */
};

/* rsi: which; rdx: argument. All return in rdx; rax is 0. */
enum standin_operation {
    STANDIN_HANDLER,  /* rdx: where this EC goes on an exception; 0: nowhere, it stops for good */
    STANDIN_FIELD,    /* rdx: index of a word of the frame at the last exception */
    STANDIN_RESUME,   /* leaves with that frame, rip replaced by rdx unless 0 */
    STANDIN_TIMER,    /* arms the timer: rdx ticks, or with 0 the deadlines of the run, one after the other */
    STANDIN_TICKS,    /* how many timer interrupts there were */
    STANDIN_SWITCH,   /* goes on with the other EC; returns when that one does the same */
    STANDIN_IDLE,     /* waits in ring 0, halted, for the timer */
    STANDIN_FRAME,    /* leaves by exit_iret with frame rdx of the run */
    STANDIN_SYSRET,   /* leaves by exit_sysret with rip, rflags, rsp, rax, rdx of frame rdx of the run */
    STANDIN_NMI,      /* an NMI strikes: with rdx = 0 the kernel, now, else rdx ticks later, wherever; returns how many there were */
    STANDIN_OVERFLOW, /* runs into the guard page below the kernel stack */
    STANDIN_RING0,    /* strikes ring 0 with every vector; returns 0 or what went wrong (private.h, ring0_sweep) */
};

/* The answer to calls 0 … 14: rax. rdx is standin_mix of it and 0. (Multiplier: 2^64 / golden ratio; Knuth, TAOCP 3, §6.4.) */
static inline uint64_t standin_mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9e3779b97f4a7c15;
    return h ^ h >> 29;
}

static inline uint64_t standin_answer(uint64_t key, uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                                      uint64_t a5)
{
    uint64_t h = standin_mix(key, number);
    h = standin_mix(h, a1);
    h = standin_mix(h, a2);
    h = standin_mix(h, a3);
    h = standin_mix(h, a4);
    return standin_mix(h, a5);
}

/* What a call with an unknown number returns in rax; rdx is 0. */
#define STANDIN_UNKNOWN 0x6f6eull
