/*
 * User-level threads: who they are, how one begins, and how it ends. The change itself is in switch.asm.
 */
#include "uthread.h"

#include <stdint.h>

#include "not_implemented.h"

/* The program's first thread has the stack it was born with. */
static struct uthread first = {.next = &first};
static struct uthread *current = &first;

/* What uthread_switch finds on the stack of one that it goes to, upwards from rsp. */
struct saved {
    uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

/* rsp is 16-byte aligned where uthread_begin begins, so that its `call` leaves it as C expects it (psABI §3.2.2). */
static void *first_stack(char *top, void (*function)(void *), void *argument)
{
    /* Answer 3.A1 (place 3 of 5) goes here: user-level threads */
    not_implemented("3.A1 user-level threads (first_stack)");
}

static struct uthread *before(struct uthread *thread)
{
    struct uthread *t = thread;

    while (t->next != thread)
        t = t->next;
    return t;
}

void uthread_create(struct uthread *thread, void *stack, size_t size, void (*function)(void *argument), void *argument)
{
    thread->rsp = first_stack((char *)stack + size, function, argument);
    thread->next = current;
    before(current)->next = thread;
}

void uthread_yield(void)
{
    /* Answer 3.A1 (place 4 of 5) goes here: user-level threads */
    (void)first; not_implemented("3.A1 user-level threads (uthread_yield)");
}

/* Its own place is not needed any more, but uthread_switch writes somewhere: into the thread, never onto a stack that may be gone. */
noreturn void uthread_exit(void)
{
    /* Answer 3.A1 (place 5 of 5) goes here: user-level threads */
    not_implemented("3.A1 user-level threads (uthread_exit)");
}
