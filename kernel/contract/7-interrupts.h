/*
 * Stage 7, interrupts: how a thread waits, for another one, for a time or for a device.
 *
 * The stage defines semaphores, the queue of deadlines of a CPU, and interrupts as semaphores. What programs see is in
 * kernel/ABI.md, "Semaphores and interrupts".
 *
 * Files: any *.c and *.h.
 *
 * What it builds on: blocking and waking (stage 3), the I/O APIC (x86/ioapic.h), an index (digital.h). The system calls are
 * given: they look up the semaphore, check rights and form, and call what is declared here.
 *
 * How a wait goes
 * ---------------
 *     sm_down: count is 0                  sm_up, timeout_expire or sm_end: whoever comes first
 *     self into the queue of sm            ec out of the queue of sm
 *     self into the queue of deadlines     ec out of the queue of deadlines
 *     ec_block                             status and value into ec's frame, ec_wake(BLOCKED_WAIT)
 *
 * One function takes an EC out of both queues; it is the only way out, so a wait ends once.
 *
 * The rules
 * ---------
 * 1. An EC is in the queue of a semaphore exactly as long as it has BLOCKED_WAIT. Otherwise: it is woken a second time, in
 *    the middle of something else, and its next call returns what the wait should have.
 * 2. It is in the queue of deadlines only while it is in the queue of a semaphore. Otherwise: the same, after the deadline.
 * 3. count > 0 only if nobody waits. Otherwise: a thread sleeps while what it waits for is there.
 * 4. An up is never lost and never doubled: it wakes one EC or adds one.
 * 5. At every exit the timer is armed for no later than the earliest deadline (sched_arm when a nearer one comes).
 *    Otherwise: time-outs come with the next turn.
 * 6. An interrupt is acknowledged to the controller in the pass in which it arrived. Otherwise: no interrupt of that or a lower
 *    priority class arrives any more, the timer included.
 * 7. A level-triggered line is masked before it is acknowledged. Otherwise: it fires again at once, for ever, and no thread
 *    runs that could silence the device.
 * 8. An edge that arrives while the semaphore's owner has not yet asked for the next is kept, as one. Otherwise: the device
 *    has said "there is something" for the last time, and both sides wait.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "cairn/abi.h"
#include "contract/4-caps.h"
#include "digital.h"

struct ec;
struct interrupt; /* private to this stage */

/* ---- Public structures ---------------------------------------------------------------------------------------------- */

/* A semaphore. The creator writes object and count, the rest is zero; from then on this stage alone. One cell. */
struct sm {
    struct object object;
    uint64_t count;              /* at most SM_COUNT_MAX */
    struct ec *first, *last;     /* who waits, in order of arrival; both NULL: nobody */
    struct interrupt *interrupt; /* bound to it, or NULL */
};

_Static_assert(sizeof(struct sm) <= CELL_SIZE, "a semaphore costs one cell");

/* The part of struct ec that concerns waiting: ec->wait. Written by this stage alone; zero when the EC is new. */
struct ec_wait {
    struct sm *sm;                 /* in whose queue it is, or NULL */
    struct ec *next, *prev;        /* in that queue */
    struct digital_node deadline;  /* key: its deadline, in ticks; 0: none. In the index, if it is the first with this key */
    struct ec *later, *earlier;    /* a ring of those with the same deadline, in order of arrival */
};

/* ---- What the stage defines: semaphores ----------------------------------------------------------------------------- */

/* Wakes the first EC in the queue, or adds one to the count. Returns SUCCESS, or TOO_MANY with nothing changed. Any context. */
enum status sm_up(struct sm *sm);

/*
 * SM_DOWN and SM_ZERO (all) for self, the current EC. If an interrupt is bound to sm, it is unmasked first. Then takes one
 * or all, or waits for an up, for the deadline (ticks; 0: never) or for the end of sm. A count that is not 0 goes before a
 * deadline that is past.
 *
 * Leaves by ec_leave_call, now or later, with status and value in self's frame.
 */
noreturn void sm_down(struct ec *self, struct sm *sm, bool all, uint64_t deadline);

/* ec is about to die: if it waits, it leaves both queues and takes nothing. Does not wake it. For stage 5's ec_end. */
void sm_forget(struct ec *ec);

/*
 * Its interrupt is masked and free, and everybody in the queue gets ABORTED, in order of arrival: a batch of 64 at each call. Returns
 * true when nobody is left.
 */
bool sm_end(struct object *object);

/* ---- What the stage defines: deadlines ------------------------------------------------------------------------------ */

/* The earliest deadline on this CPU, in ticks of the time-stamp counter; UINT64_MAX: none. A few instructions. */
uint64_t timeout_next(void);

/*
 * Ends with TIMEOUT the waits on this CPU whose deadline is not after now, in order of the deadlines and, where these are
 * equal, of arrival; at most 64 of them, so that the pass is bounded. Does not arm the timer for those that are left: its
 * caller does. Its cost for each does not depend on how many wait.
 */
void timeout_expire(uint64_t now);

/* ---- What the stage defines: interrupts ----------------------------------------------------------------------------- */

/* Finds the I/O APICs and masks every line. Once at boot, after lapic_init and while phys_alloc may be called; interrupts off. */
void interrupt_init(void);

/* Whether the word that KERNEL_INTERRUPT gets has known flags: the first of its checks. INTERRUPT_MSI and INTERRUPT_NONE stand alone. */
static inline bool interrupt_form_ok(uint64_t what)
{
    const uint64_t flags = what >> 32;
    return flags <= (INTERRUPT_LEVEL | INTERRUPT_LOW) || flags == INTERRUPT_MSI || flags == INTERRUPT_NONE;
}

/*
 * The rest of KERNEL_INTERRUPT: binds what (INTERRUPT) to sm, masked, or takes sm's binding away (INTERRUPT_NONE; line and
 * CPU are not read then, and a semaphore without one is as good). Lines 0 to 15 are those of the PC, wherever and however the
 * firmware says that they arrive; from 16 on they are the I/O APICs', wired as the flags say.
 *
 * Returns SUCCESS, with what rdx shall be in *value; BAD_PAR (no such line), BAD_CPU, OCCUPIED (line or sm is bound), TOO_MANY
 * (no vector).
 */
enum status interrupt_bind(struct sm *sm, uint64_t what, uint64_t *value);

/*
 * A device interrupt has arrived at vector (from VECTOR_DEVICES on, but not the timer's or the spurious one), in ring 3 or
 * in the idle loop: it is acknowledged and becomes an up, or is kept until the unmask. Returns; PENDING_RESCHEDULE may be
 * set.
 */
void interrupt_arrived(unsigned vector);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/* Stage 3: see contract/3-threads.h. */
noreturn void ec_block(struct ec *self);
void ec_wake(struct ec *ec, uint32_t reason);
noreturn void ec_leave_call(struct ec *self);
void sched_arm(uint64_t tick);
