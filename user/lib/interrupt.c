#include "lib/interrupt.h"

#include "lib/calls.h"
#include "lib/own.h"
#include "lib/service/cpu.h"
#include "lib/service/irq.h"
#include "lib/service/parent.h"

enum {
    FIRST_PLACE = 2, /* of UTCBs: 0 is the main thread's, 1 the entrypoint's */
    INTERRUPTS = 4,
};

static struct interrupt *started[INTERRUPTS];
static unsigned count;

static uint64_t utcb_of(unsigned n)
{
    return UTCB_AREA + (FIRST_PLACE + (uint64_t)n) * UTCB_SIZE;
}

/* The interrupt's thread: where its UTCB is tells which one it is. */
static void wait_and_call(struct utcb *utcb)
{
    struct interrupt *interrupt = started[((uint64_t)utcb - utcb_of(0)) / UTCB_SIZE];

    thread_init(&interrupt->record, utcb);
    while (sm_down(interrupt->semaphore.selector, DEADLINE_NEVER).rax == SUCCESS &&
           own_interrupt(own_object.capability, (uint64_t)interrupt) == OK)
        ;
    for (;;) /* the session was closed */
        ec_control(0, EC_PAUSE, 0);
}

enum outcome interrupt_start(struct env *env, struct interrupt *interrupt, struct capability irq_session)
{
    const uint64_t stack = (uint64_t)interrupt->stack + INTERRUPT_STACK - 8; /* as if called */

    if (count == INTERRUPTS)
        return OUT_OF_CAPS;
    enum outcome outcome = irq_semaphore(irq_session, &interrupt->semaphore);
    if (outcome != OK)
        return outcome;
    interrupt->env = env;
    started[count] = interrupt;
    count++;
    do
        outcome = cpu_create_thread(env->cpu, EC_GLOBAL, 0, utcb_of(count - 1), (uint64_t)wait_and_call, stack, env->pd,
                                    &interrupt->thread);
    while (env_upgrade(env, ENV_CPU, outcome));
    return outcome;
}
