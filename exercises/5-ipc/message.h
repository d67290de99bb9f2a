/*
 * What travels: the descriptor, and the words that it counts. In a header, because it is on the path of every call.
 */
#pragma once

#include "ipc.h"
#include "panic.h"

/*
 * Whether a descriptor has only known bits, and counts within their limits. One that is not greater than WORD_COUNT is a
 * number of words and nothing else: for the usual message this one comparison is enough.
 */
static inline bool descriptor_is_valid(uint64_t descriptor, uint64_t known)
{
    /* Answer 5.2 (place 2 of 4) goes here: the words of a message */
    not_implemented("5.2 the words of a message");
}

/*
 * Copies the first words of a message from one EC's UTCB to another's, and nothing else. words: at most WORD_COUNT.
 *
 * Both are reached by the kernel's own mapping (rule 6).
 */
static inline void message_copy(const struct ec *to, const struct ec *from, uint64_t words)
{
    /* Answer 5.2 (place 3 of 4) goes here: the words of a message */
    not_implemented("5.2 the words of a message");
}

/*
 * The same for at most FEW_WORDS. A string instruction takes a while to start and wants three registers of its own, which costs
 * two instructions even where there is nothing to copy; so the usual messages have their words copied one by one, without a loop.
 */
#define FEW_WORDS 4

static inline __attribute__((always_inline)) void message_copy_few(const struct ec *to, const struct ec *from, uint64_t words)
{
    /* Answer 5.2 (place 4 of 4) goes here: the words of a message */
    not_implemented("5.2 the words of a message");
}
