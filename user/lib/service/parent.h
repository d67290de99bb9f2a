/*
 * The parent interface: the one capability a component is born with.
 *
 * Nothing here waits. A session that cannot be given at once is PENDING; when it has come, or been refused, the parent
 * submits the client's session signal, and the client asks again with session_cap. A server is told of requests by its own
 * signal, fetches them with next_request and answers with answer. So a parent never waits for a child, and a server never
 * for a client.
 *
 * Quotas are bytes: ram of dataspaces, caps of kernel memory (kernel/ABI.md §5). They move from the client's account to the
 * server's with the request, and back when it is refused or the session is closed.
 */
#pragma once

#include "lib/rpc.h"

enum {
    SERVICE_SIZE = 32, /* of the texts, with the final NUL */
    LABEL_SIZE = 128,
    ARGS_SIZE = 96,
};

/* Sessions that a component has from the beginning. They are asked for by session_cap, and cannot be closed. */
enum env_session {
    ENV_PD = 1,     /* its protection domain: service/pd.h */
    ENV_CPU = 2,    /* its threads: service/cpu.h */
    ENV_RAM = 3,    /* its account of memory: service/ram.h */
    ENV_CAP = 4,    /* its account of kernel memory: service/cap.h */
    ENV_LOG = 5,    /* service/log.h */
    ENV_SIGNAL = 6, /* service/signal.h */
    ENV_BINARY = 7, /* the ROM it was made of: service/rom.h */
    ENV_FREE = 16,  /* from here on a component chooses the numbers of its sessions itself */
};

enum request_kind { REQUEST_NONE = 0, REQUEST_CREATE = 1, REQUEST_UPGRADE = 2, REQUEST_CLOSE = 3 };

#define PARENT_OPERATIONS(OP)                                                                                                    \
    OP(parent, session) OP(parent, session_cap) OP(parent, session_sigh) OP(parent, upgrade) OP(parent, close)                   \
    OP(parent, announce) OP(parent, request_sigh) OP(parent, next_request) OP(parent, answer) OP(parent, exit)

/*
 * Asks for a session under a number of the client's choice. OK: here it is. PENDING: a signal will tell. DENIED: no route,
 * or the server refuses. INSUFFICIENT_*: the server wants more than ram and caps. OUT_OF_*: the client's own account has not
 * so much. INVALID: the number is in use, a text is malformed. cpu: where the client will call from.
 */
#define parent_session_IN(WORD, TEXT, CAP)                                                                                       \
    WORD(uint64_t, id) WORD(uint64_t, ram) WORD(uint64_t, caps) WORD(uint32_t, cpu)                                              \
    TEXT(service, SERVICE_SIZE) TEXT(label, LABEL_SIZE) TEXT(args, ARGS_SIZE)
#define parent_session_OUT(WORD, TEXT, CAP) CAP(session)

/* The session of this number, if it has come. PENDING: not yet. Else what became of it; the number is then free again. */
#define parent_session_cap_IN(WORD, TEXT, CAP)  WORD(uint64_t, id)
#define parent_session_cap_OUT(WORD, TEXT, CAP) CAP(session)

/* The signal that says: something has changed in what was PENDING. */
#define parent_session_sigh_IN(WORD, TEXT, CAP) CAP(signal)
#define parent_session_sigh_OUT(WORD, TEXT, CAP)

/* More quota for a session. OK, PENDING, OUT_OF_*. */
#define parent_upgrade_IN(WORD, TEXT, CAP) WORD(uint64_t, id) WORD(uint64_t, ram) WORD(uint64_t, caps)
#define parent_upgrade_OUT(WORD, TEXT, CAP)

/* Ends a session; all its quota comes back, before OK or before the signal. OK: closed. PENDING: the server is being told. */
#define parent_close_IN(WORD, TEXT, CAP) WORD(uint64_t, id)
#define parent_close_OUT(WORD, TEXT, CAP)

/* This component offers a service. DENIED: it was not to. */
#define parent_announce_IN(WORD, TEXT, CAP) TEXT(service, SERVICE_SIZE)
#define parent_announce_OUT(WORD, TEXT, CAP)

/* The signal that says: there are requests to this server. */
#define parent_request_sigh_IN(WORD, TEXT, CAP) CAP(signal)
#define parent_request_sigh_OUT(WORD, TEXT, CAP)

/* The next request to this server, each told once: upgrades before closes before creates. NOTHING: no more. */
#define parent_next_request_IN(WORD, TEXT, CAP)
#define parent_next_request_OUT(WORD, TEXT, CAP)                                                                                 \
    WORD(enum request_kind, kind) WORD(uint64_t, id) WORD(uint64_t, ram) WORD(uint64_t, caps) WORD(uint32_t, cpu)                \
    TEXT(service, SERVICE_SIZE) TEXT(label, LABEL_SIZE) TEXT(args, ARGS_SIZE)

/* What became of a request: a creation with its session and OK, or why not; an upgrade or a close with OK. */
#define parent_answer_IN(WORD, TEXT, CAP)  WORD(uint64_t, id) WORD(enum outcome, outcome) CAP(session)
#define parent_answer_OUT(WORD, TEXT, CAP)

/* The component has done its work; value 0: well. The parent may end it at once. */
#define parent_exit_IN(WORD, TEXT, CAP) WORD(int, value)
#define parent_exit_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(parent, PARENT_OPERATIONS)
