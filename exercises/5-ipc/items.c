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
    /* Answer 5.4 (place 2 of 8) goes here: items of a message */
    not_implemented("5.4 items of a message");
}

/* A window that does not lie in its space is closed: it is the receiver's error, and none of the sender's business. */
static inline struct window window_for(const struct delivery *d, unsigned type)
{
    /* Answer 5.4 (place 3 of 8) goes here: items of a message */
    not_implemented("5.4 items of a message");
}

/*
 * Each new record is one of those that the receiver admits: so strangers together cost it what it has agreed to, and no more.
 */
static enum status records_check(const struct delivery *d, uint32_t *lacking)
{
    /* Answer 5.4 (place 4 of 8) goes here: items of a message */
    not_implemented("5.4 items of a message");
}

/* Item i is read once, and checked as if those before it had arrived. */
static inline enum status item_prepare(struct delivery *d, unsigned i)
{
    /* Answer 5.4 (place 5 of 8) goes here: items of a message */
    (void)window_for; not_implemented("5.4 items of a message");
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
    /* Answer 5.4 (place 6 of 8) goes here: items of a message */
    not_implemented("5.4 items of a message");
}

PATH RARE enum status items_deliver(struct ec *from, struct ec *to, unsigned count, uint64_t *refusal)
{
    /* Answer 5.4 (place 7 of 8) goes here: items of a message */
    (void)windows_read, (void)all_prepare, (void)quota_refuse;
    not_implemented("5.4 items of a message");
}
