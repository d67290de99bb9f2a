/*
 * Threads of a program's own, which the kernel knows nothing of: several stacks, and one EC that goes from one to the other when
 * the thread on it says so. Nobody is preempted.
 */
#pragma once

#include <stddef.h>
#include <stdnoreturn.h>

struct uthread {
    void *rsp;            /* while it does not run: the top of what uthread_switch has pushed */
    struct uthread *next; /* all that have not ended are in a ring */
};

/*
 * Makes a thread that calls function(argument) on stack, size bytes, when it first runs. Returning from function ends it. It is
 * the last to have its turn. thread and stack must stay until it has ended.
 */
void uthread_create(struct uthread *thread, void *stack, size_t size, void (*function)(void *argument), void *argument);

/* Lets all others have a turn. Returns at once if there is nobody else. */
void uthread_yield(void);

/* Ends the calling thread. Never called by the program's first one. Afterwards nothing is read or written on its stack. */
noreturn void uthread_exit(void);

/* ---- switch.asm ---- */

/*
 * Saves what C expects to keep, puts the stack pointer into *from, and goes on at `to`, which is where an earlier call of this
 * function, or uthread_create, left another thread. Returns when somebody comes back.
 */
void uthread_switch(void **from, void *to);

/* Where a new thread begins: argument and function are on its stack. Only its address is taken. */
void uthread_begin(void);
