/*
 * The name of a new object, and the pins of numbers.
 */
#include "caps.h"

enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill)
{
    if (selector - 1 >= SELECTOR_COUNT - 1) /* 0 becomes the largest number of all */
        return BAD_PAR;
    if (number_taken(number_entry(pd, selector)))
        return OCCUPIED;
    bill->pages += table_missing(pd, selector);
    bill->cells += 1;
    return SUCCESS;
}

/* Object becomes the first in its payer's list. */
static void payer_insert(struct object *object)
{
    struct object **list = &object->payer->paid;

    object->prev = NULL;
    object->next = *list;
    if (object->next)
        object->next->prev = object;
    *list = object;
}

void cap_create(struct pd *pd, uint32_t selector, struct object *object, uint32_t rights)
{
    static uint64_t serials;
    struct offer offer = {.place = selector, .what = (uint64_t)object, .type = TYPE_OBJECT, .rights = rights};

    object->serial = ++serials;
    if (object->payer)
        payer_insert(object);
    else
        offer.parent = grant_root(pd, object, rights);
    struct capability *entry = number_give(pd, &offer);
    object->root = offer.parent ? offer.parent : entry->grants;
}

enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left)
{
    struct capability *entry = selector && selector < SELECTOR_COUNT ? number_entry(pd, selector) : NULL;

    if (!entry || count > entry->pins)
        return BAD_PAR;
    if (count) /* nobody writes to the empty table: it is everybody's */
        entry->pins -= count;
    *left = entry->pins;
    return SUCCESS;
}
