/*
 * What the given parts expect from the body of the kernel: stages 3 to 7, or the stand-in that takes their place while
 * stages 1 and 2 are built and graded alone (grading/standin).
 *
 * All are called on this CPU's kernel stack (body_start: on the boot stack) with interrupts off, and none of them returns.
 */
#pragma once

#include <stdint.h>
#include <stdnoreturn.h>

#include "contract/2-boot.h"
#include "ec.h"

/* Makes the first protection domain from the boot modules and leaves to it. */
noreturn void body_start(const struct boot_info *boot);

/* self, in ring 3, raised the exception in its frame. address: CR2, of meaning for a page fault. */
noreturn void body_exception(struct ec *self, uint64_t address);

/* The timer or a device interrupted self in ring 3. The timer's interrupt is acknowledged already. */
noreturn void body_timer(struct ec *self);
noreturn void body_interrupt(struct ec *self, unsigned vector);

/*
 * The timer or a device interrupted the kernel at a place that has interrupts on: the idle loop or a preemption point.
 * Nothing of what was interrupted is needed any more.
 */
noreturn void body_timer_idle(void);
noreturn void body_interrupt_idle(unsigned vector);
