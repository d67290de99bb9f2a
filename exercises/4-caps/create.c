/*
 * The name of a new object, and the pins of numbers.
 */
#include "caps.h"

#include "panic.h"

enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill)
{
    /* Answer 4.5 (place 1 of 5) goes here: delegate */
    not_implemented("4.5 delegate");
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
    /* Answer 4.5 (place 2 of 5) goes here: delegate */
    (void)payer_insert; not_implemented("4.5 delegate");
}

enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left)
{
    /* Answer 4.7 (place 1 of 3) goes here: delete, and pins */
    not_implemented("4.7 delete, and pins");
}
