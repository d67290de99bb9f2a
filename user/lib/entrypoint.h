/*
 * The entrypoint: the one thread that runs a component's own code.
 *
 * It is a local EC: it has no time of its own, and runs on that of whoever calls it. Clients call its objects; the
 * component's main thread calls it to run construct and whenever there are signals; a driver's threads call it when an
 * interrupt has fired. The kernel lets one in at a time, and has the others help it out. So a component does one thing at a
 * time, whatever comes first, and there is no lock: who died holding one would hold up the others, while a call that its
 * caller leaves behind is finished by the next.
 *
 * A handler never waits for anybody it does not trust more than itself: a request that cannot be answered now is answered
 * with PENDING, and the end is told by a signal. It must not call its own objects, either (GONE: it would wait for itself).
 */
#pragma once

#include "lib/rpc.h"

struct entrypoint {
    struct capability ec; /* local EC, with the right to bind portals */
};

/*
 * Makes object callable: object, identity and capability come into being together. operations: the structure of functions
 * that belongs to the interface. The object's memory is the caller's, and must stay until rpc_object_dissolve. OUT_OF_CAPS:
 * the component's account lacks rpc_lacking() bytes, or it has no number left.
 */
MUST_USE enum outcome rpc_object_manage(struct entrypoint *entrypoint, struct rpc_object *object,
                                        const struct rpc_interface *interface, const void *operations);

/* From its return on no call reaches the object. In handlers and construct. */
void rpc_object_dissolve(struct rpc_object *object);

/* The object behind a capability that came as argument, if it is one of this component's and has this interface; else NULL. */
struct rpc_object *rpc_object_of(struct capability capability, const struct rpc_interface *interface);

/* How many requests have come to this component, whoever they were from and whatever became of them: its own threads', too. */
uint64_t entrypoint_requests(void);

/* Before the first object: a local EC with this UTCB and the stack below. */
void entrypoint_init(struct entrypoint *entrypoint, struct capability ec, struct utcb *utcb);
void *entrypoint_stack(void);

/* For lib/entry.asm. */
uint64_t entrypoint_serve(uint64_t id, uint64_t descriptor);
extern char entrypoint_entry[];
