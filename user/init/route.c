/*
 * Where the requests of children go, and what moves with them.
 */
#include "init/init.h"
#include "lib/forward.h"
#include "lib/log.h"
#include "lib/signal.h"
#include "lib/string.h"

extern struct signal_handler init_exited;

static struct init_child *own_child(struct child *child)
{
    return CONTAINER(child, struct init_child, run.child);
}

static struct init_child *find_child(const char *name)
{
    for (unsigned i = 0; i < CONFIG_CHILDREN; i++)
        if (init_child[i].start && text_equal(init_child[i].start->name, name))
            return &init_child[i];
    return NULL;
}

static enum outcome transfer(struct child *child, uint64_t ram, uint64_t caps, bool give)
{
    return child_transfer(init_env, &own_child(child)->run, ram, caps, give);
}

/* ---- Routes ------------------------------------------------------------------------------------------------------------ */

/* The client's name in front of its own words, or what the route says instead. */
static bool make_label(struct child *child, const struct config_route *route, struct child_session *s)
{
    char label[LABEL_SIZE];

    if (route->relabel)
        return text_copy(s->label, sizeof s->label, route->new_label);
    if (!text_copy(label, sizeof label, s->label) || !text_copy(s->label, sizeof s->label, child->name))
        return false;
    size_t length = text_length(s->label);
    if (!label[0])
        return true;
    if (!text_copy(s->label + length, sizeof s->label - length, " -> "))
        return false;
    length = text_length(s->label);
    return text_copy(s->label + length, sizeof s->label - length, label);
}

/* The child that offers it, or nobody yet: who waits for what is said. */
static enum outcome to_child(struct child *child, struct child_session *s, const struct config_route *route)
{
    struct init_child *server = find_child(route->child);

    if (server && child_offers(&server->run.child, s->service))
        s->server = &server->run.child;
    else
        log_line(init_env, "waiting: %s needs %s from %s", child->name, s->service, route->child);
    return PENDING;
}

static enum outcome denied(struct child *child, const struct child_session *s, const char *why)
{
    log_line(init_env, "init: %s: %s for service \"%s\", label \"%s\"", child->name, why, s->service, s->label);
    return DENIED;
}

/* What init serves itself. */
static enum outcome to_init(struct init_child *c, struct child_session *s)
{
    const enum outcome outcome = config_rom_open(c, &s->session);

    if (outcome == OK)
        capability_retain(s->session);
    return outcome;
}

static bool is_config(const struct init_child *c, const struct child_session *s)
{
    return c->start->config_length && text_equal(s->service, "ROM") && text_equal(s->label, "config");
}

static enum outcome route(struct child *child, struct child_session *s)
{
    const struct config_route *r = config_route(own_child(child)->start, s->service, s->label);

    if (is_config(own_child(child), s))
        return to_init(own_child(child), s);
    if (!r)
        return denied(child, s, "no route");
    if (r->to == ROUTE_DENY)
        return denied(child, s, "route denied");
    s->rule = r;
    if (!make_label(child, r, s))
        return INVALID;
    return r->to == ROUTE_PARENT ? forward(init_env, s) : to_child(child, s, r);
}

static enum outcome close_session(struct child *child, struct child_session *s)
{
    (void)child;
    return s->local ? forward_close(init_env, s) : OK;
}

static enum outcome upgrade(struct child *child, struct child_session *s, uint64_t ram, uint64_t caps)
{
    (void)child;
    return s->local ? forward_upgrade(init_env, s, ram, caps) : OK;
}

void route_changed(void)
{
    for (unsigned i = 0; i < CONFIG_CHILDREN; i++)
        forward_check(init_env, &init_child[i].run.child);
}

/* ---- Services and ends ------------------------------------------------------------------------------------------------- */

static bool provides(const struct config_start *start, const char *service)
{
    for (unsigned i = 0; i < start->provided; i++)
        if (text_equal(start->provides[i], service))
            return true;
    return false;
}

/* Those that have waited for it. */
static void serve_waiting(struct init_child *server, const char *service)
{
    for (unsigned i = 0; i < CONFIG_CHILDREN; i++)
        for (EACH_SESSION(s, &init_child[i].run.child)) {
            if (s->phase != SESSION_ASKED || s->server || s->local || !text_equal(s->service, service))
                continue;
            const struct config_route *r = s->rule;
            if (r && r->to == ROUTE_CHILD && text_equal(r->child, server->start->name))
                child_serve(&server->run.child, s);
        }
}

static enum outcome upgrade_environment(struct child *child, enum env_session number, uint64_t ram, uint64_t caps)
{
    return child_upgrade_own(init_env, &own_child(child)->run, number, ram, caps);
}

static enum outcome announce(struct child *child, const char *service)
{
    struct init_child *server = own_child(child);

    if (!provides(server->start, service)) {
        log_line(init_env, "init: %s: may not provide \"%s\": its \"provides\" does not say so", child->name, service);
        return DENIED;
    }
    serve_waiting(server, service);
    return OK;
}

static void on_exit(struct child *child, int value)
{
    struct init_child *c = own_child(child);

    log_line(init_env, "child \"%s\" exited with exit value %d", child->name, value);
    c->exited = true;
    (void)!signal_submit(init_exited.context);
    if (c->start->exit_ends_init)
        (void)!parent_exit(init_env->parent, value);
}

static void cleared(struct child *child)
{
    child_forget(init_env, &own_child(child)->run);
}

const struct child_policy init_policy = { route, close_session, upgrade, upgrade_environment, transfer, announce, on_exit, cleared };
