/*
 * How a component begins: from nothing but its parent's capability to construct, and from there to its entrypoint.
 */
#include "lib/calls.h"
#include "lib/env.h"
#include "lib/service/cpu.h"
#include "lib/service/parent.h"
#include "lib/service/pd.h"
#include "lib/signal.h"
#include "lib/thread.h"

enum { UTCB_ENTRYPOINT = UTCB_AREA + UTCB_SIZE, EXIT_CANNOT_BEGIN = 126 };

void main(const void *given);

static struct env env = { .parent = { FIRST_PARENT, PT_RIGHT_CALL } };
static struct thread main_thread;
static struct lock component_lock;

void env_exit(struct env *e, int value)
{
    (void)!parent_exit(e->parent, value);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

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
    need(pd_self(env.pd, &own_pd));
    need(capability_init(own_pd));
}

/* The thread record must be in the UTCB before the first call arrives: until a portal is bound to the EC, none can. */
static void make_entrypoint(void)
{
    struct utcb *utcb = (struct utcb *)(uint64_t)UTCB_ENTRYPOINT;
    struct capability ec;

    need(lock_init(&component_lock));
    need(cpu_create_thread(env.cpu, EC_LOCAL, 0, (uint64_t)utcb, 0, (uint64_t)entrypoint_stack(), env.pd, &ec));
    entrypoint_init(&env.entrypoint, ec, &component_lock, utcb);
}

void main(const void *given)
{
    thread_init(&main_thread, (struct utcb *)given);
    take_environment();
    make_entrypoint();
    need(signal_init(&env));
    lock_take(&component_lock);
    construct(&env);
    lock_release(&component_lock);
    signal_loop(&env);
}
