/*
 * Services, from the server's side: a root creates sessions for clients that its parent sends.
 */
#pragma once

#include "lib/service/parent.h"
#include "lib/signal.h"

struct session_creation {
    uint64_t id;         /* names the session until its close */
    uint64_t ram, caps;  /* has come into this component's accounts, and goes back by itself when the session is closed */
    uint32_t cpu;        /* where the client will call from */
    char label[LABEL_SIZE], args[ARGS_SIZE];
};

struct root {
    const char *service;
    /* A new session. It stays the server's; OK or why not. INSUFFICIENT_*: the client may come back with more. */
    MUST_USE enum outcome (*create)(struct root *root, const struct session_creation *creation, struct capability *session);
    /* More quota has come. NULL: not wanted, and kept for nothing. */
    void (*upgrade)(struct root *root, uint64_t id, uint64_t ram, uint64_t caps);
    /* The client is gone. Everything kept for it must be free on return: its quota is taken away then. */
    void (*close)(struct root *root, uint64_t id);

    struct env *env; /* from here on: the library's */
    struct list link;
};

/* Offers the service. From the return of construct on sessions are created. One root for each service. */
MUST_USE enum outcome root_announce(struct env *env, struct root *root);
