/*
 * How a component begins: from nothing but its parent's capability to construct, and from there to its entrypoint.
 */
#include "lib/calls.h"
#include "lib/env.h"
#include "lib/interrupt.h"
#include "lib/own.h"
#include "lib/service/cpu.h"
#include "lib/service/parent.h"
#include "lib/service/pd.h"
#include "lib/signal.h"
#include "lib/thread.h"

RPC_SERVE(own, OWN_OPERATIONS)

enum { UTCB_ENTRYPOINT = UTCB_AREA + UTCB_SIZE, EXIT_CANNOT_BEGIN = 126 };

void main(const void *given);

static struct env env = { .parent = { FIRST_PARENT, PT_RIGHT_CALL } };
static struct thread main_thread;
struct rpc_object own_object;

void env_exit(struct env *e, int value)
{
    (void)!parent_exit(e->parent, value);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

/* ---- In the entrypoint ------------------------------------------------------------------------------------------------- */

static enum outcome do_begin(struct rpc_object *self)
{
    struct thread *thread = thread_self();

    (void)self;
    thread->in_handler = false;
    construct(&env);
    thread->in_handler = true;
    return OK;
}

static enum outcome do_signals(struct rpc_object *self)
{
    (void)self;
    signal_handle_all(&env);
    return OK;
}

static enum outcome do_interrupt(struct rpc_object *self, uint64_t interrupt)
{
    struct interrupt *i = (struct interrupt *)interrupt;

    (void)self;
    i->handle(i);
    return OK;
}

/* ---- In the main thread ------------------------------------------------------------------------------------------------ */

/* There is nobody to tell but the parent. */
static void need(enum outcome outcome)
{
    if (outcome != OK)
        env_exit(&env, EXIT_CANNOT_BEGIN);
}

static void take_environment(void)
{
    struct capability own_pd;

    need(parent_session_cap(env.parent, ENV_PD, &env.pd));
    need(parent_session_cap(env.parent, ENV_CPU, &env.cpu));
    need(parent_session_cap(env.parent, ENV_RAM, &env.ram));
    need(parent_session_cap(env.parent, ENV_CAP, &env.caps));
    need(parent_session_cap(env.parent, ENV_LOG, &env.log));
    need(parent_session_cap(env.parent, ENV_SIGNAL, &env.signal));
    need(pd_address_space(env.pd, &env.address_space));
    need(pd_self(env.pd, &own_pd));
    capability_init(own_pd);
}

/* The thread's record must be in the UTCB before the first call arrives: until a portal is bound to the EC, none can. */
static void make_entrypoint(void)
{
    static const struct own_operations operations = { do_begin, do_signals, do_interrupt };
    struct utcb *utcb = (struct utcb *)(uint64_t)UTCB_ENTRYPOINT;
    struct capability ec;

    need(cpu_create_thread(env.cpu, EC_LOCAL, 0, (uint64_t)utcb, 0, (uint64_t)entrypoint_stack(), env.pd, &ec));
    entrypoint_init(&env.entrypoint, ec, utcb);
    need(rpc_object_manage(&env.entrypoint, &own_object, &own_interface, &operations));
}

void main(const void *given)
{
    uint32_t doorbell;

    thread_init(&main_thread, (struct utcb *)given);
    take_environment();
    make_entrypoint();
    need(signal_init(&env, &doorbell));
    need(own_begin(own_object.capability));
    for (;;) {
        need(own_signals(own_object.capability));
        sm_down(doorbell, DEADLINE_NEVER);
    }
}
