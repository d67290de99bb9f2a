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
    //! answer 5.2 begin
    return !(descriptor & ~known) && DESCRIPTOR_WORDS(descriptor) <= WORD_COUNT && //! skeleton: not_implemented("5.2 the words of a message");
           DESCRIPTOR_ITEMS(descriptor) <= ITEM_COUNT;
    //! answer 5.2 end
}

/*
 * Copies the first words of a message from one EC's UTCB to another's, and nothing else. words: at most WORD_COUNT.
 *
 * Both are reached by the kernel's own mapping (rule 6).
 */
static inline void message_copy(const struct ec *to, const struct ec *from, uint64_t words)
{
    //! answer 5.2 begin
    uint64_t *target = to->ipc.utcb->word; //! skeleton: not_implemented("5.2 the words of a message");
    const uint64_t *source = from->ipc.utcb->word;

    __asm__ volatile("rep movsq" : "+D"(target), "+S"(source), "+c"(words) : : "memory");
    //! answer 5.2 end
}

/*
 * The same for at most FEW_WORDS. A string instruction takes a while to start and wants three registers of its own, which costs
 * two instructions even where there is nothing to copy; so the usual messages have their words copied one by one, without a loop.
 */
#define FEW_WORDS 4

static inline __attribute__((always_inline)) void message_copy_few(const struct ec *to, const struct ec *from, uint64_t words)
{
    //! answer 5.2 begin
    /* One comparison for three cases: one instruction less for a message of one word. */
    __asm__ goto("cmpq $1, %0; jb %l[none]; ja %l[more]" : : "r"(words) : "cc" : none, more); //! skeleton: not_implemented("5.2 the words of a message");
    to->ipc.utcb->word[0] = from->ipc.utcb->word[0];
none:
    return;
more:;
    uint64_t *target = to->ipc.utcb->word;
    const uint64_t *source = from->ipc.utcb->word;
    target[0] = source[0];
    target[1] = source[1];
    if (words > 2)
        target[2] = source[2];
    if (words > 3)
        target[3] = source[3];
    //! answer 5.2 end
}
