/*
 * How a client and a server meet. In a header, because it is on the path of every call.
 */
#pragma once

#include "ipc.h"
#include "panic.h"

/*
 * The message is in the server's UTCB, and the server is free. descriptor: of that message. How the client will leave after the
 * reply is in its continuation already.
 *
 * From here on the client waits: it has a callee. No SC changes its place: the current one belongs to whoever it belonged to,
 * and the chain of calls that begins at its EC now ends at the server (rule 3).
 */
static inline noreturn void rendezvous(struct ec *client, struct ec *server, const struct pt *pt, uint64_t descriptor)
{
    /* Answer 5.1 (place 4 of 4) goes here: client and server meet */
    not_implemented("5.1 client and server meet");
}
