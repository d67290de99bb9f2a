/*
 * From a number to an object: the first thing that nearly every call does.
 */
#include "caps.h"

#include "panic.h"

/*
 * The number of the table that holds selector, which is below SELECTOR_COUNT. After a bound check by a branch the processor may still
 * read beyond the end, on a guess, and leave a trace of it in the caches (Spectre v1). Cut to 16 bits it has nothing to guess;
 * the compiler, which knows that they are enough, would leave the cut out.
 */
static inline uint32_t table_of(uint64_t selector)
{
    uint32_t bounded;

    __asm__("movzwl %w1, %0" : "=r"(bounded) : "r"(selector));
    return bounded / SELECTORS_PER_TABLE;
}

_Static_assert(SELECTOR_COUNT == 1 << 16, "16 bits are a selector");

/* The entry of a number that a program gave, below SELECTOR_COUNT. */
static inline const struct capability *selector_entry(const struct pd *pd, uint64_t selector)
{
    return &pd->directory[table_of(selector)][selector % SELECTORS_PER_TABLE];
}

struct object *cap_lookup(const struct pd *pd, uint64_t selector, enum cap_type type, uint32_t rights)
{
    //! answer 4.4 begin
    if (selector >= SELECTOR_COUNT) //! skeleton: (void)selector_entry;
        return NULL;                //! skeleton: not_implemented("4.4 look-up");
    const struct capability *entry = selector_entry(pd, selector);
    if ((entry->rights & rights) != rights) /* number 0 and every empty one have none */
        return NULL;
    return entry->object->type == type ? entry->object : NULL; /* a dead one has no type */
    //! answer 4.4 end
}

uint64_t cap_describe(const struct pd *pd, uint64_t selector)
{
    //! answer 4.4 begin
    enum { LIVE = 1, RESERVED = 2 }; //! skeleton: not_implemented("4.4 look-up");

    if (selector >= SELECTOR_COUNT)
        return 0;
    const struct capability *entry = selector_entry(pd, selector);
    if (!number_taken(entry))
        return 0;
    const uint64_t pins = (uint64_t)entry->pins << 32;
    if (!number_live(entry)) /* of what is not there any more, not even the type is told: it is as if it were dead */
        return RESERVED << 16 | pins;
    return entry->object->type | entry->rights << 8 | LIVE << 16 | pins;
    //! answer 4.4 end
}
