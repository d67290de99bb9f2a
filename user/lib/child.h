/*
 * The parent's side of the parent interface: sessions between children, whoever the parent is. It keeps for each child the
 * sessions that it has asked for and the requests that it shall serve, and moves them through their states. Where a request
 * goes, and how quota moves, is the parent's policy.
 *
 *     ASKED ──► TOLD ──► READY ──► IN_USE ──► CLOSING ──► CLOSE_TOLD ──► free
 *       │        │                                                        ▲
 *       └────────┴──────────► REFUSED ────────────────────────────────────┘ when the client has been told
 *
 * The room for a child's sessions is given by the parent when it makes the child, and taken off what the child gets. So no
 * child can use up its parent's memory, and nothing here allocates.
 */
#pragma once

#include "lib/entrypoint.h"
#include "lib/list.h"
#include "lib/service/parent.h"

enum { SERVICES_PER_CHILD = 4 };

enum session_phase {
    SESSION_FREE = 0,
    SESSION_ASKED,      /* waits for its server to be there, or to fetch it */
    SESSION_TOLD,       /* the server works on it */
    SESSION_READY,      /* answered; the client has not fetched it */
    SESSION_IN_USE,
    SESSION_UPGRADING,  /* the server is to be told of more quota */
    SESSION_CLOSING,    /* the server is to be told of the end */
    SESSION_CLOSE_TOLD,
    SESSION_REFUSED,    /* outcome says why; the client has not been told */
};

struct child;

struct child_session {
    struct child *client;
    struct child *server;  /* NULL: not a child of this parent serves it, or none is there yet */
    struct list of_server; /* in server->requests */
    enum session_phase phase;
    enum outcome outcome;
    uint64_t id;           /* the client's number */
    uint64_t ram, caps;    /* what the client has given */
    uint64_t new_ram, new_caps; /* of an upgrade under way */
    bool at_server;             /* the quota is in the server's accounts */
    uint32_t cpu;
    void *local;           /* the policy's own, for a session that no child serves */
    const void *rule;           /* the policy's own, too: where it goes */
    struct capability session;
    char service[SERVICE_SIZE], label[LABEL_SIZE], args[ARGS_SIZE];
};

/* What a parent decides. All are called in its entrypoint. */
struct child_policy {
    /*
     * Where does s go? Either sets s->session, counted for it, and returns OK (served here, or by one's own parent), or sets
     * s->server and returns PENDING, or PENDING alone: then child_serve or child_answer follows. Anything else refuses.
     */
    MUST_USE enum outcome (*route)(struct child *child, struct child_session *s);
    /* A session without a child as server is over. PENDING: child_closed follows. */
    MUST_USE enum outcome (*close)(struct child *child, struct child_session *s);
    /* One such gets more quota, which has been moved. */
    MUST_USE enum outcome (*upgrade)(struct child *child, struct child_session *s, uint64_t ram, uint64_t caps);
    /* A session of its environment gets more quota, which has been moved. */
    MUST_USE enum outcome (*upgrade_environment)(struct child *child, enum env_session number, uint64_t ram, uint64_t caps);
    /* Moves quota from the child to this parent (give true), or from the parent to the child. */
    MUST_USE enum outcome (*transfer)(struct child *child, uint64_t ram, uint64_t caps, bool give);
    /* May it offer this, and who has waited for it? */
    MUST_USE enum outcome (*announce)(struct child *child, const char *service);
    void (*exit)(struct child *child, int value);
    /* The last session of a child that has ended is closed: child_is_clear. */
    void (*cleared)(struct child *child);
};

struct child {
    struct rpc_object parent; /* what the child calls */
    bool ended;
    const struct child_policy *policy;
    const char *name;
    struct capability environment[ENV_FREE]; /* by enum env_session */
    struct capability session_sigh, request_sigh;
    struct list requests; /* as server */
    struct child_session *session;
    unsigned sessions;
    char service[SERVICES_PER_CHILD][SERVICE_SIZE];
};

/* Makes the parent's object for a child; its capability is child->parent.capability. session: zeroed, the child's as
 * long as it is not child_is_clear. */
/* for (EACH_SESSION(s, child)): those that are not in use, too. */
#define EACH_SESSION(s, child) struct child_session *s = (child)->session; s < (child)->session + (child)->sessions; s++

MUST_USE enum outcome child_init(struct child *child, struct entrypoint *entrypoint, const struct child_policy *policy,
                                 const char *name, struct child_session *session, unsigned sessions);

/* Has it announced this service? */
bool child_offers(const struct child *child, const char *service);

/* For a session without a child as server: it has come, or why it has not; it is closed. */
void child_answer(struct child_session *s, enum outcome outcome, struct capability session);
void child_closed(struct child_session *s);

/*
 * The child is no more, and its accounts are closed. Its sessions are closed, with a signal to their servers; those that it
 * served answer nobody, and requests to it wait again. The structure can be used anew when child_is_clear.
 */
void child_end(struct child *child);
bool child_is_clear(const struct child *child);

/* Gives a waiting session to its server, and tells that. */
void child_serve(struct child *server, struct child_session *s);
