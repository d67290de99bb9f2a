/*
 * Ticks five times, a second apart, and ends. The smallest component that uses a service: a session, a signal handler,
 * and nothing that runs in between.
 */
#include "driver/timer/timer.h"
#include "lib/log.h"
#include "lib/session.h"
#include "lib/signal.h"

enum { TICKS = 5, SECOND = 1000000 };

static struct env *environment;
static struct session timer;

static void on_tick(struct signal_handler *handler, uint64_t count)
{
    static unsigned ticks;

    (void)handler;
    (void)count;
    log_line(environment, "timer tick %u", ++ticks);
    if (ticks == TICKS)
        env_exit(environment, 0);
}

static struct signal_handler tick = { .handle = on_tick };

void construct(struct env *env)
{
    static const struct session_request request = { "Timer", "", "", TIMER_RAM, TIMER_CAPS };
    enum outcome outcome = session_open(env, &timer, &request);

    environment = env;
    if (outcome == OK)
        outcome = signal_handler_init(env, &tick);
    if (outcome == OK)
        outcome = timer_periodic(timer.capability, SECOND, tick.context);
    if (outcome != OK) {
        log_line(env, "no ticks: %s", outcome_name(outcome));
        env_exit(env, 1);
    }
}
