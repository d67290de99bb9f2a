#include "core/cap.h"

#include "core/core.h"
#include "lib/calls.h"

RPC_SERVE(cap, CAP_OPERATIONS)

enum { FIGURE_USED = 1 };

struct cap_session {
    struct core_session session;
    struct account account;
};

static struct cap_session *cap_of(struct rpc_object *self)
{
    return CONTAINER(self, struct cap_session, session.object);
}

struct account *cap_account(struct capability c)
{
    struct rpc_object *object = rpc_object_of(c, &cap_interface);
    return object ? &cap_of(object)->account : NULL;
}

static enum outcome do_figures(struct rpc_object *self, uint64_t *quota, uint64_t *used)
{
    const struct account *a = &cap_of(self)->account;

    *quota = a->quota;
    *used = a->pd ? pd_figure(a->pd, FIGURE_USED).rdx * ACCOUNT_UNIT : 0;
    return OK;
}

static enum outcome do_transfer(struct rpc_object *self, struct capability to, uint64_t bytes)
{
    struct account *target = cap_account(to);
    return target ? account_transfer(&cap_of(self)->account, target, bytes) : INVALID;
}

static enum outcome do_set_reference(struct rpc_object *self, struct capability reference)
{
    struct account *target = cap_account(reference);
    return target ? account_set_reference(&cap_of(self)->account, target) : INVALID;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct cap_operations operations = { do_figures, do_transfer, do_set_reference };

    (void)args;
    account_init(&((struct cap_session *)session)->account, ACCOUNT_CAP);
    return rpc_object_manage(&core_entrypoint, &session->object, &cap_interface, &operations);
}

/* A PD does not outlive what pays for it. */
static void close_session(struct core_session *session)
{
    struct account *a = &((struct cap_session *)session)->account;

    if (a->pd)
        (void)destroy(a->pd);
    account_unbind(a);
    account_close(a);
}

const struct service cap_service = { "CAP", CAP_RAM, CAP_CAPS, 1, create, close_session };
