/*
 * What a component is given, and how it begins and ends.
 *
 * A component defines construct, and nothing else is called before it. When construct returns the component lives on in its
 * entrypoint: it serves its objects and handles its signals, until it says exit or its parent ends it.
 */
#pragma once

#include "lib/entrypoint.h"

struct env {
    struct entrypoint entrypoint;
    struct capability parent;        /* service/parent.h */
    struct capability pd;            /* service/pd.h */
    struct capability cpu;           /* service/cpu.h */
    struct capability ram;           /* service/ram.h */
    struct capability caps;          /* service/cap.h */
    struct capability address_space; /* service/rm.h: its own */
    struct capability log;           /* service/log.h */
    struct capability signal;        /* service/signal.h */
};

/* The component's own beginning, in its entrypoint. Here it may wait for sessions. */
void construct(struct env *env);

/* Tells the parent that all is done (0), or went wrong. Does not return: the parent takes the component apart when it likes. */
void env_exit(struct env *env, int value) __attribute__((noreturn));

/*
 * For the library, after a session of the environment has refused: INSUFFICIENT_* says that what came with it is used up. Sends along
 * what is lacking from this component's own accounts. True: it has, so ask again.
 */
bool env_upgrade(struct env *env, uint32_t env_session, enum outcome outcome);
