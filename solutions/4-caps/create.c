/*
 * The name of a new object, and the pins of numbers.
 */
#include "caps.h"

#include "linked.h"
#include "panic.h"

enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill)
{
    //! answer 4.3 begin
    if (!selector || selector >= SELECTOR_COUNT) //! skeleton: not_implemented("4.3 one number for each object");
        return BAD_PAR;
    if (number_taken(number_entry(pd, selector)))
        return OCCUPIED;
    bill->cells++;
    bill->pages += table_missing(pd, selector);
    return SUCCESS;
    //! answer 4.3 end
}

void cap_create(struct pd *pd, uint32_t selector, struct object *object, uint32_t rights)
{
    static uint64_t serials;
    struct offer offer = {.place = selector, .what = (uint64_t)object, .type = TYPE_OBJECT, .rights = rights};

    object->serial = ++serials;
    if (object->payer)
        LINKED_PUSH(object->payer->paid, object, next, prev);
    else
        offer.parent = grant_root(pd, object, rights);
    struct capability *entry = number_give(pd, &offer);
    object->root = offer.parent ? offer.parent : entry->grants;
}

enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left)
{
    //! answer 4.7 begin
    if (!selector || selector >= SELECTOR_COUNT) //! skeleton: not_implemented("4.7 delete, and pins");
        return BAD_PAR;
    struct capability *entry = number_entry(pd, selector);
    if (count > entry->pins)
        return BAD_PAR;
    if (count) /* the entries of a missing table cannot be written */
        entry->pins -= count;
    *left = entry->pins;
    return SUCCESS;
    //! answer 4.7 end
}
