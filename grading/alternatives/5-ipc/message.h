/*
 * What travels: the descriptor, and the words that it counts. In a header, because it is on the path of every call.
 */
#pragma once

#include "ipc.h"

/* Whether a descriptor has only known bits, and counts within their limits. */
static inline bool descriptor_is_valid(uint64_t descriptor, uint64_t known)
{
    return (descriptor | known) == known && DESCRIPTOR_WORDS(descriptor) <= WORD_COUNT &&
           DESCRIPTOR_ITEMS(descriptor) <= ITEM_COUNT;
}

/*
 * Copies the first words of a message from one EC's UTCB to another's, and nothing else: the odd one first, then by pairs
 * from the last to the first. words: at most WORD_COUNT. Both are reached by the kernel's own mapping (rule 6).
 */
static inline __attribute__((always_inline)) void message_copy(const struct ec *to, const struct ec *from, uint64_t words)
{
    uint64_t *t = to->ipc.utcb->word;
    const uint64_t *f = from->ipc.utcb->word;

    if (words & 1)
        t[words - 1] = READ_ONCE(f[words - 1]);
    for (uint64_t n = words & ~1ull; n; n -= 2) {
        t[n - 1] = READ_ONCE(f[n - 1]);
        t[n - 2] = READ_ONCE(f[n - 2]);
    }
}
