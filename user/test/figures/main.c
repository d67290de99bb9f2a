/*
 * What the component system costs, in instructions if the time-stamp counter counts them: a call, a signal, a session.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/portal.h"
#include "lib/service/cpu.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "test/rpc_server/adder.h"

enum { ROUNDS = 1000, SESSIONS = 20, WORDS = 3, SESSION_LIMIT = 100000, STACK = 1024 };

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

/* Says as many words as a call of the adder, and nothing behind it looks at them. */
static uint64_t answer(uint64_t descriptor)
{
    return descriptor;
}

/* The same, without stubs and dispatch: a local EC of our own whose portal replies at once. */
static uint64_t bare_calls(void)
{
    static char stack[STACK] __attribute__((aligned(16)));
    const uint64_t utcb = UTCB_AREA + 8 * UTCB_SIZE;
    const uint32_t number = capability_number_new();
    struct capability ec;

    need(cpu_create_thread(own->cpu, EC_LOCAL, 0, utcb, 0, (uint64_t)stack + STACK, own->pd, &ec), "a local EC");
    const result r = create_pt(number, capability_own_pd().selector, ec.selector, (uint64_t)portal_entry, portal_id(answer), 0);
    need(outcome_of_status(r.rax), "a portal");
    const uint64_t begin = counter();
    for (unsigned i = 0; i < ROUNDS; i++)
        need(outcome_of_status(call(number, WORDS).rax), "a bare call");
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
    const uint64_t bare = bare_calls();
    log_line(own, "a call and its reply, %u words each way: %lu instructions", WORDS, bare);
    at_most("the same through stubs and dispatch", calls(session.capability), 2 * bare);
    at_most("a session through init, opened and closed", sessions(), SESSION_LIMIT);
    env_exit(env, 0);
}
