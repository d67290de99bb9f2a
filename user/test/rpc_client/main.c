/*
 * The client of the first conversation between two components: says what it saw, and exits with 0 if that was right.
 */
#include "lib/log.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "lib/string.h"
#include "test/rpc_server/adder.h"

static struct env *own;
static struct session session;

static void check(bool right, const char *what, enum outcome outcome)
{
    if (right)
        return;
    log_line(own, "wrong: %s (%s)", what, outcome_name(outcome));
    env_exit(own, 1);
}

static void on_told(struct signal_handler *handler, uint64_t count)
{
    uint64_t sum;

    (void)handler;
    log_line(own, "told %lu times", count);
    check(count == 42, "submissions merge into their sum", OK);
    const struct capability gone = session.capability;
    session_close(own, &session);
    const enum outcome outcome = adder_add(gone, 1, &sum);
    check(outcome == GONE, "a closed session answers nobody", outcome);
    env_exit(own, 0);
}

static struct signal_handler told = { .handle = on_told };

void construct(struct env *env)
{
    struct session_request request = { "Adder", "first", "", ADDER_RAM - 1, ADDER_CAPS };
    uint64_t sum = 0;
    char answer[64];

    own = env;
    enum outcome outcome = session_open(env, &session, &request);
    check(outcome == INSUFFICIENT_RAM, "too little quota is refused", outcome);
    request.ram = ADDER_RAM;
    outcome = session_open(env, &session, &request);
    check(outcome == OK, "a session", outcome);
    outcome = adder_add(session.capability, 40, &sum);
    outcome = outcome == OK ? adder_add(session.capability, 2, &sum) : outcome;
    check(outcome == OK && sum == 42, "40 + 2", outcome);
    outcome = adder_name(session.capability, "hello, ", answer);
    check(outcome == OK && text_begins(answer, "hello, "), "a text there and back", outcome);
    log_line(env, "%lu, %s", sum, answer);
    outcome = adder_name(session.capability, "a greeting of more than thirty-one characters", answer);
    check(outcome == INVALID, "a text that is too long is not sent", outcome);
    outcome = signal_handler_init(env, &told);
    check(outcome == OK, "a signal handler", outcome);
    outcome = adder_tell(session.capability, told.context);
    check(outcome == OK, "a capability as argument", outcome);
}
