/*
 * Capabilities in messages: all items of a message arrive, or none (ABI.md §8.5).
 *
 * First everything is read once, checked and added up, as if the items before had already arrived; only then does the first
 * effect take place. How one item goes from one PD to another is stage 4's and stage 6's business; here is the order,
 * the receiver's consent, and who is told what.
 */
#include "items.h"

#include "panic.h"

static void windows_read(struct delivery *d, const struct utcb *utcb)
{
    //! answer 5.4 begin
    d->objects = READ_PAIR(utcb->object_base); //! skeleton: not_implemented("5.4 items of a message");
    d->memory = READ_ONCE(utcb->memory_window);
    d->ports = READ_PAIR(utcb->port_base);
    d->admitted = READ_ONCE(utcb->records);
    //! answer 5.4 end
}

/* A window that does not lie in its space is closed: it is the receiver's error, and none of the sender's business. */
static inline struct window window_for(const struct delivery *d, unsigned type)
{
    //! answer 5.4 begin
    //! skeleton: not_implemented("5.4 items of a message");
    const uint64_t word = type == TYPE_OBJECT ? d->objects : type == TYPE_MEMORY ? d->memory : d->ports;
    const uint64_t base = PAIR_LOW(word), count = PAIR_HIGH(word);

    if (type == TYPE_OBJECT && base && count <= WINDOW_COUNT && base + count <= SELECTOR_COUNT)
        return (struct window){base, count};
    if (type == TYPE_MEMORY && word && space_range_ok(TYPE_MEMORY, word))
        return (struct window){RANGE_BASE(word), 1ull << RANGE_ORDER(word)};
    if (type == TYPE_PORTS && base + count <= SPACE_PORTS)
        return (struct window){base, count};
    return (struct window){0, 0};
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

/* Item i is read once, and checked as if those before it had arrived. */
static inline enum status item_prepare(struct delivery *d, unsigned i)
{
    //! answer 5.4 begin
    const struct item *item = &d->from->ipc.utcb->item[i]; //! skeleton: (void)window_for; not_implemented("5.4 items of a message");
    struct transfer *t = &d->item[i];

    t->from = d->from->ipc.pd;
    t->to = d->to->ipc.pd;
    t->range = READ_ONCE(item->range);
    t->how = READ_ONCE(item->how);
    const struct window w = window_for(d, ITEM_TYPE(t->how));
    t->window_base = w.base;
    t->window_count = w.count;
    return cap_prepare(d->item, i, &d->bill);
    //! answer 5.4 end
}

static inline enum status all_prepare(struct delivery *d, unsigned count, uint64_t *refusal)
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
        if (d->first_short == ITEM_COUNT && !account_covers(&d->bill, &lacking))
            d->first_short = i;
    }
    return SUCCESS;
}

/* What lacks is told for the whole message, so that moving so much is enough; the item is the first that does not fit. */
static enum status quota_refuse(const struct delivery *d, uint64_t *refusal)
{
    //! answer 5.4 begin
    const struct pd *account = d->bill.account; //! skeleton: not_implemented("5.4 items of a message");
    uint32_t lacking;

    account_covers(&d->bill, &lacking);
    trace(TRACE_REFUSED, account, lacking, 0, account->quota - account->used);
    *refusal = REFUSAL(lacking, ACCOUNT_RECEIVER, d->first_short, NO_QUOTA);
    return NO_QUOTA;
    //! answer 5.4 end
}

PATH RARE enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    //! answer 5.4 begin
    struct transfer item[ITEM_COUNT]; //! skeleton: (void)windows_read, (void)all_prepare, (void)quota_refuse;
    //! skeleton: not_implemented("5.4 items of a message");
    struct delivery d = {.from = from, .to = to, .first_short = ITEM_COUNT, .bill.account = to->ipc.pd, .item = item};
    struct utcb *utcb = to->ipc.utcb;

    if (!count)
        return SUCCESS;
    windows_read(&d, utcb);
    enum status status = all_prepare(&d, count, refusal);
    if (status == SUCCESS && d.first_short < ITEM_COUNT)
        status = quota_refuse(&d, refusal);
    if (status != SUCCESS)
        return status;
    for (unsigned i = 0; i < count; i++)
        utcb->item[i] = cap_commit(&item[i], true);
    utcb->records = d.admitted - d.records;
    return SUCCESS;
    //! answer 5.4 end
}
