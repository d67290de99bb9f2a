/*
 * Where the entries of stage 1 arrive (contract/1-entry.h): interrupts and exceptions are given to the stage whose they are.
 */
#include "contract/1-entry.h"
#include "panic.h"
#include "path.h"
#include "trace.h"
#include "x86/lapic.h"

/* A spurious interrupt is none, and wants no end (SDM vol. 3A §10.9). */
static void device(uint64_t vector)
{
    if (vector != VECTOR_SPURIOUS)
        interrupt_arrived(vector);
}

static noreturn void leave(struct ec *self)
{
    trace(TRACE_RESUME, NULL, self->state.frame.rip, 0, 0);
    ec_leave_trap(self);
}

static noreturn void interrupt(struct ec *self, uint64_t vector)
{
    count(COUNT_INTERRUPTS);
    if (vector == VECTOR_TIMER) {
        lapic_eoi();
        sched_timer(self);
    }
    device(vector);
    leave(self);
}

/*
 * Interrupts and particular exceptions. Two may mean only that something has been put off until it is used: the FPU and the I/O bitmap.
 * A third one has an address.
 */
static noreturn RARE void particular(struct ec *self, uint64_t vector)
{
    const struct frame *frame = &self->state.frame;

    if (vector >= VECTOR_EXCEPTIONS)
        interrupt(self, vector);
    count(COUNT_EXCEPTIONS);
    if (vector == VECTOR_NO_FPU)
        fpu_trap(self);
    if (vector == VECTOR_GENERAL && !frame->error && ports_trap(self))
        leave(self);
    ipc_event(self, vector, frame->error, vector == VECTOR_PAGE_FAULT ? read_cr2() : 0);
}

/* The vectors from 0 to 6 are what the program's instructions mean, and always its handler's. */
PATH noreturn void trap_from_user(struct ec *self)
{
    uint64_t vector = self->state.frame.vector;

    trace(TRACE_TRAP, NULL, self->state.frame.rip, self->state.frame.error, vector);
    if (vector >= VECTOR_NO_FPU)
        particular(self, vector);
    count(COUNT_EXCEPTIONS);
    ipc_event(self, vector, self->state.frame.error, 0);
}

/* The kernel raises no exceptions; interrupts strike it only where it lets them: in the idle loop and at preemption points. */
void trap_from_kernel(struct frame *frame)
{
    if (!this_cpu()->run.sc)
        trace(TRACE_BUSY, NULL, 0, 0, frame->vector);
    if (frame->vector < VECTOR_EXCEPTIONS)
        panic_frame(frame, "the kernel raised an exception");
    count(COUNT_INTERRUPTS);
    if (frame->vector == VECTOR_TIMER) {
        lapic_eoi();
        sched_timer_idle();
    }
    device(frame->vector);
}

void trap_on_ist(struct frame *frame)
{
    if (frame->vector == VECTOR_NMI)
        return;
    panic_frame(frame, frame->vector == VECTOR_DOUBLE_FAULT
                           ? "double fault: an exception could not be delivered; a full kernel stack, if rsp is at the end of a page"
                           : "the machine reports broken hardware");
}
