/*
 * Where stage 1's entries arrive: sorts exceptions, the timer and device interrupts, from either ring.
 */
#include "body.h"
#include "contract/1-entry.h"
#include "panic.h"
#include "x86/lapic.h"

noreturn void trap_from_user(struct ec *self)
{
    uint64_t vector = self->state.frame.vector;

    if (vector < VECTOR_EXCEPTIONS)
        body_exception(self, vector == VECTOR_PAGE_FAULT ? read_cr2() : 0);
    if (vector == VECTOR_TIMER) {
        lapic_eoi();
        body_timer(self);
    }
    if (vector == VECTOR_SPURIOUS) /* wants no end of interrupt (SDM vol. 3A §10.9) */
        exit_iret(self);
    body_interrupt(self, vector);
}

/* The kernel itself raises no exception; interrupts find it only where it waits for them. */
void trap_from_kernel(struct frame *frame)
{
    if (frame->vector < VECTOR_EXCEPTIONS)
        panic_frame(frame, "the kernel raised an exception");
    if (frame->vector == VECTOR_TIMER) {
        lapic_eoi();
        body_timer_idle();
    }
    if (frame->vector == VECTOR_SPURIOUS)
        return;
    body_interrupt_idle(frame->vector);
}

void trap_on_ist(struct frame *frame)
{
    if (frame->vector == VECTOR_NMI) {
        this_cpu()->nmi_count++;
        return;
    }
    panic_frame(frame, frame->vector == VECTOR_DOUBLE_FAULT
                           ? "double fault: an exception could not be delivered; a full kernel stack, if rsp is at the end of a page"
                           : "the machine reports broken hardware");
}
