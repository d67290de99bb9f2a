/*
 * Signals: handlers that the entrypoint calls, one at a time, between requests. See service/signal.h.
 *
 *     static struct signal_handler tick = { on_tick };
 *     if (signal_handler_init(env, &tick) != OK) ...
 *     ... = timer_alarm(timer, us, tick.context);
 */
#pragma once

#include "lib/env.h"
#include "lib/list.h"

struct signal_handler {
    /* count: how often it was submitted since it was last handled, at least 1. */
    void (*handle)(struct signal_handler *handler, uint64_t count);
    struct capability context; /* for whom shall submit */
    uint64_t imprint, pending;
    struct list link;
};

/* The handler's memory stays the caller's until signal_handler_free. OUT_OF_*, INSUFFICIENT_*: the SIGNAL session has no
 * more room. */
MUST_USE enum outcome signal_handler_init(struct env *env, struct signal_handler *handler);

/* It is not called again, submitted or not. In handlers and construct. */
void signal_handler_free(struct env *env, struct signal_handler *handler);

/* Tells somebody. Never waits: the context's owner handles it when it likes. GONE: nobody is there any more. */
MUST_USE enum outcome signal_submit(struct capability context);

/* ---- For component.c and session.c ------------------------------------------------------------------------------------- */

/* *doorbell: the semaphore that is up when there may be something to handle. */
MUST_USE enum outcome signal_init(struct env *env, uint32_t *doorbell);

/* Fetches and handles, until there is nothing more. */
void signal_handle_all(struct env *env);

/* In construct only: waits until this handler is due; what else comes is kept for later. */
void signal_wait(struct env *env, struct signal_handler *handler);
