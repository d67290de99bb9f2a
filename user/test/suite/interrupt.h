/*
 * A semaphore gets an interrupt, and what comes on it is counted. For interrupts.c, edges.c and hpet.c.
 */
#pragma once

#include "kit/kit.h"

enum { COM1_LINE = 4 }; /* the serial line's */

/* what: INTERRUPT(…). */
result bind(uint64_t sm, uint64_t what);

#define REFUSE_BIND(status, sm, what) REFUSE(status, 0, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_INTERRUPT, sm, what)

/* Interrupts that the kernel has counted. */
uint64_t interrupts(void);

/* So many have come since then from devices. Nobody sleeps, and root alone is ready: the end of its turn may be one more. */
void check_interrupts(uint64_t before, uint64_t count);

void spin_us(uint64_t us);

/* Nothing has come, and nothing comes soon; or one has. Opens the interrupt, as every down does. */
void check_quiet(uint64_t sm);
void check_comes(uint64_t sm);

/* A driver's function: takes what comes, until so many rounds are handled. */
uint64_t handle(uint64_t sm, uint64_t rounds, uint64_t c, uint64_t d);
extern volatile uint64_t handled;
