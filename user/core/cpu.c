#include "core/cpu.h"

#include "core/core.h"
#include "lib/calls.h"

RPC_SERVE(cpu, CPU_OPERATIONS)

enum { PRIORITY = 1, BUDGET_US = 10000 };

_Static_assert(THREAD_CAPS >= 2 * PLACE_CAPS, "core's places for an EC and its SC");

static struct thread_record *find_room(struct pd *pd)
{
    for (struct thread_record *t = pd->thread; t < pd->thread + THREADS_PER_PD; t++)
        if (!t->ec)
            return t;
    return NULL;
}

/* The thread itself is charged to its PD. No quota of time yet: everybody takes turns in the fills (kernel/ABI.md §10.1). */
static result make(struct pd *pd, uint32_t kind, struct thread_record *t)
{
    result r = create_ec(t->ec, EVENTS, pd->kernel_pd, pd->kernel_pd, EC_PLACE(t->utcb, kind, 0), (void *)t->stack,
                         (void *)t->utcb);

    if (r.rax != SUCCESS || kind == EC_LOCAL)
        return r;
    t->sc = capability_number_new();
    return create_sc(t->sc, pd->kernel_pd, t->ec, PRIORITY, BUDGET_US, 0, 0);
}

enum outcome thread_create(struct core_session *cpu, struct pd *pd, uint32_t kind, uint64_t utcb, uint64_t ip, uint64_t stack,
                           struct capability *thread)
{
    struct thread_record *t = find_room(pd);
    enum outcome outcome = session_take(cpu, 0, THREAD_CAPS);

    if (outcome != OK)
        return outcome;
    const uint32_t ec = t ? capability_number_new() : 0;
    if (!ec) {
        session_give_back(cpu, 0, THREAD_CAPS);
        return OUT_OF_CAPS;
    }
    *t = (struct thread_record){ ec, 0, cpu, utcb, ip, stack };
    const result r = make(pd, kind, t);
    if (r.rax != SUCCESS) {
        thread_kill(t);
        rpc_set_lacking(REFUSAL_LACKING(r.rdx) * (uint64_t)ACCOUNT_UNIT);
        return outcome_of_status(r.rax);
    }
    *thread = (struct capability){ ec, EC_RIGHT_PT | EC_RIGHT_CONTROL };
    return OK;
}

static enum outcome do_create_thread(struct rpc_object *self, uint32_t kind, uint32_t cpu, uint64_t utcb, uint64_t ip,
                                     uint64_t stack, struct capability pd_capability, struct capability *thread)
{
    struct pd *pd = pd_of(pd_capability);

    if (!pd || cpu != 0 || kind > EC_GLOBAL || utcb % PAGE)
        return INVALID;
    return thread_create(CONTAINER(self, struct core_session, object), pd, kind, utcb, ip, stack, thread);
}

static void kill_threads(struct core_session *cpu, uint32_t ec)
{
    for (LIST_EACH(link, &pds)) {
        struct pd *pd = CONTAINER(link, struct pd, link);
        for (struct thread_record *t = pd->thread; t < pd->thread + THREADS_PER_PD; t++)
            if (t->ec && t->cpu == cpu && (!ec || t->ec == ec))
                thread_kill(t);
    }
}

static enum outcome do_kill_thread(struct rpc_object *self, struct capability thread)
{
    if (!capability_valid(thread))
        return INVALID;
    kill_threads(CONTAINER(self, struct core_session, object), thread.selector);
    return OK;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct cpu_operations operations = { do_create_thread, do_kill_thread };

    (void)args;
    return rpc_object_manage(&core_entrypoint, &session->object, &cpu_interface, &operations);
}

static void close_session(struct core_session *session)
{
    kill_threads(session, 0);
}

const struct service cpu_service = { "CPU", CPU_RAM, CPU_CAPS, 1, create, close_session };
