/*
 * What stage 1 calls (kernel/contract/1-entry.h). There is no ring 3 here: the only traps are exceptions of stage 2's code.
 */
#include "contract/1-entry.h"

#include "examiner.h"
#include "frame.h"
#include "panic.h"
#include "x86/registers.h"

extern uint64_t exam_stack;
bool exam_call(void (*work)(void *), void *argument);
void exam_left(void);

static struct exam_fault *catcher;

void exam_try(void (*work)(void *), void *argument, struct exam_fault *fault)
{
    catcher = fault;
    exam_call(work, argument);
    catcher = NULL;
}

void trap_from_kernel(struct frame *frame)
{
    if (!catcher)
        panic_frame(frame, "the kernel raised an exception");
    *catcher = (struct exam_fault){ frame->vector, read_cr2(), frame->rip };
    frame->rip = (uint64_t)exam_left;
    frame->rsp = exam_stack;
}

noreturn void trap_from_user(struct ec *self)
{
    panic_frame(&self->state.frame, "a trap from ring 3, where nothing runs");
}

void trap_on_ist(struct frame *frame)
{
    panic_frame(frame, "a double fault, NMI or machine check");
}

noreturn void syscall_unknown(struct ec *self)
{
    panic_frame(&self->state.frame, "a system call, and nobody is there to make one");
}

static void call(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;
    syscall_unknown(self);
}

syscall_handler *const syscall_table[SYSCALL_COUNT] = {
    [0 ... SYSCALL_COUNT - 1] = call,
};
