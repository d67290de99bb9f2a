#include "lib/forward.h"

#include "lib/session.h"

enum outcome forward(struct env *env, struct child_session *s)
{
    const uint64_t number = session_number();
    const enum outcome outcome = parent_session(env->parent, number, s->ram, s->caps, s->cpu, s->service, s->label, s->args,
                                                &s->session);

    if (outcome == OK || outcome == PENDING)
        s->local = (void *)number;
    return outcome;
}

enum outcome forward_close(struct env *env, struct child_session *s)
{
    const enum outcome outcome = parent_close(env->parent, (uint64_t)s->local);
    return outcome == PENDING ? PENDING : OK;
}

/* The quota is on its way, and nothing overtakes it. */
enum outcome forward_upgrade(struct env *env, struct child_session *s, uint64_t ram, uint64_t caps)
{
    const enum outcome outcome = parent_upgrade(env->parent, (uint64_t)s->local, ram, caps);
    return outcome == PENDING ? OK : outcome;
}

/* A session that comes, or one that ends. */
static void check(struct env *env, struct child_session *s)
{
    struct capability session;

    if (s->phase != SESSION_ASKED && s->phase != SESSION_CLOSE_TOLD)
        return;
    const enum outcome outcome = parent_session_cap(env->parent, (uint64_t)s->local, &session);
    if (outcome == PENDING)
        return;
    if (s->phase == SESSION_CLOSE_TOLD)
        child_closed(s);
    else
        child_answer(s, outcome, session);
    capability_release(session);
}

/* The last of an ended child's sessions takes the room for all with it, so the count is looked at each time. */
void forward_check(struct env *env, struct child *child)
{
    for (unsigned i = 0; i < child->sessions; i++)
        if (child->session[i].phase != SESSION_FREE && child->session[i].local)
            check(env, &child->session[i]);
}
