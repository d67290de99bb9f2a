/*
 * User-level threads: who they are, how one begins, and how it ends. The change itself is in switch.asm.
 */
#include "uthread.h"

#include <stdint.h>

/* The program's first thread has the stack it was born with. */
static struct uthread first = { .next = &first };

/*
 * Who stands in front of the thread that runs. So the ring is never searched: who is made comes between the two, and who has
 * ended is passed over.
 */
static struct uthread *previous = &first;

/*
 * What a new thread finds on its stack, upwards from its rsp (switch.asm). Nothing is above it, so argument is 16-byte aligned.
 */
struct start {
    uint64_t registers[6];
    void (*begin)(void);
    void *argument;
    void (*function)(void *argument);
};

void uthread_create(struct uthread *thread, void *stack, size_t size, void (*function)(void *argument), void *argument)
{
    const uintptr_t top = ((uintptr_t)stack + size) & ~15ul;
    struct start *start = (struct start *)top - 1;

    *start = (struct start){ .begin = uthread_begin, .argument = argument, .function = function };
    thread->rsp = start;
    thread->next = previous->next;
    previous->next = thread;
    previous = thread;
}

void uthread_yield(void)
{
    struct uthread *self = previous->next;

    if (self == previous)
        return;
    previous = self;
    uthread_switch(&self->rsp, self->next->rsp);
}

/* What uthread_switch saves nobody will want, but it has to go somewhere that stays: into the thread itself. */
noreturn void uthread_exit(void)
{
    struct uthread *self = previous->next;

    previous->next = self->next;
    uthread_switch(&self->rsp, self->next->rsp);
    __builtin_unreachable();
}
