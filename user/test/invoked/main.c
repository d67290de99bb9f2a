/*
 * The server of one traced invocation.
 */
#include "lib/log.h"
#include "lib/root.h"
#include "lib/trace.h"
#include "test/invoked/invoked.h"

RPC_SERVE(invoked, INVOKED_OPERATIONS)

static struct rpc_object object;

static enum outcome do_unused(struct rpc_object *self)
{
    (void)self;
    trace_mark("wrong method");
    return OK;
}

static enum outcome do_twice(struct rpc_object *self, uint64_t number, uint64_t *twice)
{
    trace_mark(self == &object ? "method runs" : "wrong object");
    *twice = 2 * number;
    return OK;
}

static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *session)
{
    static const struct invoked_operations operations = { do_unused, do_twice };

    (void)creation;
    const enum outcome outcome = rpc_object_manage(&root->env->entrypoint, &object, &invoked_interface, &operations);
    *session = object.capability;
    return outcome;
}

static void close_session(struct root *root, uint64_t id)
{
    (void)root, (void)id;
    rpc_object_dissolve(&object);
}

static struct root root = { .service = "Invoked", .create = create, .close = close_session };

void construct(struct env *env)
{
    trace_call_it(env->entrypoint.ec.selector, "server");
    if (root_announce(env, &root) != OK)
        env_exit(env, 1);
}
