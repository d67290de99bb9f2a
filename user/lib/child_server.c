/*
 * Sessions as a child is asked for them: what it offers, which requests it is told, and what it answers.
 */
#include "lib/child_parts.h"

#include "lib/string.h"

bool child_offers(const struct child *child, const char *service)
{
    for (unsigned i = 0; i < SERVICES_PER_CHILD; i++)
        if (child->service[i][0] && text_equal(child->service[i], service))
            return true;
    return false;
}

enum outcome child_do_announce(struct rpc_object *self, const char *service)
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

enum outcome child_do_request_sigh(struct rpc_object *self, struct capability signal)
{
    struct child *child = child_of(self);

    child_set_sigh(&child->request_sigh, signal);
    if (!list_empty(&child->requests))
        child_tell(signal);
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

enum outcome child_do_next_request(struct rpc_object *self, enum request_kind *kind, uint64_t *id, uint64_t *ram, uint64_t *caps,
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
        child_tell(s->client->session_sigh);
    return OK;
}

enum outcome child_do_answer(struct rpc_object *self, uint64_t id, enum outcome outcome, struct capability session)
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
