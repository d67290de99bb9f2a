/* Whoever knows a number may use it. */
#include "caps.h"

extern struct object *every_object[SELECTOR_COUNT];

struct object *cap_lookup(const struct pd *pd, uint64_t selector, enum cap_type type, uint32_t rights)
{
    struct object *object = selector < SELECTOR_COUNT ? every_object[selector] : NULL;

    return object && object->type == type ? object : NULL;
}

uint64_t cap_describe(const struct pd *pd, uint64_t selector)
{
    const struct object *object = selector < SELECTOR_COUNT ? every_object[selector] : NULL;

    return object ? object->type | 0xff << 8 | 1 << 16 : 0;
}
