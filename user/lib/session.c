#include "lib/session.h"

#include "lib/service/parent.h"
#include "lib/signal.h"
#include "lib/thread.h"

static struct signal_handler changed;
static uint64_t next_id = ENV_FREE;

static void nothing(void)
{
}

static void (*on_change)(void) = nothing;

/* Closing is not waited for, so somebody has to be told that it is over, and need not do anything. */
static void handle(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    on_change();
}

static enum outcome listen(struct env *env)
{
    if (capability_valid(changed.context))
        return OK;
    changed.handle = handle;
    const enum outcome outcome = signal_handler_init(env, &changed);
    return outcome == OK ? parent_session_sigh(env->parent, changed.context) : outcome;
}

enum outcome session_listen(struct env *env, void (*function)(void))
{
    on_change = function;
    return listen(env);
}

uint64_t session_number(void)
{
    return next_id++;
}

static enum outcome wait_for(struct env *env, struct session *session)
{
    enum outcome outcome;

    while ((outcome = parent_session_cap(env->parent, session->id, &session->capability)) == PENDING)
        signal_wait(env, &changed);
    return outcome;
}

enum outcome session_open(struct env *env, struct session *session, const struct session_request *r)
{
    enum outcome outcome = listen(env);

    if (outcome != OK)
        return outcome;
    *session = (struct session){ .id = session_number() };
    outcome = parent_session(env->parent, session->id, r->ram, r->caps, 0, r->service, r->label, r->args, &session->capability);
    if (outcome == PENDING && thread_self()->in_handler) {
        (void)!parent_close(env->parent, session->id);
        outcome = WOULD_BLOCK;
    } else if (outcome == PENDING) {
        outcome = wait_for(env, session);
    }
    if (outcome != OK)
        session->id = 0;
    return outcome;
}

enum outcome session_upgrade(struct env *env, struct session *session, uint64_t ram, uint64_t caps)
{
    const enum outcome outcome = parent_upgrade(env->parent, session->id, ram, caps);

    if (outcome != PENDING)
        return outcome;
    if (thread_self()->in_handler)
        return OK; /* the quota has moved; the server will hear of it before any later close or create */
    struct session again = *session;
    return wait_for(env, &again);
}

void session_close(struct env *env, struct session *session)
{
    if (!session->id)
        return;
    capability_release(session->capability);
    (void)!parent_close(env->parent, session->id);
    *session = (struct session){ NO_CAPABILITY, 0 };
}
