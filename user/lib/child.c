#include "lib/child.h"

#include "lib/signal.h"
#include "lib/string.h"

RPC_SERVE(parent, PARENT_OPERATIONS)

static struct child *child_of(struct rpc_object *self)
{
    return CONTAINER(self, struct child, parent);
}

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

/* Whoever shall be told has perhaps not said how yet, or is gone: then it asks by itself, or never. */
static void tell(struct capability sigh)
{
    if (capability_valid(sigh))
        (void)!signal_submit(sigh);
}

static void set_sigh(struct capability *sigh, struct capability signal)
{
    capability_retain(signal);
    capability_release(*sigh);
    *sigh = signal;
}

static void forget(struct child_session *s)
{
    list_remove(&s->of_server);
    capability_release(s->session);
    s->session = NO_CAPABILITY;
    s->server = NULL;
    s->local = NULL;
    s->phase = SESSION_FREE;
}

/*
 * Everything the client has given comes back: from the server, if it has it. What a server does not give back is its
 * client's loss, not the parent's.
 */
static void give_back(struct child_session *s)
{
    if (s->at_server && s->server->policy->transfer(s->server, s->ram, s->caps, true) != OK)
        s->ram = s->caps = 0;
    s->at_server = false;
    if (!s->client->ended)
        (void)!s->client->policy->transfer(s->client, s->ram, s->caps, false);
    s->ram = s->caps = 0;
}

/* ---- The client's side ------------------------------------------------------------------------------------------------- */

void child_serve(struct child *server, struct child_session *s)
{
    s->server = server;
    list_append(&server->requests, &s->of_server);
    tell(server->request_sigh);
}

static enum outcome begin_session(struct child *child, struct child_session *s, struct capability *session)
{
    enum outcome outcome = child->policy->transfer(child, s->ram, s->caps, true);

    if (outcome != OK) {
        forget(s);
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
        give_back(s);
        forget(s);
    }
    return outcome;
}

static enum outcome do_session(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps, uint32_t cpu,
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

static enum outcome do_session_cap(struct rpc_object *self, uint64_t id, struct capability *session)
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
        forget(s);
        return outcome;
    }
    default:
        return PENDING;
    }
}

static enum outcome do_session_sigh(struct rpc_object *self, struct capability signal)
{
    set_sigh(&child_of(self)->session_sigh, signal);
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

static enum outcome do_upgrade(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps)
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
    tell(s->server->request_sigh);
    return PENDING;
}

static enum outcome close_session(struct child_session *s)
{
    enum outcome outcome = OK;

    if (s->server && s->phase != SESSION_ASKED && s->phase != SESSION_REFUSED) {
        s->phase = SESSION_CLOSING;
        tell(s->server->request_sigh);
        return PENDING;
    }
    if (s->local)
        outcome = s->client->policy->close(s->client, s);
    if (outcome == PENDING) {
        s->phase = SESSION_CLOSE_TOLD;
        return PENDING;
    }
    give_back(s);
    forget(s);
    return OK;
}

static enum outcome do_close(struct rpc_object *self, uint64_t id)
{
    struct child *child = child_of(self);
    struct child_session *s = find(child, id);

    if (!s || s->phase == SESSION_CLOSING || s->phase == SESSION_CLOSE_TOLD)
        return INVALID;
    return close_session(s);
}

/* ---- The server's side ------------------------------------------------------------------------------------------------- */

bool child_offers(const struct child *child, const char *service)
{
    for (unsigned i = 0; i < SERVICES_PER_CHILD; i++)
        if (child->service[i][0] && text_equal(child->service[i], service))
            return true;
    return false;
}

static enum outcome do_announce(struct rpc_object *self, const char *service)
{
    struct child *child = child_of(self);

    if (!service[0] || child_offers(child, service))
        return INVALID;
    for (unsigned i = 0; i < SERVICES_PER_CHILD; i++)
        if (!child->service[i][0]) {
            (void)text_copy(child->service[i], SERVICE_SIZE, service);
            const enum outcome outcome = child->policy->announce(child, service);
            if (outcome != OK)
                child->service[i][0] = 0;
            return outcome;
        }
    return OUT_OF_RAM;
}

static enum outcome do_request_sigh(struct rpc_object *self, struct capability signal)
{
    struct child *child = child_of(self);

    set_sigh(&child->request_sigh, signal);
    if (!list_empty(&child->requests))
        tell(signal);
    return OK;
}

