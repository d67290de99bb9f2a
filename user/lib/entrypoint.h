/*
 * The entrypoint: where a component is called.
 *
 * A component has one. A local EC serves the calls of its clients, on their time; the thread that has run construct waits for
 * signals. Both take the component lock before they enter code of the component, so it handles one thing at a time, whichever
 * comes first, and needs no locks of its own. While construct runs, it holds the lock.
 *
 * A handler never waits for anybody it does not trust more than itself: a request that cannot be answered now is answered
 * with PENDING, and the end is told by a signal.
 */
#pragma once

#include "lib/lock.h"
#include "lib/rpc.h"

struct entrypoint {
    struct lock *lock;    /* the component lock */
    struct capability ec; /* local EC, with the right to bind portals */
};

/*
 * Makes object callable: object, identity and capability come into being together. operations: the structure of functions
 * that belongs to the interface. The object's memory is the caller's, and must stay until rpc_object_dissolve. OUT_OF_CAPS:
 * the component's account lacks rpc_lacking() bytes, or it has no number left.
 */
MUST_USE enum outcome rpc_object_manage(struct entrypoint *entrypoint, struct rpc_object *object,
                                        const struct rpc_interface *interface, const void *operations);

/* From its return on no call reaches the object. With the component lock held, as in every handler. */
void rpc_object_dissolve(struct rpc_object *object);

/* The object behind a capability that came as argument, if it is one of this component's and has this interface; else NULL. */
struct rpc_object *rpc_object_of(struct capability capability, const struct rpc_interface *interface);

/* Before the first object: a local EC with this UTCB and the stack below, and the lock that is taken for each call. */
struct utcb;
void entrypoint_init(struct entrypoint *entrypoint, struct capability ec, struct lock *lock, struct utcb *utcb);

/* For lib/entry.asm. */
uint64_t entrypoint_serve(uint64_t id, uint64_t descriptor);

void *entrypoint_stack(void);
extern char entrypoint_entry[];
