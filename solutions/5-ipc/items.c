/*
 * Capabilities in messages: all items of a message arrive, or none (ABI.md §8.5).
 *
 * First everything is read once, checked and added up, as if the items before had already arrived; only then does the first
 * effect take place. How one capability goes from one PD to another is stage 4's and stage 6's business; here is the order,
 * the receiver's consent, and who is told what.
 */
#include "items.h"

#include "panic.h"

/* A window that does not lie in its space is closed: it is the receiver's error, and none of the sender's business. */
static void windows_read(struct delivery *d, const struct utcb *utcb)
{
    //! answer 5.3 begin
    uint32_t base = READ_ONCE(utcb->object_base), count = READ_ONCE(utcb->object_count); //! skeleton: not_implemented("5.3 items of a message");
    uint64_t memory = READ_ONCE(utcb->memory_window);
    bool good = base && base < SELECTOR_COUNT && count <= WINDOW_COUNT && count <= SELECTOR_COUNT - base;
    d->objects = (struct window){base, good ? count : 0};

    good = memory && space_range_ok(TYPE_MEMORY, memory);
    d->memory = (struct window){RANGE_BASE(memory), good ? 1ull << RANGE_ORDER(memory) : 0};

    base = READ_ONCE(utcb->port_base), count = READ_ONCE(utcb->port_count);
    good = base < SPACE_PORTS && count <= SPACE_PORTS - base;
    d->ports = (struct window){base, good ? count : 0};
    d->admitted = READ_ONCE(utcb->records);
    //! answer 5.3 end
}

/* Stage 4 finds source, number and record. A known object needs no new number, but still an open window. */
static enum status object_prepare(struct delivery *d, struct arrival *a)
{
    //! answer 5.3 begin
    struct transfer *t = &d->object[d->object_count]; //! skeleton: not_implemented("5.3 items of a message");

    if (RANGE_ORDER(a->range) || ITEM_SPOT(a->how))
        return BAD_PAR;
    *t = (struct transfer){
        .from = d->from->ipc.pd, .to = d->to->ipc.pd, .selector = RANGE_BASE(a->range), .rights = ITEM_RIGHTS(a->how),
        .window_base = d->objects.base, .window_count = d->objects.count,
    };
    enum status status = cap_prepare(d->object, d->object_count, &d->bill);
    if (status != SUCCESS)
        return status;
    if (!d->objects.count)
        return NO_WINDOW;
    a->index = d->object_count++;
    d->records += t->record;
    return SUCCESS;
    //! answer 5.3 end
}

static enum status area_prepare(struct delivery *d, struct arrival *a)
{
    struct space_transfer *t = &d->area[d->area_count];
    const struct window *w = ITEM_TYPE(a->how) == TYPE_MEMORY ? &d->memory : &d->ports;

    *t = (struct space_transfer){
        .from = d->from->ipc.pd, .to = d->to->ipc.pd, .range = a->range, .how = a->how,
        .window_base = w->base, .window_count = w->count,
    };
    enum status status = space_prepare(d->area, d->area_count, &d->bill);
    if (status != SUCCESS)
        return status;
    a->index = d->area_count++;
    d->records += t->records;
    return SUCCESS;
}

static uint64_t pins_of(const struct pd *pd, uint32_t selector)
{
    return cap_describe(pd, selector) >> 32;
}

/* The number in the receiver's PD on which an item puts a pin, or 0. */
static uint32_t place_of(const struct delivery *d, const struct arrival *a)
{
    if (ITEM_KIND(a->how) == ITEM_DELEGATE && ITEM_TYPE(a->how) == TYPE_OBJECT)
        return d->object[a->index].place;
    return a->place;
}

/*
 * The receiver learns the number that it has already. If an item before this one brings the object, that will be its number:
 * in the sender's PD an object has one selector, so the same selector is the same object.
 */
static enum status translate_prepare(struct delivery *d, struct arrival *a)
{
    //! answer 5.3 begin
    uint64_t selector = RANGE_BASE(a->range); //! skeleton: (void)pins_of, (void)place_of; not_implemented("5.3 items of a message");
    uint64_t pins = 0; /* that items before this one will add */

    if (RANGE_ORDER(a->range) || ITEM_TYPE(a->how) != TYPE_OBJECT || ITEM_RIGHTS(a->how) || ITEM_SPOT(a->how))
        return BAD_PAR;
    enum status status = cap_translate(d->from->ipc.pd, selector, d->to->ipc.pd, &a->place);
    for (unsigned i = 0; i < d->object_count; i++)
        if (d->object[i].selector == selector)
            a->place = d->object[i].place;
    if (status != SUCCESS || !d->objects.count || !a->place) {
        a->place = 0;
        return status;
    }
    for (const struct arrival *b = d->arrival; b < a; b++)
        pins += place_of(d, b) == a->place;
    return pins_of(d->to->ipc.pd, a->place) + pins < PIN_MAX ? SUCCESS : TOO_MANY;
    //! answer 5.3 end
}

