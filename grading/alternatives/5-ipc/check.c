/*
 * The checker of a debug build: walks over all conversations, and stops the kernel where something does not fit.
 *
 * It is called between two operations, when no end has begun.
 */
#include "ipc.h"

#ifdef CAIRN_CHECK

void check_ipc(void);

enum { CHAIN_MAX = 1000000 }; /* longer than any can be: more ECs than memory */

#define CHECK(condition, what, of)                                                                                               \
    do {                                                                                                                         \
        if (!(condition))                                                                                                        \
            panic("ipc: " what " (%p)", (const void *)(of));                                                                     \
    } while (0)

static void check_wanters(const struct ec *ec)
{
    const struct ec *w = ec->ipc.wanters;

    if (w)
        do {
            CHECK(w->ipc.wanted == ec, "it is in the ring of another EC than the one it wants", w);
            CHECK(w->ipc.next_wanter->ipc.prev_wanter == w, "the ring of those who want an EC is broken", w);
        } while ((w = w->ipc.next_wanter) != ec->ipc.wanters);
}

static void check_chain(struct ec *ec)
{
    unsigned links = 0;

    for (struct ec *e = ec; e; e = waits_for(e))
        CHECK(links++ < CHAIN_MAX, "a circle of calls", ec);
}

static void check_ec(struct ec *ec, const struct pd *pd)
{
    const struct ec *callee = ec->ipc.callee, *caller = ec->ipc.caller;

    CHECK(ec->ipc.pd == pd, "an EC in the list of another PD", ec);
    CHECK(!callee || callee->ipc.caller == ec, "its callee serves somebody else", ec);
    CHECK(!caller || caller->ipc.callee == ec, "its caller waits for somebody else", ec);
    CHECK(!callee || !ec->ipc.wanted, "it waits for a reply and for a server", ec);
    CHECK(!ec->ipc.wanted == !ec->ipc.next_wanter, "it wants an EC and is in no ring, or the other way round", ec);
    CHECK(!callee || waits_for_call(ec) || ec->ipc.event < EVENT_COUNT, "it waits and has sent nothing", ec);
    CHECK(!caller || ec->ipc.kind == EC_LOCAL, "a global EC serves", ec);
    CHECK(ec->run.cont || ec->ipc.kind == EC_LOCAL, "a global EC that waits for a call", ec);
    CHECK(!ec->ipc.wanted || ec->ipc.wanted->ipc.wanters, "it wants an EC that knows nothing of it", ec);
    CHECK(ec->run.cont || (!caller && !callee && !ec->ipc.wanted), "free and busy at once", ec);
    for (const struct pt *pt = ec->ipc.portals; pt; pt = pt->next)
        CHECK(pt->ec == ec && (!pt->next || pt->next->prev == pt), "a portal in the list of another EC", pt);
    check_wanters(ec);
    check_chain(ec);
}

static void check_pd(const struct pd *pd)
{
    for (struct ec *ec = pd->ecs; ec; ec = ec->ipc.next) {
        CHECK(!ec->ipc.next || ec->ipc.next->ipc.prev == ec, "a PD's list of ECs is broken", ec);
        check_ec(ec, pd);
    }
    for (const struct object *o = pd->paid; o; o = o->next)
        if (o->type == TYPE_PD)
            check_pd((const struct pd *)o);
}

/* Every PD is paid by one that is paid by ... the first. */
void check_ipc(void)
{
    const struct pd *pd = this_cpu()->current->ipc.pd;

    while (pd && pd->object.payer)
        pd = pd->object.payer;
    if (pd)
        check_pd(pd);
}

#endif
