/*
 * How a client and a server meet. In a header, because it is on the path of every call.
 */
#pragma once

#include "ipc.h"

/*
 * The message is in the server's UTCB, and the server is free. descriptor: of that message. leave: the way on which the
 * client will go on when the reply has come.
 *
 * From here on the client waits: it has a callee. No SC changes its place: the current one belongs to whoever it belonged to,
 * and the chain of calls that begins at its EC now ends at the server (rule 3).
 */
static inline __attribute__((always_inline)) noreturn void rendezvous(struct ec *client, const struct pt *pt, uint64_t descriptor,
                                                                      continuation *leave)
{
    struct ec *server = pt->ec;

    count(COUNT_CALLS);
    server->state.frame.rip = pt->entry;
    server->state.frame.rax = pt->id;
    server->state.frame.rdx = descriptor;
    server->run.cont = ec_leave_call;
    server->ipc.caller = client;
    client->ipc.callee = server;
    client->run.cont = leave;
    ec_switch(server);
}
