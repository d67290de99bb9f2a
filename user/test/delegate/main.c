/*
 * Passes capabilities on: four as result from who made them, four as argument to somebody else, four as result from
 * there. Each is invoked where it has arrived. A fifth has no place.
 */
#include "lib/log.h"
#include "lib/session.h"
#include "test/tokens/tokens.h"

static struct env *own;

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "%s: %s", what, outcome_name(outcome));
    env_exit(own, 1);
}

static void open(struct session *session, const char *label)
{
    need(session_open(own, session, &(struct session_request){ "Tokens", label, "", TOKENS_RAM, TOKENS_CAPS }), label);
}

static uint64_t invoke_each(const struct capability *c)
{
    uint64_t digits = 0, digit = 0;

    for (unsigned i = 0; i < TOKENS; i++) {
        need(token_digit(c[i], &digit), "a token");
        digits = digits * 10 + digit;
    }
    return digits;
}

/* One object has one number here, however it has come: what comes back turned round are the same numbers turned round.
 */
static bool turned_round(const struct capability *c, const struct capability *d)
{
    for (unsigned i = 0; i < TOKENS; i++)
        if (c[i].selector != d[TOKENS - 1 - i].selector)
            return false;
    return true;
}

/* The fifth is refused where the message is written: here for arguments, at the server for results. Four of them may
 * not come. */
static void try_five(struct capability maker, struct capability keeper, const struct capability *c)
{
    struct capability d[TOKENS], fifth;

    log_line(own, "five as argument: %s", outcome_name(tokens_leave_five(keeper, c[0], c[1], c[2], c[3], c[0])));
    const enum outcome outcome = tokens_take_five(maker, &d[0], &d[1], &d[2], &d[3], &fifth);
    bool any = capability_valid(fifth);
    for (unsigned i = 0; i < TOKENS; i++)
        any |= capability_valid(d[i]);
    log_line(own, "five as result: %s, %s", outcome_name(outcome), any ? "some have come" : "none has come");
}

void construct(struct env *env)
{
    struct session maker, keeper;
    struct capability c[TOKENS], d[TOKENS];
    uint64_t digits = 0;

    own = env;
    open(&maker, "maker");
    open(&keeper, "keeper");
    need(tokens_make(maker.capability, &c[0], &c[1], &c[2], &c[3]), "four as result");
    log_line(env, "four as result, each invoked: %lu", invoke_each(c));
    need(tokens_leave(keeper.capability, c[0], c[1], c[2], c[3], &digits), "four as argument");
    log_line(env, "four as argument, each invoked there: %lu", digits);
    need(tokens_take(keeper.capability, &d[0], &d[1], &d[2], &d[3]), "four turned round");
    log_line(env, "turned round: %lu, the same numbers: %s", invoke_each(d), turned_round(c, d) ? "yes" : "no");
    for (unsigned i = 0; i < TOKENS; i++)
        capability_release(c[i]);
    log_line(env, "one of two counts given back: %lu", invoke_each(d));
    try_five(maker.capability, keeper.capability, d);
    env_exit(env, 0);
}