/* Upgrades and closes first: what they free or bring may be what a creation needs. */
static struct child_session *next_told(struct child *server, enum request_kind *kind)
{
    static const enum session_phase order[] = { SESSION_UPGRADING, SESSION_CLOSING, SESSION_ASKED };
    static const enum request_kind kinds[] = { REQUEST_UPGRADE, REQUEST_CLOSE, REQUEST_CREATE };

    for (unsigned i = 0; i < sizeof order / sizeof *order; i++)
        for (LIST_EACH(link, &server->requests)) {
            struct child_session *s = CONTAINER(link, struct child_session, of_server);
            *kind = kinds[i];
            if (s->phase == order[i])
                return s;
        }
    return NULL;
}

/* What the server calls a session: which place of which client. Unique among those it is asked to serve. */
static uint64_t number_of(const struct child_session *s)
{
    return (uint64_t)s;
}

static struct child_session *find_request(struct child *server, uint64_t number)
{
    for (LIST_EACH(link, &server->requests)) {
        struct child_session *s = CONTAINER(link, struct child_session, of_server);
        if (number_of(s) == number)
            return s;
    }
    return NULL;
}

/* The parent got it from the client a moment ago, so this does not fail. */
static void pay_server(struct child_session *s, enum request_kind kind)
{
    const bool upgrade = kind == REQUEST_UPGRADE;

    if (kind != REQUEST_CLOSE)
        (void)!s->server->policy->transfer(s->server, upgrade ? s->new_ram : s->ram, upgrade ? s->new_caps : s->caps, false);
}

static enum outcome do_next_request(struct rpc_object *self, enum request_kind *kind, uint64_t *id, uint64_t *ram, uint64_t *caps,
                                    uint32_t *cpu, char *service, char *label, char *args)
{
    struct child_session *s = next_told(child_of(self), kind);

    if (!s)
        return NOTHING;
    pay_server(s, *kind);
    *id = number_of(s);
    *ram = *kind == REQUEST_UPGRADE ? s->new_ram : s->ram;
    *caps = *kind == REQUEST_UPGRADE ? s->new_caps : s->caps;
    *cpu = s->cpu;
    (void)text_copy(service, SERVICE_SIZE, s->service);
    (void)text_copy(label, LABEL_SIZE, s->label);
    (void)text_copy(args, ARGS_SIZE, s->args);
    s->at_server = true;
    s->phase = *kind == REQUEST_CREATE ? SESSION_TOLD : *kind == REQUEST_CLOSE ? SESSION_CLOSE_TOLD : SESSION_IN_USE;
    if (*kind == REQUEST_UPGRADE)
        tell(s->client->session_sigh);
    return OK;
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
        give_back(s);
    }
    tell(s->client->session_sigh);
}

void child_closed(struct child_session *s)
{
    struct child *client = s->client;

    give_back(s);
    forget(s);
    if (!client->ended)
        tell(client->session_sigh);
    else if (child_is_clear(client))
        client->policy->cleared(client);
}

static enum outcome do_answer(struct rpc_object *self, uint64_t id, enum outcome outcome, struct capability session)
{
    struct child_session *s = find_request(child_of(self), id);

    if (!s)
        return INVALID;
    if (s->phase == SESSION_CLOSE_TOLD)
        child_closed(s);
    else if (s->phase == SESSION_TOLD)
        child_answer(s, outcome == OK && !capability_valid(session) ? DENIED : outcome, session);
    else
        return INVALID;
    return OK;
}

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
        do_session, do_session_cap,   do_session_sigh, do_upgrade, do_close,
        do_announce, do_request_sigh, do_next_request, do_answer,  do_exit,
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
    set_sigh(&child->session_sigh, NO_CAPABILITY);
    set_sigh(&child->request_sigh, NO_CAPABILITY);
    for (unsigned i = 0; i < SERVICES_PER_CHILD; i++)
        child->service[i][0] = 0;
    for (LIST_EACH(link, &child->requests))
        lose_server(CONTAINER(link, struct child_session, of_server));
    for (EACH_SESSION(s, child))
        if (s->phase != SESSION_FREE && s->phase != SESSION_CLOSING && s->phase != SESSION_CLOSE_TOLD)
            (void)!close_session(s);
}

bool child_is_clear(const struct child *child)
{
    for (EACH_SESSION(s, child))
        if (s->phase != SESSION_FREE)
            return false;
    return child->ended;
}
