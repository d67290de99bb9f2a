/*
 * When one side dies (ABI.md §13.2): an EC leaves every conversation, in all its roles, and nobody waits for it any more.
 */
#include "body/unheard.h"
#include "contract/7-interrupts.h"
#include "ipc.h"

/* So many portals and callers are told in one piece. */
enum { END_BATCH = 64 };

/* ---- Those behind: who called ec, and who wanted to -------------------------------------------------------------------- */

/* A portal's end may come when the EC is memory again, so it forgets where it led. */
static void portal_kill(struct pt *pt)
{
    pt_end(&pt->object);
    pt->ec = NULL;
    object_kill(&pt->object);
}

/*
 * Nobody can call ec any more, and who wanted to is at the beginning of its call already, and will find that the portal is
 * gone. A piece at a time; false: there is more. The portals go first: else one who has just been let go could come back
 * through them.
 */
static bool ways_close(struct ec *ec)
{
    unsigned left = END_BATCH;

    for (; left && ec->ipc.portals; left--)
        portal_kill(ec->ipc.portals);
    for (; left && ec->ipc.wanters; left--)
        stop_wanting(ec->ipc.wanters);
    return !ec->ipc.portals && !ec->ipc.wanters;
}

/*
 * Who waits for ec's reply goes on without. A call says so by its status; of an event nobody is left to say how it goes on.
 */
static void caller_abort(struct ec *ec)
{
    struct ec *client = ec->ipc.caller;

    if (!client)
        return;
    client->ipc.callee = ec->ipc.caller = NULL;
    if (waits_for_call(client))
        call_results(client, ABORTED, 0);
    else
        ec_unheard(client);
}

/* ---- Those before: whom ec called, and whom it wanted to ----------------------------------------------------------------- */

/*
 * SCs that were given through ec to whom it waits for may be parked on anybody of the chain, and have other work now. Those that
 * do not will be parked again. Before the links are cut: they are the way there.
 */
static void chain_release(struct ec *ec)
{
    while ((ec = waits_for(ec)))
        ec_release(ec);
}

/* Whom ec has called serves on, and replies to nobody; whom it wanted has one less that helps. */
static void callee_leave(struct ec *ec)
{
    struct ec *callee = ec->ipc.callee;

    chain_release(ec);
    stop_wanting(ec);
    if (callee)
        callee->ipc.caller = ec->ipc.callee = NULL;
}

/* ---- The whole ------------------------------------------------------------------------------------------------------------ */

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

/* First nobody new can come, then those who were there leave, in front and behind; then what is ec's own goes. */
bool ec_end(struct object *object)
{
    struct ec *ec = ec_of(object);

    ec_hold(ec, BLOCKED_DYING);
    if (!ways_close(ec))
        return false;
    callee_leave(ec);
    caller_abort(ec);
    if (ec->run.sc)
        object_kill(&ec->run.sc->object);
    sm_forget(ec);
    ec_forget(ec);
    choose_again();
    leave_pd(ec);
    space_unmap_utcb(ec);
    page_free(object->payer, ec->ipc.utcb);
    return true;
}

bool pt_end(struct object *object)
{
    struct pt *pt = (struct pt *)object;

    if (!pt->ec)
        return true;
    if (pt->next)
        pt->next->prev = pt->prev;
    if (pt->prev)
        pt->prev->next = pt->next;
    else
        pt->ec->ipc.portals = pt->next;
    return true;
}