static enum status item_prepare(struct delivery *d, struct arrival *a)
{
    bool object = ITEM_TYPE(a->how) == TYPE_OBJECT;
    bool area = ITEM_TYPE(a->how) == TYPE_MEMORY || ITEM_TYPE(a->how) == TYPE_PORTS;

    switch (ITEM_KIND(a->how)) {
    case ITEM_NULL:
        return SUCCESS;
    case ITEM_TRANSLATE:
        return translate_prepare(d, a);
    case ITEM_DELEGATE:
        return object ? object_prepare(d, a) : area ? area_prepare(d, a) : BAD_PAR;
    default:
        return BAD_PAR;
    }
}

/* ---- The whole message ---------------------------------------------------------------------------------------------- */

/*
 * Each new record is one of those that the receiver admits: so strangers together cost it what it has agreed to, and no more.
 */
static enum status records_check(const struct delivery *d, uint32_t *lacking)
{
    //! answer 5.3 begin
    if (d->records > d->admitted) { //! skeleton: not_implemented("5.3 items of a message");
        *lacking = d->records - d->admitted;
        return NO_WINDOW;
    }
    return d->records > RECORDS_MAX ? TOO_MANY : SUCCESS;
    //! answer 5.3 end
}

static enum status all_prepare(struct delivery *d, unsigned count, uint64_t *refusal)
{
    for (unsigned i = 0; i < count; i++) {
        const struct item *item = &d->from->ipc.utcb->item[i];
        struct arrival *a = &d->arrival[i];
        uint32_t lacking = 0;

        *a = (struct arrival){.range = READ_ONCE(item->range), .how = READ_ONCE(item->how)};
        enum status status = item_prepare(d, a);
        if (status == SUCCESS)
            status = records_check(d, &lacking);
        if (status != SUCCESS) {
            *refusal = REFUSAL(lacking, status == NO_WINDOW ? ACCOUNT_RECEIVER : 0, i, status);
            return status;
        }
        a->bill = d->bill;
    }
    return SUCCESS;
}

/* What lacks is told for the whole message, so that moving so much is enough; the item is the first that does not fit. */
static enum status quota_check(const struct delivery *d, unsigned count, uint64_t *refusal)
{
    //! answer 5.3 begin
    uint32_t lacking, ignored; //! skeleton: not_implemented("5.3 items of a message");
    unsigned first = 0;

    if (account_covers(&d->bill, &lacking))
        return SUCCESS;
    while (first < count - 1 && account_covers(&d->arrival[first].bill, &ignored))
        first++;
    trace(TRACE_REFUSED, d->bill.account, lacking, 0, d->bill.account->quota - d->bill.account->used);
    *refusal = REFUSAL(lacking, ACCOUNT_RECEIVER, first, NO_QUOTA);
    return NO_QUOTA;
    //! answer 5.3 end
}

/* Makes one item real, and says to the receiver what it has got. Cannot fail. */
static struct item item_commit(struct delivery *d, const struct arrival *a)
{
    //! answer 5.3 begin
    struct pd *to = d->to->ipc.pd; //! skeleton: not_implemented("5.3 items of a message");
    uint64_t how = a->how & ITEM(0xf, 0xf, 0xff, 0);

    if (ITEM_KIND(a->how) == ITEM_TRANSLATE && a->place) {
        cap_pin(to, a->place);
        uint64_t rights = cap_describe(to, a->place) >> 8 & 0xff;
        return (struct item){RANGE(a->place, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, rights, 0)};
    }
    if (ITEM_KIND(a->how) != ITEM_DELEGATE)
        return (struct item){0, 0};
    if (ITEM_TYPE(a->how) == TYPE_OBJECT) {
        cap_commit(&d->object[a->index], true);
        return (struct item){RANGE(d->object[a->index].place, 0), how};
    }
    space_commit(&d->area[a->index]);
    return (struct item){d->area[a->index].arrived, how};
    //! answer 5.3 end
}

enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    //! answer 5.3 begin
    struct delivery d; //! skeleton: (void)windows_read, (void)all_prepare, (void)quota_check, (void)item_commit; not_implemented("5.3 items of a message");
    struct utcb *utcb = to->ipc.utcb;

    d.from = from, d.to = to;
    d.records = d.object_count = d.area_count = 0;
    d.bill = (struct bill){.account = to->ipc.pd};
    windows_read(&d, utcb);
    enum status status = all_prepare(&d, count, refusal);
    if (status == SUCCESS && count)
        status = quota_check(&d, count, refusal);
    if (status != SUCCESS)
        return status;
    for (unsigned i = 0; i < count; i++)
        utcb->item[i] = item_commit(&d, &d.arrival[i]);
    utcb->records = d.admitted - d.records;
    return SUCCESS;
    //! answer 5.3 end
}
