/* No grants, no PDs, no rights: a number is an index into one table of all objects, the same for everybody. */
#include "caps.h"

struct object *every_object[SELECTOR_COUNT];

enum status cap_prepare_new(const struct pd *pd, uint64_t selector, struct bill *bill)
{
    return SUCCESS;
}

void cap_create(struct pd *pd, uint32_t selector, struct object *object, uint32_t rights)
{
    every_object[selector] = object;
}

enum status cap_unpin(struct pd *pd, uint64_t selector, uint64_t count, uint32_t *left)
{
    *left = 0;
    return SUCCESS;
}
