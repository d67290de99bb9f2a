/*
 * From a number to an object: the first thing that nearly every call does.
 */
#include "caps.h"

#include "panic.h"

/*
 * selector, or 0 when there is no such number. After a bound check by a branch the processor may still read beyond
 * the end, on a guess, and leave a trace of it in the caches (Spectre v1). A mask made from the carry of the
 * comparison is no guess.
 */
static inline uint64_t selector_bounded(uint64_t selector)
{
    uint64_t mask;

    __asm__("cmpq %2, %1; sbbq %0, %0" : "=r"(mask) : "r"(selector), "i"(SELECTOR_COUNT) : "cc");
    return selector & mask;
}

struct object *cap_lookup(const struct pd *pd, uint64_t selector, enum cap_type type, uint32_t rights)
{
    //! answer 4.2 begin
    const struct capability *entry = number_entry(pd, selector_bounded(selector)); //! skeleton: (void)selector_bounded;
    //! skeleton: not_implemented("4.2 look-up");
    struct object *object = entry->object;

    if ((entry->rights & rights) != rights) /* number 0 and every empty one have none */
        return NULL;
    return object->type == type ? object : NULL; /* a dead one has no type */
    //! answer 4.2 end
}

uint64_t cap_describe(const struct pd *pd, uint64_t selector)
{
    //! answer 4.2 begin
    enum { LIVE = 1, RESERVED = 2 }; //! skeleton: not_implemented("4.2 look-up");
    const struct capability *entry = number_entry(pd, selector_bounded(selector));
    const uint64_t pins = (uint64_t)entry->pins << 32;

    if (!number_taken(entry))
        return 0;
    if (!number_live(entry)) /* of what is not there any more, not even the type is told: it is as if it were dead */
        return RESERVED << 16 | pins;
    return entry->object->type | entry->rights << 8 | LIVE << 16 | pins;
    //! answer 4.2 end
}
