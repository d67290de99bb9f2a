#include "suite/mailbox.h"

uint64_t arrived;

/* A portal function that takes one item, notes its number and opens the window again. */
static uint64_t receive(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    arrived = DESCRIPTOR_ITEMS(descriptor) ? RANGE_BASE(u->item[0].range) : 0;
    u->object_base = WINDOW;
    u->object_count = WINDOW_SIZE;
    u->records = 8;
    return 0;
}

static struct portal receiver = { receive };

uint64_t mailbox(struct domain *d)
{
    const uint64_t portal = portal_new(d->ec, portal_entry, &receiver, 0);

    CHECK_OK(portal_call(portal, 0)); /* opens the window */
    return portal;
}

result send(uint64_t portal, uint64_t selector, uint64_t rights)
{
    utcb()->item[0] = (struct item){ RANGE(selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0) };
    return portal_call(portal, DESCRIPTOR(0, 1));
}

static uint64_t send_here(uint64_t portal, uint64_t selector, uint64_t rights, uint64_t d)
{
    (void)d;
    return send(portal, selector, rights).rax;
}

uint64_t send_from(struct domain *from, uint64_t portal, uint64_t selector, uint64_t rights)
{
    return in(from, send_here, portal, selector, rights, 0);
}

uint64_t open_window(uint64_t base, uint64_t count, uint64_t records, uint64_t d)
{
    struct utcb *u = utcb();

    (void)d;
    u->object_base = (uint32_t)base;
    u->object_count = (uint32_t)count;
    u->records = (uint32_t)records;
    return 0;
}

uint64_t up_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_SM_CONTROL, selector, SM_UP, 0, 0, 0).rax;
}

uint64_t down_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_SM_CONTROL, selector, SM_DOWN, 1, 0, 0).rax;
}

uint64_t lookup_in(struct domain *d, uint64_t selector)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_LOOKUP, RANGE(selector, 0), TYPE_OBJECT, 0).rdx;
}

result remove_in(struct domain *d, uint64_t operation, uint64_t selector, uint64_t rights)
{
    return call_in(d, CALL_REMOVE, REMOVE(operation, TYPE_OBJECT), RANGE(selector, 0), rights, 0, 0);
}

result ack_in(struct domain *d, uint64_t selector, uint64_t count)
{
    return call_in(d, CALL_PD_CONTROL, 0, PD_ACK, selector, count, 0);
}

uint64_t cells_of(struct domain *d)
{
    return pd_figure(d->pd, FIGURE_CELLS).rdx;
}
