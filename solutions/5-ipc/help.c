/*
 * Who works on whose time, when a server is busy.
 *
 *     high (SC, urgent) ──wants──> server ──callee──> driver          time of high and of low goes to driver:
 *     low (SC)          ──callee─> server                             the server is as urgent as its most urgent client
 *
 * There is no queue of callers. Each keeps its SC, which gives its time to the end of the chain; when the server is free,
 * whoever has the processor next gets it. So an urgent caller overtakes the others, as it should.
 */
#include "ipc.h"
#include "panic.h"

enum { LINKS_BETWEEN_PREEMPTION = 64 };

struct ec *ipc_runner(struct ec *ec)
{
    return chain_end(ec);
}

/*
 * Both kinds of waiting count (rule 8). No circle is ever closed, so the walk ends. Nothing has been changed yet when it is
 * interrupted.
 */
bool closes_circle(struct ec *self, struct ec *server, continuation *again)
{
    //! answer 5.7 begin
    unsigned links = 0; //! skeleton: not_implemented("5.7 help a busy server");

    for (struct ec *ec = server; ec; ec = waits_for(ec)) {
        if (ec == self)
            return true;
        if (++links % LINKS_BETWEEN_PREEMPTION == 0)
            preempt_point(self, again);
    }
    return false;
    //! answer 5.7 end
}

noreturn void help(struct ec *self, struct ec *server, continuation *again)
{
    //! answer 5.7 begin
    self->ipc.wanted = server; //! skeleton: not_implemented("5.7 help a busy server");
    self->ipc.prev_wanter = NULL;
    self->ipc.next_wanter = server->ipc.wanters;
    if (server->ipc.wanters)
        server->ipc.wanters->ipc.prev_wanter = self;
    server->ipc.wanters = self;

    self->run.cont = again;
    count(COUNT_HELPS);
    struct ec *runner = ipc_runner(server);
    trace(TRACE_HELP, NULL, server, runner, 0);
    ec_switch(runner);
    //! answer 5.7 end
}

void stop_wanting(struct ec *self)
{
    struct ec *server = self->ipc.wanted;
    struct ec *next = self->ipc.next_wanter, *prev = self->ipc.prev_wanter;

    if (!server)
        return;
    if (next)
        next->ipc.prev_wanter = prev;
    if (prev)
        prev->ipc.next_wanter = next;
    else
        server->ipc.wanters = next;
    self->ipc.wanted = self->ipc.next_wanter = self->ipc.prev_wanter = NULL;
}
