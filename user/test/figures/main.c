/*
 * What the component system costs, in instructions if the time-stamp counter counts them: a call, a signal, a session.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/service/log.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "test/rpc_server/adder.h"

enum { ROUNDS = 1000, SESSIONS = 20, CALL_LIMIT = 450, SESSION_LIMIT = 100000 };

static struct env *own;

static uint64_t counter(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return low | (uint64_t)high << 32;
}

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "wrong: %s (%s)", what, outcome_name(outcome));
    env_exit(own, 1);
}

static void at_most(const char *what, uint64_t figure, uint64_t limit)
{
    log_line(own, "%s: %lu instructions (at most %lu)", what, figure, limit);
    if (figure > limit)
        env_exit(own, 1);
}

static uint64_t calls(struct capability adder)
{
    uint64_t sum;
    const uint64_t begin = counter();

    for (unsigned i = 0; i < ROUNDS; i++)
        need(adder_add(adder, 1, &sum), "a call");
    return (counter() - begin) / ROUNDS;
}

static void open(struct session *session)
{
    static const struct session_request request = { "Adder", "figures", "", ADDER_RAM, ADDER_CAPS };
    need(session_open(own, session, &request), "a session");
}

static uint64_t sessions(void)
{
    struct session session;
    const uint64_t begin = counter();

    for (unsigned i = 0; i < SESSIONS; i++) {
        open(&session);
        session_close(own, &session);
    }
    return (counter() - begin) / SESSIONS;
}

void construct(struct env *env)
{
    struct session session;

    own = env;
    open(&session);
    at_most("a call with a number each way, stubs and dispatch included", calls(session.capability), CALL_LIMIT);
    at_most("a session through init, opened and closed", sessions(), SESSION_LIMIT);
    env_exit(env, 0);
}
