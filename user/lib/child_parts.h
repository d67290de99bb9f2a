/*
 * What the parts of child.h share: child_client.c is what a child asks for, child_server.c what it is asked, child.c the states of a
 * session that both know, and the end. For nobody else.
 */
#pragma once

#include "lib/child.h"

static inline struct child *child_of(struct rpc_object *self)
{
    return CONTAINER(self, struct child, parent);
}

/* Whoever shall be told has perhaps not said how yet, or is gone: then it asks by itself, or never. */
void child_tell(struct capability sigh);
void child_set_sigh(struct capability *sigh, struct capability signal);

/*
 * Everything the client has given comes back: from the server, if it has it. What a server does not give back is its
 * client's loss, not the parent's.
 */
void child_session_give_back(struct child_session *s);

/* Its place is free. */
void child_session_forget(struct child_session *s);

/* PENDING: its server, or the policy, has to say so first. */
MUST_USE enum outcome child_session_close(struct child_session *s);

/* ---- The operations ---------------------------------------------------------------------------------------------------- */

MUST_USE enum outcome child_do_session(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps, uint32_t cpu,
                                       const char *service, const char *label, const char *args, struct capability *session);
MUST_USE enum outcome child_do_session_cap(struct rpc_object *self, uint64_t id, struct capability *session);
MUST_USE enum outcome child_do_session_sigh(struct rpc_object *self, struct capability signal);
MUST_USE enum outcome child_do_upgrade(struct rpc_object *self, uint64_t id, uint64_t ram, uint64_t caps);
MUST_USE enum outcome child_do_close(struct rpc_object *self, uint64_t id);
MUST_USE enum outcome child_do_announce(struct rpc_object *self, const char *service);
MUST_USE enum outcome child_do_request_sigh(struct rpc_object *self, struct capability signal);
MUST_USE enum outcome child_do_next_request(struct rpc_object *self, enum request_kind *kind, uint64_t *id, uint64_t *ram,
                                            uint64_t *caps, uint32_t *cpu, char *service, char *label, char *args);
MUST_USE enum outcome child_do_answer(struct rpc_object *self, uint64_t id, enum outcome outcome, struct capability session);
