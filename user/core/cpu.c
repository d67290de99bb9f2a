#include "core/cpu.h"

#include "core/core.h"
#include "lib/calls.h"

RPC_SERVE(cpu, CPU_OPERATIONS)

enum { PRIORITY = 1, BUDGET_US = 10000 };

static struct thread_record *find_room(struct pd *pd)
{
    for (struct thread_record *t = pd->thread; t < pd->thread + THREADS_PER_PD; t++)
        if (!t->ec)
            return t;
    return NULL;
}

/* No quota of time yet: everybody takes turns in the fills (kernel/ABI.md §10.1). */
static result give_time(struct pd *pd, uint32_t ec)
{
    const uint32_t sc = capability_number_new();
    return create_sc(sc, pd->kernel_pd, ec, PRIORITY, BUDGET_US, 0, 0);
}

enum outcome thread_create(struct pd *pd, uint32_t kind, uint64_t utcb, uint64_t ip, uint64_t stack, struct capability *thread)
{
    struct thread_record *t = find_room(pd);
    const uint32_t ec = capability_number_new();

    if (!t || !ec)
        return OUT_OF_CAPS;
    *t = (struct thread_record){ ec, utcb, ip, stack };
    result r = create_ec(ec, EVENTS, pd->kernel_pd, pd->kernel_pd, EC_PLACE(utcb, kind, 0), (void *)stack, (void *)utcb);
    if (r.rax == SUCCESS && kind == EC_GLOBAL)
        r = give_time(pd, ec);
    if (r.rax != SUCCESS) {
        rpc_set_lacking(REFUSAL_LACKING(r.rdx) * (uint64_t)ACCOUNT_UNIT);
        t->ec = 0;
        capability_release((struct capability){ ec, 0 });
        return outcome_of_status(r.rax);
    }
    *thread = (struct capability){ ec, EC_RIGHT_PT | EC_RIGHT_CONTROL };
    return OK;
}

static enum outcome do_create_thread(struct rpc_object *self, uint32_t kind, uint32_t cpu, uint64_t utcb, uint64_t ip,
                                     uint64_t stack, struct capability pd_capability, struct capability *thread)
{
    struct pd *pd = pd_of(pd_capability);

    (void)self;
    if (!pd || cpu != 0 || kind > EC_GLOBAL || utcb % PAGE)
        return INVALID;
    return thread_create(pd, kind, utcb, ip, stack, thread);
}

static enum outcome do_kill_thread(struct rpc_object *self, struct capability thread)
{
    (void)self, (void)thread;
    return DENIED;
}

enum outcome cpu_session_create(struct rpc_object *session)
{
    static const struct cpu_operations operations = { do_create_thread, do_kill_thread };
    return rpc_object_manage(&core_entrypoint, session, &cpu_interface, &operations);
}
