/*
 * Rings five thousand times as fast as it can, and then somewhere else until there is nobody any more.
 */
#include "lib/log.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "test/bell/bell.h"

enum { TIMES = 5000 };

static struct env *own;

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "%s: %s", what, outcome_name(outcome));
    env_exit(own, 1);
}

void construct(struct env *env)
{
    struct session bell;
    struct capability ring, victim;
    enum outcome outcome;

    own = env;
    need(session_open(env, &bell, &(struct session_request){ "Bell", "", "", BELL_RAM, BELL_CAPS }), "Bell");
    need(bell_contexts(bell.capability, &ring, &victim), "contexts");
    for (unsigned i = 0; i < TIMES; i++)
        need(signal_submit(ring), "a signal");
    need(bell_rung(bell.capability, TIMES), "rung");
    do
        outcome = signal_submit(victim);
    while (outcome == OK);
    log_line(env, "the victim is %s", outcome_name(outcome));
    need(bell_gone(bell.capability), "gone");
    env_exit(env, 0);
}
