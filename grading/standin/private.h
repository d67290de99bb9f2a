/*
 * What the files of the stand-in share among themselves.
 */
#pragma once

#include <stdbool.h>
#include <stdnoreturn.h>

#include "frame.h"

struct ec;

/* self raised the exception in its frame; address: CR2, of meaning for a page fault. */
noreturn void standin_exception(struct ec *self, uint64_t address);

/* The timer's interrupt, acknowledged: in ring 3, or in the idle loop. */
noreturn void standin_timer(struct ec *self);
noreturn void standin_wake(void);

/*
 * An NMI: after so many ticks of the timer, or at once. They return how many have arrived, nmi_now with this one. Real processors'
 * timers cannot strike so, QEMU's can.
 */
uint32_t nmi_after(uint32_t ticks);
uint32_t nmi_now(void);

/* One has: whatever the timer was to be, it interrupts again. */
void nmi_arrived(void);

/*
 * Strikes ring 0 with every vector that has no interrupt stack, with known registers. Returns 0, or the first vector that did not
 * arrive in good order, with RING0_… saying how.
 */
uint64_t ring0_sweep(void);

#define RING0_VECTOR    0x100   /* another vector arrived */
#define RING0_ERROR     0x200   /* another error code arrived, or the frame was shifted by one */
#define RING0_REGISTERS 0x10000 /* and up: bit 16 + n, register n came back changed (rax rbx rcx rdx rsi rdi rbp r8 … r15 rsp) */

/* Whether this trap is the one that ring0_sweep has caused; notes what it looks like. */
bool ring0_expects(const struct frame *frame);
