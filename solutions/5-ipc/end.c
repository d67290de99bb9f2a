/*
 * When one side dies (ABI.md §13.2): an EC leaves every conversation, in all its roles, and nobody waits for it any more.
 */
#include "body/unheard.h"
#include "contract/7-interrupts.h"
#include "ipc.h"
#include "panic.h"

/*
 * SCs that were given through ec to whom it waits for may be parked far down the chain, and have other work now. Those that do
 * not will be parked again.
 */
static void chain_release(struct ec *ec)
{
    //! answer 5.6 begin
    for (struct ec *e = waits_for(ec); e; e = waits_for(e)) //! skeleton: not_implemented("5.6 when one side dies");
        ec_release(e);
    //! answer 5.6 end
}

/*
 * Who waits for ec's reply goes on without. A call says so by its status; of an event nobody is left to say how it goes on.
 */
static void caller_abort(struct ec *ec)
{
    //! answer 5.6 begin
    struct ec *client = ec->ipc.caller; //! skeleton: not_implemented("5.6 when one side dies");

    if (!client)
        return;
    ec->ipc.caller = NULL;
    client->ipc.callee = NULL;
    if (waits_for_call(client)) {
        client->state.frame.rax = ABORTED;
        client->state.frame.rdx = 0;
    } else {
        ec_unheard(client);
    }
    //! answer 5.6 end
}

/* Whom ec has called serves on, and replies to nobody. */
static void callee_leave(struct ec *ec)
{
    //! answer 5.6 begin
    if (ec->ipc.callee) //! skeleton: not_implemented("5.6 when one side dies");
        ec->ipc.callee->ipc.caller = NULL;
    ec->ipc.callee = NULL;
    stop_wanting(ec);
    //! answer 5.6 end
}

/* Who wanted to call ec is at the beginning of its call already, and will find that the portal is gone. */
static void wanters_leave(struct ec *ec)
{
    //! answer 5.6 begin
    while (ec->ipc.wanters) //! skeleton: not_implemented("5.6 when one side dies");
        stop_wanting(ec->ipc.wanters);
    //! answer 5.6 end
}

/* A portal's end may come when the EC is memory again, so it forgets where it led. */
static void portals_kill(struct ec *ec)
{
    //! answer 5.6 begin
    for (struct pt *pt = ec->ipc.portals, *next; pt; pt = next) { //! skeleton: not_implemented("5.6 when one side dies");
        next = pt->next;
        pt->ec = NULL;
        object_kill(&pt->object);
    }
    ec->ipc.portals = NULL;
    //! answer 5.6 end
}

static void leave_pd(struct ec *ec)
{
    if (ec->ipc.next)
        ec->ipc.next->ipc.prev = ec->ipc.prev;
    if (ec->ipc.prev)
        ec->ipc.prev->ipc.next = ec->ipc.next;
    else
        ec->ipc.pd->ecs = ec->ipc.next;
}

/*
 * The current SC may have worked for an EC that it has nothing to do with any more: whoever runs now has to ask again. An SC
 * whose own EC has died pays for whoever destroys that, to the end (ec_forget).
 */
static void choose_again(void)
{
    struct cpu *cpu = this_cpu();
    const struct sc *sc = cpu->run.sc;

    if (sc && sc->ec && ipc_runner(sc->ec) != cpu->current)
        cpu->run.pending |= PENDING_RESCHEDULE;
}

void ec_end(struct object *object)
{
    struct ec *ec = ec_of(object);

    chain_release(ec);
    caller_abort(ec);
    callee_leave(ec);
    wanters_leave(ec);
    portals_kill(ec);
    if (ec->run.sc)
        object_kill(&ec->run.sc->object);
    sm_forget(ec);
    ec_forget(ec);
    choose_again();
    leave_pd(ec);
    space_unmap_utcb(ec);
    page_free(object->payer, ec->ipc.utcb);
}

void pt_end(struct object *object)
{
    //! answer 5.6 begin
    struct pt *pt = (struct pt *)object; //! skeleton: not_implemented("5.6 when one side dies");

    if (!pt->ec)
        return;
    if (pt->next)
        pt->next->prev = pt->prev;
    if (pt->prev)
        pt->prev->next = pt->next;
    else
        pt->ec->ipc.portals = pt->next;
    //! answer 5.6 end
}
