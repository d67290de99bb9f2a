/*
 * Sessions, from the client's side: the way from a service's name to a capability of one's own.
 *
 *     struct session timer;
 *     if (session_open(env, &timer, &(struct session_request){ "Timer", "", "", TIMER_RAM, TIMER_CAPS }) != OK) ...
 *     ... = timer_alarm(timer.capability, ...);
 */
#pragma once

#include "lib/env.h"

struct session {
    struct capability capability;
    uint64_t id; /* 0: none */
};

struct session_request {
    const char *service;
    const char *label; /* what the client calls it; its parent puts the client's own name in front */
    const char *args;  /* the service's own */
    uint64_t ram, caps; /* bytes: what it costs stands beside the service's interface */
};

/*
 * Opens a session and waits for it: in construct. In a handler it is WOULD_BLOCK unless the
 * session can be had at once. The outcomes are those of parent_session; when the server wants more, try again with more.
 */
MUST_USE enum outcome session_open(struct env *env, struct session *session, const struct session_request *request);

/* Sends more quota along. The same outcomes. */
MUST_USE enum outcome session_upgrade(struct env *env, struct session *session, uint64_t ram, uint64_t caps);

/* Ends it. What was given with it comes back, at the latest when the server has been told. */
void session_close(struct env *env, struct session *session);

/* ---- For those who speak with the parent themselves (service/parent.h), and never wait --------------------------------- */

/* A number for a session that no other session of this component has. */
uint64_t session_number(void);

/* From now on changed is called when something that was PENDING has changed. */
MUST_USE enum outcome session_listen(struct env *env, void (*changed)(void));
