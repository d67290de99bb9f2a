/*
 * When one side dies (ABI.md §13.2): an EC leaves every conversation, in all its roles, and nobody waits for it any more.
 */
#include "body/unheard.h"
#include "contract/7-interrupts.h"
#include "ipc.h"
#include "linked.h"
#include "panic.h"

/* So many portals and callers are told in one piece. */
enum { END_BATCH = 64 };

/*
 * SCs that were given through ec to whom it waits for may be parked far down the chain, and have other work now. Those that do
 * not will be parked again.
 */
static void chain_release(struct ec *ec)
{
    /* Answer 5.6 (place 1 of 6) goes here: when one side dies */
    not_implemented("5.6 when one side dies");
}

/*
 * Who waits for ec's reply goes on without. A call says so by its status; of an event nobody is left to say how it goes on.
 */
static void caller_abort(struct ec *ec)
{
    /* Answer 5.6 (place 2 of 6) goes here: when one side dies */
    not_implemented("5.6 when one side dies");
}

/* Whom ec has called serves on, and replies to nobody. */
static void callee_leave(struct ec *ec)
{
    /* Answer 5.6 (place 3 of 6) goes here: when one side dies */
    not_implemented("5.6 when one side dies");
}

/* A portal's end may come when the EC is memory again, so it forgets where it led. */
static void portal_kill(struct pt *pt)
{
    pt_end(&pt->object);
    pt->ec = NULL;
    object_kill(&pt->object);
}

/*
 * Nobody can call ec any more, and who wanted to is at the beginning of its call already, and will find that the portal is gone. A
 * piece at a time; false: there is more.
 */
static bool ways_close(struct ec *ec)
{
    /* Answer 5.6 (place 4 of 6) goes here: when one side dies */
    (void)portal_kill; not_implemented("5.6 when one side dies");
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

bool ec_end(struct object *object)
{
    struct ec *ec = ec_of(object);

    ec_hold(ec, BLOCKED_DYING);
    if (!ways_close(ec))
        return false;
    chain_release(ec);
    caller_abort(ec);
    callee_leave(ec);
    if (ec->run.sc)
        object_kill(&ec->run.sc->object);
    sm_forget(ec);
    ec_forget(ec);
    choose_again();
    LINKED_TAKE(ec->ipc.pd->ecs, ec, ipc.next, ipc.prev);
    space_unmap_utcb(ec);
    page_free(object->payer, ec->ipc.utcb);
    return true;
}

bool pt_end(struct object *object)
{
    /* Answer 5.6 (place 5 of 6) goes here: when one side dies */
    not_implemented("5.6 when one side dies");
}
