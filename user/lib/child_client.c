/*
 * Sessions as a child asks for them: begun, fetched, given more, closed.
 */
#include "lib/child_parts.h"

#include "lib/string.h"

static struct child_session *find(struct child *child, uint64_t id)
{
    for (EACH_SESSION(s, child))
        if (s->phase != SESSION_FREE && s->id == id)
            return s;
    return NULL;
}

static struct child_session *find_room(struct child *child)
{
    for (EACH_SESSION(s, child))
        if (s->phase == SESSION_FREE)
            return s;
    return NULL;
}

static enum outcome begin_session(struct child *child, struct child_session *s, struct capability *session)
{
    enum outcome outcome = child->policy->transfer(child, s->ram, s->caps, true);

    if (outcome != OK) {
        child_session_forget(s);
        return outcome;
    }
    outcome = child->policy->route(child, s);
    if (outcome == OK) {
        s->phase = SESSION_IN_USE;
        *session = s->session;
    } else if (outcome == PENDING) {
        if (s->server)
            child_serve(s->server, s);
    } else {
        child_session_give_back(s);
        child_session_forget(s);
    }
    return outcome;
}

enum outcome child_do_session(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps, uint32_t cpu,
                              const char *service, const char *label, const char *args, struct capability *session)
{
    struct child *child = child_of(self);
    struct child_session *s = find_room(child);

    if (id < ENV_FREE || find(child, id))
        return INVALID;
    if (!s)
        return OUT_OF_RAM;
    *s = (struct child_session){ .client = child, .phase = SESSION_ASKED, .id = id, .ram = ram, .caps = caps, .cpu = cpu };
    list_init(&s->of_server);
    (void)text_copy(s->service, sizeof s->service, service);
    (void)text_copy(s->label, sizeof s->label, label);
    (void)text_copy(s->args, sizeof s->args, args);
    return begin_session(child, s, session);
}

enum outcome child_do_session_cap(struct rpc_object *self, uint64_t id, struct capability *session)
{
    struct child *child = child_of(self);
    struct child_session *s;

    if (id && id < ENV_FREE) {
        *session = child->environment[id];
        return capability_valid(*session) ? OK : DENIED;
    }
    s = find(child, id);
    if (!s)
        return INVALID;
    switch (s->phase) {
    case SESSION_READY:
    case SESSION_IN_USE:
        s->phase = SESSION_IN_USE;
        *session = s->session;
        return OK;
    case SESSION_REFUSED: {
        const enum outcome outcome = s->outcome;
        child_session_forget(s);
        return outcome;
    }
    default:
        return PENDING;
    }
}

enum outcome child_do_session_sigh(struct rpc_object *self, struct capability signal)
{
    child_set_sigh(&child_of(self)->session_sigh, signal);
    return OK;
}

static enum outcome upgrade_environment(struct child *child, enum env_session number, uint64_t ram, uint64_t caps)
{
    enum outcome outcome = child->policy->transfer(child, ram, caps, true);

    if (outcome != OK)
        return outcome;
    outcome = child->policy->upgrade_environment(child, number, ram, caps);
    if (outcome != OK)
        (void)!child->policy->transfer(child, ram, caps, false);
    return outcome;
}

enum outcome child_do_upgrade(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps)
{
    struct child *child = child_of(self);
    struct child_session *s = find(child, id);

    if (id && id < ENV_FREE)
        return upgrade_environment(child, (enum env_session)id, ram, caps);
    if (!s || s->phase != SESSION_IN_USE)
        return INVALID;
    const enum outcome outcome = child->policy->transfer(child, ram, caps, true);
    if (outcome != OK)
        return outcome;
    if (!s->server) {
        const enum outcome said = child->policy->upgrade(child, s, ram, caps);
        if (said != OK) {
            (void)!child->policy->transfer(child, ram, caps, false);
            return said;
        }
    }
    s->ram += ram;
    s->caps += caps;
    if (!s->server)
        return OK;
    s->new_ram = ram;
    s->new_caps = caps;
    s->phase = SESSION_UPGRADING;
    child_tell(s->server->request_sigh);
    return PENDING;
}

enum outcome child_do_close(struct rpc_object *self, uint64_t id)
{
    struct child *child = child_of(self);
    struct child_session *s = find(child, id);

    if (!s || s->phase == SESSION_CLOSING || s->phase == SESSION_CLOSE_TOLD)
        return INVALID;
    return child_session_close(s);
}
