/*
 * The timer driver: one timer of the board becomes one alarm for each client.
 *
 * The board's timer counts down once, to the nearest alarm or for 55 ms, whichever comes first. With no alarm it stands
 * still, and so does the processor.
 */
#include "driver/timer/clock.h"
#include "driver/timer/pit.h"
#include "driver/timer/timer.h"
#include "lib/interrupt.h"
#include "lib/list.h"
#include "lib/log.h"
#include "lib/root.h"
#include "lib/service/io_port.h"
#include "lib/service/irq.h"
#include "lib/session.h"

RPC_SERVE(timer, TIMER_OPERATIONS)

enum { SESSIONS = 16 };

static struct client {
    struct rpc_object object;
    uint64_t id;              /* of the session; 0: free */
    struct capability signal; /* none: it has no alarm */
    uint64_t at, period;      /* µs on our clock; period 0: once */
} client[SESSIONS];

#define EACH_CLIENT(c) for (struct client *c = client; c < client + SESSIONS; c++)

/* ---- Alarms ---------------------------------------------------------------------------------------------------- */

static void arm(void)
{
    uint64_t first = UINT64_MAX;

    EACH_CLIENT(c)
    if (capability_valid(c->signal) && c->at < first)
        first = c->at;
    if (first == UINT64_MAX)
        return;
    const uint64_t now = clock_us(), us = first > now ? first - now : 0;
    const uint64_t ticks = us > 50000 ? PIT_COUNT : us * PIT_HZ / 1000000 + 1; /* rounded up: never early */
    pit_start(ticks);
}

static void cancel(struct client *c)
{
    capability_release(c->signal);
    c->signal = NO_CAPABILITY;
}

/* The next beat that is still to come. */
static void next_beat(struct client *c, uint64_t now)
{
    c->at += ((now - c->at) / c->period + 1) * c->period;
}

/* A client that is gone is no reason to stop: its session will be closed. */
static void expire(struct client *c, uint64_t now)
{
    const enum outcome outcome = signal_submit(c->signal);

    if (outcome != OK || !c->period)
        cancel(c);
    else
        next_beat(c, now);
}

static void set(struct client *c, uint64_t us, uint64_t period, struct capability signal)
{
    capability_retain(signal);
    cancel(c);
    c->signal = signal;
    c->at = clock_us() + us;
    c->period = period;
    arm();
}

/* ---- Requests
 * --------------------------------------------------------------------------------------------------------- */

static enum outcome do_alarm(struct rpc_object *self, uint64_t us, struct capability signal)
{
    if (us > TIMER_MAX || !capability_valid(signal))
        return INVALID;
    set(CONTAINER(self, struct client, object), us, 0, signal);
    return OK;
}

static enum outcome do_periodic(struct rpc_object *self, uint64_t us, struct capability signal)
{
    if (us < TIMER_PERIOD_MIN || us > TIMER_MAX || !capability_valid(signal))
        return INVALID;
    set(CONTAINER(self, struct client, object), us, us, signal);
    return OK;
}

static enum outcome do_cancel(struct rpc_object *self)
{
    cancel(CONTAINER(self, struct client, object));
    return OK;
}

static enum outcome do_now(struct rpc_object *self, uint64_t *us)
{
    (void)self;
    *us = clock_us();
    return OK;
}

/* ---- Sessions
 * --------------------------------------------------------------------------------------------------------- */

static struct client *client_of(uint64_t id)
{
    EACH_CLIENT(c)
    if (c->id == id)
        return c;
    return NULL;
}

static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *session)
{
    static const struct timer_operations operations = { do_alarm, do_periodic, do_cancel, do_now };
    struct client *c = client_of(0);

    if (creation->ram < TIMER_RAM)
        return INSUFFICIENT_RAM;
    if (creation->caps < TIMER_CAPS)
        return INSUFFICIENT_CAPS;
    if (!c)
        return OUT_OF_RAM;
    const enum outcome outcome = rpc_object_manage(&root->env->entrypoint, &c->object, &timer_interface, &operations);
    if (outcome != OK)
        return outcome;
    c->id = creation->id;
    *session = c->object.capability;
    return OK;
}

static void close_session(struct root *root, uint64_t id)
{
    struct client *c = client_of(id);

    (void)root;
    if (!c)
        return;
    cancel(c);
    rpc_object_dissolve(&c->object);
    c->id = 0;
}

static struct root root = { .service = "Timer", .create = create, .close = close_session };

/* ---- The beginning
 * ------------------------------------------------------------------------------------------------------ */

/* The first interrupt ends the measurement. Only then is there a clock, and something to offer. */
static void on_first(struct interrupt *interrupt)
{
    clock_measured(PIT_COUNT);
    if (root_announce(interrupt->env, &root) != OK)
        log_line(interrupt->env, "the parent does not let us offer Timer");
}

static void on_interrupt(struct interrupt *interrupt)
{
    static bool measured;

    if (!measured) {
        measured = true;
        on_first(interrupt);
        return;
    }
    const uint64_t now = clock_us();
    EACH_CLIENT(c)
    if (capability_valid(c->signal) && c->at <= now)
        expire(c, now);
    arm();
}

static struct interrupt interrupt = { .handle = on_interrupt };

void construct(struct env *env)
{
    static const struct session_request ports = { "IO_PORT", "", "base=0x40, size=4", IO_PORT_RAM, IO_PORT_CAPS };
    static const struct session_request line = { "IRQ", "", "line=0, trigger=edge, polarity=high", IRQ_RAM, IRQ_CAPS };
    static struct session io_port, irq;
    enum outcome outcome = session_open(env, &io_port, &ports);

    if (outcome == OK)
        outcome = io_port_attach(io_port.capability, env->pd);
    if (outcome == OK)
        outcome = session_open(env, &irq, &line);
    if (outcome == OK)
        outcome = interrupt_start(env, &interrupt, irq.capability);
    if (outcome != OK) {
        log_line(env, "no timer: %s", outcome_name(outcome));
        env_exit(env, 1);
    }
    clock_begin();
    pit_start(PIT_COUNT);
}
