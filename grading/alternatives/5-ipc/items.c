/*
 * Capabilities in messages: all items of a message arrive, or none (ABI.md §8.5).
 *
 * Three passes. The first reads: what both UTCBs say is taken into the delivery, and not looked at there again. The second
 * asks: each item is checked as if those before it had arrived, and the prices are added up into one bill. Only the third
 * does. How one item goes from one PD to another is stage 4's and stage 6's business; here is the order, the receiver's
 * consent, and who is told what.
 */
#include "items.h"

/* ---- The first pass: read -------------------------------------------------------------------------------------------- */

/* A window that does not lie in its space is closed: it is the receiver's error, and none of the sender's business. */
static struct window window_of(uint64_t base, uint64_t count, uint64_t first, uint64_t end, uint64_t most)
{
    if (base < first || base > end || count > end - base || count > most)
        count = 0;
    return (struct window){ .base = base, .count = count };
}

static void windows_read(struct delivery *d, const struct utcb *utcb)
{
    const uint32_t object_base = READ_ONCE(utcb->object_base), object_count = READ_ONCE(utcb->object_count);
    const uint64_t memory = READ_ONCE(utcb->memory_window);
    const uint32_t port_base = READ_ONCE(utcb->port_base), port_count = READ_ONCE(utcb->port_count);

    d->window[OBJECTS] = window_of(object_base, object_count, 1, SELECTOR_COUNT, WINDOW_COUNT);
    d->window[MEMORY] = (struct window){ .count = 0 };
    if (memory && space_range_ok(TYPE_MEMORY, memory))
        d->window[MEMORY] = (struct window){ .base = RANGE_BASE(memory), .count = 1ull << RANGE_ORDER(memory) };
    d->window[PORTS] = window_of(port_base, port_count, 0, SPACE_PORTS, SPACE_PORTS);
    d->admitted = READ_ONCE(utcb->records);
}

/* An item of a type that has no window finds a closed one. */
static struct window window_for(const struct delivery *d, unsigned type)
{
    const unsigned which = type - TYPE_OBJECT;

    return which < WINDOWS ? d->window[which] : (struct window){ .count = 0 };
}

static void items_read(struct delivery *d, const struct utcb *utcb)
{
    for (unsigned i = 0; i < d->count; i++) {
        struct transfer *t = &d->item[i];

        t->from = d->from->ipc.pd;
        t->to = d->to->ipc.pd;
        t->range = READ_ONCE(utcb->item[i].range);
        t->how = READ_ONCE(utcb->item[i].how);
        const struct window window = window_for(d, ITEM_TYPE(t->how));
        t->window_base = window.base;
        t->window_count = window.count;
    }
}

/* ---- The second pass: ask -------------------------------------------------------------------------------------------- */

/*
 * Each new record is one of those that the receiver admits: so strangers together cost it what it has agreed to, and no more.
 */
static enum status records_check(const struct delivery *d, uint32_t *lacking)
{
    *lacking = d->records > d->admitted ? d->records - d->admitted : 0;
    return *lacking ? NO_WINDOW : d->records > RECORDS_MAX ? TOO_MANY : SUCCESS;
}

/* Asks for each item in order. The first that is refused is *the* refusal. */
static enum status items_ask(struct delivery *d, struct bill *bill, uint64_t *refusal)
{
    enum status status = SUCCESS;
    uint32_t lacking = 0;

    for (unsigned i = 0; i < d->count && status == SUCCESS; i++) {
        status = cap_prepare(d->item, i, bill);
        if (status == SUCCESS) {
            d->records += d->item[i].records;
            status = records_check(d, &lacking);
        }
        if (status != SUCCESS)
            *refusal = REFUSAL(lacking, status == NO_WINDOW ? ACCOUNT_RECEIVER : 0, i, status);
    }
    return status;
}

/*
 * The first item that the account cannot pay together with those before it. Asking changes nothing, so it is asked a second time,
 * item by item: a message that can be paid is spared the count of each step.
 */
static unsigned first_unpaid(struct delivery *d)
{
    struct bill bill = { .account = d->to->ipc.pd };
    uint32_t lacking;
    unsigned i = 0;

    while (i + 1 < d->count && cap_prepare(d->item, i, &bill) == SUCCESS && account_covers(&bill, &lacking))
        i++;
    return i;
}

/* What lacks is told for the whole message, so that moving so much is enough. */
static enum status bill_check(struct delivery *d, const struct bill *bill, uint64_t *refusal)
{
    uint32_t lacking;

    if (account_covers(bill, &lacking))
        return SUCCESS;
    trace(TRACE_REFUSED, bill->account, lacking, 0, bill->account->quota - bill->account->used);
    *refusal = REFUSAL(lacking, ACCOUNT_RECEIVER, first_unpaid(d), NO_QUOTA);
    return NO_QUOTA;
}

/* ---- The third pass: do, and all three together ---------------------------------------------------------------------- */

static void items_do(struct delivery *d, struct utcb *utcb)
{
    for (unsigned i = 0; i < d->count; i++)
        utcb->item[i] = cap_commit(&d->item[i], true);
    utcb->records = d->admitted - d->records;
}

RARE enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    struct delivery d;
    struct bill bill = { .account = to->ipc.pd };

    if (!count)
        return SUCCESS;
    d.from = from;
    d.to = to;
    d.count = count;
    d.records = 0;
    windows_read(&d, to->ipc.utcb);
    items_read(&d, from->ipc.utcb);
    enum status status = items_ask(&d, &bill, refusal);
    if (status == SUCCESS)
        status = bill_check(&d, &bill, refusal);
    if (status == SUCCESS)
        items_do(&d, to->ipc.utcb);
    return status;
}
