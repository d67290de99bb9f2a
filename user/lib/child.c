#include "lib/child_parts.h"

#include "lib/signal.h"

void child_tell(struct capability sigh)
{
    if (capability_valid(sigh))
        (void)!signal_submit(sigh);
}

void child_set_sigh(struct capability *sigh, struct capability signal)
{
    capability_retain(signal);
    capability_release(*sigh);
    *sigh = signal;
}

/* ---- The states of a session ------------------------------------------------------------------------------------------- */

void child_session_forget(struct child_session *s)
{
    list_remove(&s->of_server);
    capability_release(s->session);
    s->session = NO_CAPABILITY;
    s->server = NULL;
    s->local = NULL;
    s->phase = SESSION_FREE;
}

void child_session_give_back(struct child_session *s)
{
    if (s->at_server && s->server->policy->transfer(s->server, s->ram, s->caps, true) != OK)
        s->ram = s->caps = 0;
    s->at_server = false;
    if (!s->client->ended)
        (void)!s->client->policy->transfer(s->client, s->ram, s->caps, false);
    s->ram = s->caps = 0;
}

void child_serve(struct child *server, struct child_session *s)
{
    s->server = server;
    list_append(&server->requests, &s->of_server);
    child_tell(server->request_sigh);
}

void child_answer(struct child_session *s, enum outcome outcome, struct capability session)
{
    if (outcome == OK) {
        capability_retain(session);
        s->session = session;
        s->phase = SESSION_READY;
    } else {
        s->outcome = outcome == PENDING ? DENIED : outcome;
        s->phase = SESSION_REFUSED;
        child_session_give_back(s);
    }
    child_tell(s->client->session_sigh);
}

void child_closed(struct child_session *s)
{
    struct child *client = s->client;

    child_session_give_back(s);
    child_session_forget(s);
    if (!client->ended)
        child_tell(client->session_sigh);
    else if (child_is_clear(client))
        client->policy->cleared(client);
}

enum outcome child_session_close(struct child_session *s)
{
    enum outcome outcome = OK;

    if (s->server && s->phase != SESSION_ASKED && s->phase != SESSION_REFUSED) {
        s->phase = SESSION_CLOSING;
        child_tell(s->server->request_sigh);
        return PENDING;
    }
    if (s->local)
        outcome = s->client->policy->close(s->client, s);
    if (outcome == PENDING) {
        s->phase = SESSION_CLOSE_TOLD;
        return PENDING;
    }
    child_session_give_back(s);
    child_session_forget(s);
    return OK;
}

/* ---- The beginning of a child ------------------------------------------------------------------------------------------ */

RPC_SERVE(parent, PARENT_OPERATIONS)

static enum outcome do_exit(struct rpc_object *self, int value)
{
    struct child *child = child_of(self);

    child->policy->exit(child, value);
    return OK;
}

enum outcome child_init(struct child *child, struct entrypoint *entrypoint, const struct child_policy *policy, const char *name,
                        struct child_session *session, unsigned sessions)
{
    static const struct parent_operations operations = {
        child_do_session,  child_do_session_cap,  child_do_session_sigh, child_do_upgrade, child_do_close,
        child_do_announce, child_do_request_sigh, child_do_next_request, child_do_answer,  do_exit,
    };

    child->ended = false;
    child->policy = policy;
    child->name = name;
    child->session = session;
    child->sessions = sessions;
    list_init(&child->requests);
    return rpc_object_manage(entrypoint, &child->parent, &parent_interface, &operations);
}

/* ---- The end of a child ------------------------------------------------------------------------------------------------ */

/* What it had of quota is its parent's already: its accounts are closed. */
static void lose_server(struct child_session *s)
{
    list_remove(&s->of_server);
    s->server = NULL;
    s->at_server = false;
    switch (s->phase) {
    case SESSION_ASKED:
    case SESSION_TOLD:
        s->phase = SESSION_ASKED;
        break;
    case SESSION_CLOSING:
    case SESSION_CLOSE_TOLD:
        child_closed(s);
        break;
    case SESSION_REFUSED:
        break;
    default:
        s->phase = SESSION_IN_USE; /* it answers nobody; the client will find out, and close it */
    }
}

void child_end(struct child *child)
{
    if (!child->policy) { /* it never began */
        child->ended = true;
        return;
    }
    child->ended = true;
    rpc_object_dissolve(&child->parent);
    child_set_sigh(&child->session_sigh, NO_CAPABILITY);
    child_set_sigh(&child->request_sigh, NO_CAPABILITY);
    for (unsigned i = 0; i < SERVICES_PER_CHILD; i++)
        child->service[i][0] = 0;
    for (LIST_EACH(link, &child->requests))
        lose_server(CONTAINER(link, struct child_session, of_server));
    for (EACH_SESSION(s, child))
        if (s->phase != SESSION_FREE && s->phase != SESSION_CLOSING && s->phase != SESSION_CLOSE_TOLD)
            (void)!child_session_close(s);
}

bool child_is_clear(const struct child *child)
{
    for (EACH_SESSION(s, child))
        if (s->phase != SESSION_FREE)
            return false;
    return child->ended;
}
