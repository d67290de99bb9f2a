/*
 * Has a session with a sibling, and asks its ancestors how often they were called: before many calls, and after.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/session.h"
#include "test/bystander/requests.h"
#include "test/witness/witness.h"

enum { CALLS = 10000, ANCESTORS = 2 };

#define SETTLE 100000000ull /* ticks: longer than anything takes that was begun before */

static const char *const ancestor_name[ANCESTORS] = { "parent", "grandparent" };
static struct env *own;
static struct session ancestor[ANCESTORS];

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "%s: %s", what, outcome_name(outcome));
    env_exit(own, 1);
}

static void open(struct session *session, const char *service, const char *label, uint64_t ram, uint64_t caps)
{
    need(session_open(own, session, &(struct session_request){ service, label, "", ram, caps }), service);
}

/* A semaphore that nobody ups, and a deadline: the ancestors finish what came of the beginning. */
static void settle(void)
{
    const uint32_t nobody = capability_number_new();

    need(outcome_of_status(create_sm(nobody, capability_own_pd().selector, 0).rax), "a semaphore");
    (void)sm_down(nobody, __builtin_ia32_rdtsc() + SETTLE);
}

/* How often each ancestor was called since the last time, without this question. */
static void since(uint64_t *calls)
{
    static uint64_t last[ANCESTORS];

    for (unsigned i = 0; i < ANCESTORS; i++) {
        uint64_t count;
        need(requests_so_far(ancestor[i].capability, &count), ancestor_name[i]);
        calls[i] = count - last[i] - 1;
        last[i] = count;
    }
}

static void call_sibling(struct capability witness)
{
    uint64_t same;

    for (uint64_t i = 0; i < CALLS; i++)
        need(witness_echo(witness, i, &same) == OK && same == i ? OK : GONE, "a call");
}

void construct(struct env *env)
{
    struct session witness, another;
    uint64_t calls[ANCESTORS];

    own = env;
    for (unsigned i = 0; i < ANCESTORS; i++)
        open(&ancestor[i], "Requests", ancestor_name[i], 0, 0);
    open(&witness, "Witness", "", WITNESS_RAM, WITNESS_CAPS);
    settle();
    since(calls);
    log_line(env, "set-up: calls to the parent: %s, to the grandparent: %s", calls[0] ? "some" : "none",
             calls[1] ? "some" : "none");
    call_sibling(witness.capability);
    settle();
    since(calls);
    log_line(env, "%u calls to the sibling: to the parent %lu, to the grandparent %lu", CALLS, calls[0], calls[1]);
    open(&another, "Witness", "", WITNESS_RAM, WITNESS_CAPS);
    settle();
    since(calls);
    log_line(env, "another session: calls to the parent: %s, to the grandparent %lu", calls[0] ? "some" : "none",
             calls[1]);
    env_exit(env, 0);
}
