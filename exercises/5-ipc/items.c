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
    /* Answer 5.3 (place 2 of 9) goes here: items of a message */
    not_implemented("5.3 items of a message");
}

/* Stage 4 finds source, number and record. A known object needs no new number, but still an open window. */
static enum status object_prepare(struct delivery *d, struct arrival *a)
{
    /* Answer 5.3 (place 3 of 9) goes here: items of a message */
    not_implemented("5.3 items of a message");
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
    /* Answer 5.3 (place 4 of 9) goes here: items of a message */
    (void)pins_of, (void)place_of; not_implemented("5.3 items of a message");
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
    /* Answer 5.3 (place 5 of 9) goes here: items of a message */
    not_implemented("5.3 items of a message");
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
    /* Answer 5.3 (place 6 of 9) goes here: items of a message */
    not_implemented("5.3 items of a message");
}

/* Makes one item real, and says to the receiver what it has got. Cannot fail. */
static struct item item_commit(struct delivery *d, const struct arrival *a)
{
    /* Answer 5.3 (place 7 of 9) goes here: items of a message */
    not_implemented("5.3 items of a message");
}

enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    /* Answer 5.3 (place 8 of 9) goes here: items of a message */
    (void)windows_read, (void)all_prepare, (void)quota_check, (void)item_commit; not_implemented("5.3 items of a message");
}
