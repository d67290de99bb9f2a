/*
 * Who works on whose time, when a server is busy.
 *
 *     high (SC, urgent) ──wants──> server ──callee──> driver          time of high and of low goes to driver:
 *     low (SC)          ──callee─> server                             the server is as urgent as its most urgent client
 *
 * Those who want a server stand in a ring, the longest there first; ipc.wanters is the first of them. The ring says who has
 * to be told when the server dies, and in which order. It is no queue for service: whoever has the processor next when the
 * server is free gets it.
 */
#include "ipc.h"

enum { LINKS_BETWEEN_PREEMPTION = 64 };

struct ec *ipc_runner(struct ec *ec)
{
    return chain_end(ec);
}

/*
 * What a caller or an event's sender does that has helped. The portal may be another one by now, so everything is looked at
 * anew.
 */
static void try_again(struct ec *self)
{
    preempt_point(self, try_again);
    stop_wanting(self);
    if (waits_for_call(self))
        sys_call(self, self->ipc.selector, self->ipc.descriptor, 0, 0, 0);
    event_raise(self);
}

/*
 * Self is current, so it waits for nobody: it can be nowhere in a chain but at the end. Both kinds of waiting count (rule
 * 8). No circle is ever closed, so there is an end. Nothing has been changed yet when the walk is interrupted.
 */
bool closes_circle(struct ec *self, struct ec *server)
{
    unsigned links = 0;
    struct ec *next;

    while ((next = waits_for(server))) {
        server = next;
        if (++links % LINKS_BETWEEN_PREEMPTION == 0)
            preempt_point(self, try_again);
    }
    return server == self;
}

/* self becomes the last of the ring of those who want server. */
static void start_wanting(struct ec *self, struct ec *server)
{
    struct ec *first = server->ipc.wanters, *last = self;

    if (first)
        last = first->ipc.prev_wanter;
    else
        server->ipc.wanters = first = self;
    self->ipc.wanted = server;
    self->ipc.next_wanter = first;
    self->ipc.prev_wanter = last;
    last->ipc.next_wanter = self;
    first->ipc.prev_wanter = self;
}

void stop_wanting(struct ec *self)
{
    struct ec *server = self->ipc.wanted;
    struct ec *next = self->ipc.next_wanter, *prev = self->ipc.prev_wanter;

    if (!server)
        return;
    next->ipc.prev_wanter = prev;
    prev->ipc.next_wanter = next;
    if (server->ipc.wanters == self)
        server->ipc.wanters = next == self ? NULL : next;
    self->ipc.wanted = self->ipc.next_wanter = self->ipc.prev_wanter = NULL;
}

/* The time of self goes to the end of server's chain, not to server, which may itself be waiting for a reply. */
noreturn void help(struct ec *self, struct ec *server)
{
    struct ec *runner = chain_end(server);

    start_wanting(self, server);
    self->run.cont = try_again;
    count(COUNT_HELPS);
    trace(TRACE_HELP, NULL, server, runner, 0);
    ec_switch(runner);
}
