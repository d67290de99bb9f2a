/*
 * What the component system costs beside the kernel's bare call: in instructions, which the machine of the scenarios
 * counts by its time-stamp counter.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/service/log.h"
#include "lib/session.h"
#include "lib/thread.h"
#include "test/witness/witness.h"

enum { ROUNDS = 1000, SESSIONS = 50, SESSION_LIMIT = 100000, WORDS = 3 };

static struct env *own;
static uint64_t ticks_of_1000; /* instructions */

static uint64_t now(void)
{
    return __builtin_ia32_rdtsc();
}

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "%s: %s", what, outcome_name(outcome));
    env_exit(own, 1);
}

/* How fast the counter counts: a loop of two instructions. */
static void calibrate(void)
{
    uint64_t left = 500000;
    const uint64_t begin = now();

    __asm__ volatile("1: dec %0\n jnz 1b" : "+r"(left) : : "cc");
    ticks_of_1000 = (now() - begin) / 1000;
}

static uint64_t instructions(uint64_t ticks, uint64_t rounds)
{
    return ticks * 1000 / ticks_of_1000 / rounds;
}

static uint64_t bare_calls(struct capability portal)
{
    struct utcb *u = thread_self()->utcb;
    uint64_t failed = 0;
    const uint64_t begin = now();

    for (unsigned i = 0; i < ROUNDS; i++) {
        capability_window(u, 0);
        failed += call(portal.selector, DESCRIPTOR(WORDS, 0)).rax != SUCCESS;
    }
    const uint64_t cost = instructions(now() - begin, ROUNDS);
    need(failed ? GONE : OK, "bare calls");
    return cost;
}

static uint64_t remote_calls(struct capability witness)
{
    uint64_t same, wrong = 0;
    const uint64_t begin = now();

    for (unsigned i = 0; i < ROUNDS; i++)
        wrong += witness_echo(witness, i, &same) != OK || same != i;
    const uint64_t cost = instructions(now() - begin, ROUNDS);
    need(wrong ? GONE : OK, "remote calls");
    return cost;
}

/* Opened only: what a close costs is another figure. */
static uint64_t sessions(const char *service, uint64_t ram, uint64_t caps)
{
    uint64_t ticks = 0;

    for (unsigned i = 0; i < SESSIONS; i++) {
        struct session session;
        const uint64_t begin = now();
        need(session_open(own, &session, &(struct session_request){ service, "", "", ram, caps }), service);
        ticks += now() - begin;
        session_close(own, &session);
    }
    return instructions(ticks, SESSIONS);
}

static const char *yes(bool right)
{
    return right ? "yes" : "no";
}

void construct(struct env *env)
{
    struct session witness;
    struct capability portal;

    own = env;
    calibrate();
    need(session_open(env, &witness, &(struct session_request){ "Witness", "", "", WITNESS_RAM, WITNESS_CAPS }),
         "Witness");
    need(witness_bare(witness.capability, &portal), "a bare portal");
    const uint64_t bare = bare_calls(portal), remote = remote_calls(witness.capability);
    const uint64_t core = sessions("LOG", LOG_RAM, LOG_CAPS), sibling = sessions("Witness", WITNESS_RAM, WITNESS_CAPS);
    log_line(env, "bare call and reply, 3 words each way: %lu instructions", bare);
    log_line(env, "remote call with a number each way: %lu instructions", remote);
    log_line(env, "at most twice the bare one: %s", yes(remote <= 2 * bare));
    log_line(env, "a session of core through init: %lu instructions", core);
    log_line(env, "a session of a sibling through init: %lu instructions", sibling);
    log_line(env, "at most %u each: %s", SESSION_LIMIT, yes(core <= SESSION_LIMIT && sibling <= SESSION_LIMIT));
    env_exit(env, 0);
}
