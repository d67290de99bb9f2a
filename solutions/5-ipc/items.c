/*
 * Capabilities in messages: all items of a message arrive, or none (ABI.md §8.5).
 *
 * First everything is read once, checked and added up, as if the items before had already arrived; only then does the first
 * effect take place. How one item goes from one PD to another is stage 4's and stage 6's business; here is the order,
 * the receiver's consent, and who is told what.
 */
#include "items.h"

#include "panic.h"

/* A window that does not lie in its space is closed: it is the receiver's error, and none of the sender's business. */
static void windows_read(struct delivery *d, const struct utcb *utcb)
{
    //! answer 5.4 begin
    uint32_t base = READ_ONCE(utcb->object_base), count = READ_ONCE(utcb->object_count); //! skeleton: not_implemented("5.4 items of a message");
    uint64_t memory = READ_ONCE(utcb->memory_window);
    bool good = base && base < SELECTOR_COUNT && count <= WINDOW_COUNT && count <= SELECTOR_COUNT - base;
    d->objects = (struct window){base, good ? count : 0};

    good = memory && space_range_ok(TYPE_MEMORY, memory);
    d->memory = (struct window){RANGE_BASE(memory), good ? 1ull << RANGE_ORDER(memory) : 0};

    base = READ_ONCE(utcb->port_base), count = READ_ONCE(utcb->port_count);
    good = base < SPACE_PORTS && count <= SPACE_PORTS - base;
    d->ports = (struct window){base, good ? count : 0};
    d->admitted = READ_ONCE(utcb->records);
    //! answer 5.4 end
}

/*
 * Each new record is one of those that the receiver admits: so strangers together cost it what it has agreed to, and no more.
 */
static enum status records_check(const struct delivery *d, uint32_t *lacking)
{
    //! answer 5.4 begin
    if (d->records > d->admitted) { //! skeleton: not_implemented("5.4 items of a message");
        *lacking = d->records - d->admitted;
        return NO_WINDOW;
    }
    return d->records > RECORDS_MAX ? TOO_MANY : SUCCESS;
    //! answer 5.4 end
}

static const struct window *window_for(const struct delivery *d, unsigned type)
{
    static const struct window closed;

    return type == TYPE_OBJECT ? &d->objects : type == TYPE_MEMORY ? &d->memory : type == TYPE_PORTS ? &d->ports : &closed;
}

/* Item i is read once, and checked as if those before it had arrived. */
static enum status item_prepare(struct delivery *d, unsigned i)
{
    //! answer 5.4 begin
    const struct item *item = &d->from->ipc.utcb->item[i]; //! skeleton: (void)window_for; not_implemented("5.4 items of a message");
    struct transfer *t = &d->item[i];

    t->from = d->from->ipc.pd;
    t->to = d->to->ipc.pd;
    t->range = READ_ONCE(item->range);
    t->how = READ_ONCE(item->how);
    const struct window *w = window_for(d, ITEM_TYPE(t->how));
    t->window_base = w->base;
    t->window_count = w->count;
    d->bill[i] = i ? d->bill[i - 1] : (struct bill){.account = t->to};
    return cap_prepare(d->item, i, &d->bill[i]);
    //! answer 5.4 end
}

static enum status all_prepare(struct delivery *d, unsigned count, uint64_t *refusal)
{
    for (unsigned i = 0; i < count; i++) {
        uint32_t lacking = 0;
        enum status status = item_prepare(d, i);

        if (status == SUCCESS) {
            d->records += d->item[i].records;
            status = records_check(d, &lacking);
        }
        if (status != SUCCESS) {
            *refusal = REFUSAL(lacking, status == NO_WINDOW ? ACCOUNT_RECEIVER : 0, i, status);
            return status;
        }
    }
    return SUCCESS;
}

/* What lacks is told for the whole message, so that moving so much is enough; the item is the first that does not fit. */
static enum status quota_check(const struct delivery *d, unsigned count, uint64_t *refusal)
{
    //! answer 5.4 begin
    const struct bill *bill = &d->bill[count - 1]; //! skeleton: not_implemented("5.4 items of a message");
    uint32_t lacking, ignored;
    unsigned first = 0;

    if (account_covers(bill, &lacking))
        return SUCCESS;
    while (first < count - 1 && account_covers(&d->bill[first], &ignored))
        first++;
    trace(TRACE_REFUSED, bill->account, lacking, 0, bill->account->quota - bill->account->used);
    *refusal = REFUSAL(lacking, ACCOUNT_RECEIVER, first, NO_QUOTA);
    return NO_QUOTA;
    //! answer 5.4 end
}

RARE enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    //! answer 5.4 begin
    struct delivery d; //! skeleton: (void)windows_read, (void)all_prepare, (void)quota_check; not_implemented("5.4 items of a message");
    struct utcb *utcb = to->ipc.utcb;

    if (!count)
        return SUCCESS;
    d.from = from, d.to = to;
    d.records = 0;
    windows_read(&d, utcb);
    enum status status = all_prepare(&d, count, refusal);
    if (status == SUCCESS)
        status = quota_check(&d, count, refusal);
    if (status != SUCCESS)
        return status;
    for (unsigned i = 0; i < count; i++)
        utcb->item[i] = cap_commit(&d.item[i], true);
    utcb->records = d.admitted - d.records;
    return SUCCESS;
    //! answer 5.4 end
}
