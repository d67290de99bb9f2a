/*
 * Interrupts: a thread that waits for one line, and has a handler of the component called by the entrypoint.
 *
 * One thread for each line, so that a driver needs nobody else between the device and its handler.
 */
#pragma once

#include "lib/env.h"
#include "lib/thread.h"

enum { INTERRUPT_STACK = 4096 };

struct interrupt {
    void (*handle)(struct interrupt *interrupt);
    struct capability semaphore, thread; /* from here on: the library's */
    struct env *env;
    struct thread record;
    char stack[INTERRUPT_STACK] __attribute__((aligned(16)));
};

/* From its return on the handler is called whenever the interrupt of the IRQ session has fired.
 * OUT_OF_CAPS: no room for a thread. */
MUST_USE enum outcome interrupt_start(struct env *env, struct interrupt *interrupt, struct capability irq_session);
