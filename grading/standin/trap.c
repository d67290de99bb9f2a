/*
 * Where stage 1's entries arrive (kernel/contract/1-entry.h): exceptions go to the EC's handler, the timer counts, and an
 * interrupt in ring 0 is looked at by whoever is waiting for one.
 */
#include "contract/1-entry.h"
#include "panic.h"
#include "private.h"
#include "trace.h"
#include "x86/lapic.h"

noreturn void trap_from_user(struct ec *self)
{
    uint64_t vector = self->state.frame.vector;

    trace(TRACE_TRAP, NULL, self->state.frame.rip, self->state.frame.error, vector);
    if (vector < VECTOR_EXCEPTIONS)
        standin_exception(self, vector == VECTOR_PAGE_FAULT ? read_cr2() : 0);
    if (vector == VECTOR_TIMER) {
        lapic_eoi();
        standin_timer(self);
    }
    panic_frame(&self->state.frame, "interrupt %lu, which nobody has asked for", vector);
}

/* The kernel itself raises no exceptions; interrupts find it only where it waits for them. */
void trap_from_kernel(struct frame *frame)
{
    if (ring0_expects(frame))
        return;
    if (frame->vector == VECTOR_TIMER) {
        lapic_eoi();
        standin_wake();
    }
    panic_frame(frame, frame->vector < VECTOR_EXCEPTIONS ? "the kernel raised an exception" : "an interrupt in the kernel");
}

void trap_on_ist(struct frame *frame)
{
    if (frame->vector == VECTOR_NMI) {
        nmi_arrived();
        return;
    }
    panic_frame(frame, frame->vector == VECTOR_DOUBLE_FAULT
                           ? "double fault: an exception could not be delivered; a full kernel stack, if rsp is at the end of a page"
                           : "the machine reports broken hardware");
}
