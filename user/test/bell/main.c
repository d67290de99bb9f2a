/*
 * Is told many things at once, and is slow: nothing may be lost, nothing be told twice, and no handler begin before the
 * last has returned. Then one handler takes another away whose signal has come already.
 *
 * The order of the handlers matters: the library takes that first whose last turn is longest ago. "kill" has none until
 * the end, so it is always before the victim.
 */
#include "lib/calls.h"
#include "lib/list.h"
#include "lib/log.h"
#include "lib/root.h"
#include "lib/service/signal.h"
#include "lib/session.h"
#include "test/bell/bell.h"

RPC_SERVE(bell, BELL_OPERATIONS)

enum { CLIENTS = 2 };

#define SLOW 20000000ull /* ticks: some turns of the processor for those who ring meanwhile */

static struct env *own;
static struct rpc_object bell[CLIENTS];
static unsigned bells, rung, gone;
static uint64_t submitted, sum, deliveries, overlapping, late;
static bool inside, freed;

static void on_kill(struct signal_handler *handler, uint64_t count);
static void on_ring(struct signal_handler *handler, uint64_t count);
static void on_victim(struct signal_handler *handler, uint64_t count);
static void on_rung(struct signal_handler *handler, uint64_t count);

static struct signal_handler kill = { .handle = on_kill }, ring = { .handle = on_ring },
                             victim = { .handle = on_victim }, all_rung = { .handle = on_rung };

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "%s: %s", what, outcome_name(outcome));
    env_exit(own, 1);
}

/* ---- Handlers ---------------------------------------------------------------------------------------------------- */

static void be_slow(void)
{
    const uint64_t begin = __builtin_ia32_rdtsc();

    overlapping += inside;
    inside = true;
    while (__builtin_ia32_rdtsc() - begin < SLOW)
        ;
    inside = false;
}

static void on_ring(struct signal_handler *handler, uint64_t count)
{
    (void)handler;
    deliveries++;
    sum += count;
    be_slow();
}

static void on_victim(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    late += freed;
    overlapping += inside;
}

/* Comes twice: what was submitted before the first time has been handled before the second. */
static void on_rung(struct signal_handler *handler, uint64_t count)
{
    static bool again;

    (void)count;
    if (!again) {
        again = true;
        need(signal_submit(handler->context), "a signal");
        return;
    }
    log_line(own, "%lu submissions, sum of the counts %lu, fewer deliveries: %s", submitted, sum,
             deliveries < submitted / 10 ? "yes" : "no");
    log_line(own, "deliveries before the handler had returned: %lu", overlapping);
    need(signal_submit(victim.context), "a signal");
    need(signal_submit(kill.context), "a signal");
}

/* First to take the victim away, then when all clients have seen that it is gone. */
static void on_kill(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    if (freed) {
        log_line(own, "deliveries after the end: %lu", late);
        env_exit(own, 0);
    }
    log_line(own, "taken away, with a delivery in flight: %s", victim.pending ? "yes" : "no");
    signal_handler_free(own, &victim);
    freed = true;
    be_slow();
}

/* ---- What core promises, without the library ------------------------------------------------------------------- */

static bool doorbell_is_up(struct capability doorbell)
{
    return sm_down(doorbell.selector, __builtin_ia32_rdtsc()).rax == SUCCESS;
}

static void expect_next(struct capability signal, enum outcome outcome, uint64_t expected)
{
    uint64_t imprint, count;
    const enum outcome got = signal_next(signal, &imprint, &count);

    log_line(own, "next: %s, %lu times", outcome_name(got), count);
    need(got == outcome && count == expected ? OK : INVALID, "next");
}

/* A context in hand is not told again, and does not ring, until it is acknowledged. */
static void try_core(void)
{
    struct session session;
    struct capability doorbell, context;
    const struct session_request request = { "SIGNAL", "", "", SIGNAL_RAM, SIGNAL_CAPS + SIGNAL_CONTEXT_CAPS };

    need(session_open(own, &session, &request), "SIGNAL");
    need(signal_doorbell(session.capability, &doorbell), "a doorbell");
    need(signal_create(session.capability, 7, &context), "a context");
    for (unsigned i = 0; i < 3; i++)
        need(signal_submit(context), "a signal");
    log_line(own, "the doorbell is up %s", doorbell_is_up(doorbell) && !doorbell_is_up(doorbell) ? "once" : "not once");
    expect_next(session.capability, OK, 3);
    for (unsigned i = 0; i < 2; i++)
        need(signal_submit(context), "a signal");
    log_line(own, "in hand: the doorbell is %s", doorbell_is_up(doorbell) ? "up" : "down");
    expect_next(session.capability, OK, 2);
    expect_next(session.capability, NOTHING, 0);
    need(signal_free(session.capability, context), "free");
    log_line(own, "freed: %s", outcome_name(signal_submit(context)));
}

/* ---- Clients --------------------------------------------------------------------------------------------------- */

static enum outcome do_contexts(struct rpc_object *self, struct capability *r, struct capability *v)
{
    (void)self;
    *r = ring.context;
    *v = victim.context;
    return OK;
}

static enum outcome do_rung(struct rpc_object *self, uint64_t times)
{
    (void)self;
    submitted += times;
    return ++rung == CLIENTS ? signal_submit(all_rung.context) : OK;
}

static enum outcome do_gone(struct rpc_object *self)
{
    (void)self;
    return ++gone == CLIENTS ? signal_submit(kill.context) : OK;
}

static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *session)
{
    static const struct bell_operations operations = { do_contexts, do_rung, do_gone };

    (void)creation;
    if (bells == CLIENTS)
        return OUT_OF_RAM;
    const enum outcome outcome = rpc_object_manage(&root->env->entrypoint, &bell[bells], &bell_interface, &operations);
    *session = bell[bells].capability;
    bells += outcome == OK;
    return outcome;
}

/* Its clients outlive what is tried here. */
static void close_session(struct root *root, uint64_t id)
{
    (void)root, (void)id;
}

static struct root root = { .service = "Bell", .create = create, .close = close_session };

void construct(struct env *env)
{
    own = env;
    try_core();
    need(signal_handler_init(env, &kill), "signals");
    need(signal_handler_init(env, &ring), "signals");
    need(signal_handler_init(env, &victim), "signals");
    need(signal_handler_init(env, &all_rung), "signals");
    need(root_announce(env, &root), "may not offer Bell");
}
