/*
 * The client of one traced invocation; before it one with a capability that it has not.
 */
#include "lib/log.h"
#include "lib/session.h"
#include "lib/trace.h"
#include "test/invoked/invoked.h"

enum { EMPTY = 400 /* a number under which nothing is */, NUMBER = 21 };

void construct(struct env *env)
{
    struct session session;
    const struct capability forged = { EMPTY, PT_RIGHT_CALL };
    uint64_t twice = 0, nothing;

    if (session_open(env, &session, &(struct session_request){ "Invoked", "", "", INVOKED_RAM, INVOKED_CAPS }) != OK)
        env_exit(env, 1);
    trace_call_it(env->entrypoint.ec.selector, "client");
    trace_call_it(session.capability.selector, "method");
    if (invoked_twice(session.capability, NUMBER, &twice) != OK) /* once before, so that nothing is new */
        env_exit(env, 1);
    trace_mark("forged");
    const enum outcome outcome = invoked_twice(forged, NUMBER, &nothing);
    trace_mark("client calls");
    const enum outcome second = invoked_twice(session.capability, NUMBER, &twice);
    trace_mark("client has it");
    log_line(env, "forged: %s, %lu calls back: %s, %lu", outcome_name(outcome), (uint64_t)NUMBER, outcome_name(second), twice);
    env_exit(env, outcome != GONE || second != OK || twice != 2 * NUMBER);
}
