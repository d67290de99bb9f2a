/*
 * The name of a new object, and the pins of numbers.
 */
#include "caps.h"

#include "linked.h"
#include "panic.h"

enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill)
{
    /* Answer 4.3 (place 1 of 6) goes here: one number for each object */
    not_implemented("4.3 one number for each object");
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
    /* Answer 4.7 (place 1 of 3) goes here: delete, and pins */
    not_implemented("4.7 delete, and pins");
}
