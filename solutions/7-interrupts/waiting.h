/*
 * What the files of this stage share among themselves.
 *
 *     semaphore.c   up, down, and the end of a wait
 *     timeout.c     the deadlines of a CPU
 *     interrupt.c   interrupts as semaphores
 *     check.c       the invariants, for debug builds and tests
 */
#pragma once

#include "contract/3-threads.h"
#include "contract/7-interrupts.h"
#include "ec.h"

/* So many waits are ended in one pass. */
#define WAIT_BATCH 64

/* ---- semaphore.c ---------------------------------------------------------------------------------------------------- */

/* Ends ec's wait: it leaves both queues, gets status and value, and can run again. */
void wait_end(struct ec *ec, enum status status, uint64_t value);

/* ---- timeout.c ------------------------------------------------------------------------------------------------------ */

/* Puts ec, which waits on this CPU, among the deadlines; takes it out. Its key tells whether it is there. */
void timeout_add(struct ec *ec, uint64_t deadline);
void timeout_cancel(struct ec *ec);

/* ---- interrupt.c ---------------------------------------------------------------------------------------------------- */

/* Whoever waits for an interrupt is ready for the next: what has come meanwhile is delivered, or the line is opened. */
void interrupt_unmask(struct interrupt *interrupt);

/* Masks it and makes it free. */
void interrupt_release(struct interrupt *interrupt);
