/*
 * From a number to an object: the first thing that nearly every call does.
 */
#include "caps.h"

/*
 * The entry of any 64 bits: where there is no such number, that of number 0, which is empty for ever. The choice is a
 * conditional move, which the processor does not guess; after a bound check by a branch it may read beyond the end, on a
 * guess, and leave a trace of that in the caches (Spectre v1). The compiler may make a branch of C's `?`, so it is written
 * out.
 */
static inline const struct capability *any_entry(const struct pd *pd, uint64_t selector)
{
    uint64_t number = 0;

    __asm__("cmp %2, %1\n\tcmovb %1, %0" : "+r"(number) : "r"(selector), "i"(SELECTOR_COUNT) : "cc");
    return number_entry(pd, (uint32_t)number);
}

/* An empty or reserved number has no rights: so nothing is asked of an object that it does not have. A dead one has no type. */
struct object *cap_lookup(const struct pd *pd, uint64_t selector, enum cap_type type, uint32_t rights)
{
    const struct capability *entry = any_entry(pd, selector);

    return !(rights & ~entry->rights) && entry->object->type == type ? entry->object : NULL;
}

uint64_t cap_describe(const struct pd *pd, uint64_t selector)
{
    enum { EMPTY, LIVE, RESERVED };
    const struct capability *entry = any_entry(pd, selector);
    const uint64_t pins = (uint64_t)entry->pins << 32;

    if (number_live(entry))
        return pins | LIVE << 16 | entry->rights << 8 | entry->object->type;
    return number_taken(entry) ? pins | RESERVED << 16 : EMPTY;
}
