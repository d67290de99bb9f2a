#include "lib/rpc.h"

#include "lib/calls.h"
#include "lib/string.h"
#include "lib/thread.h"

uint64_t rpc_lacking(void)
{
    return thread_self()->lacking;
}

void rpc_set_lacking(uint64_t bytes)
{
    thread_self()->lacking = bytes;
}

/* ---- Fields ------------------------------------------------------------------------------------------------------------ */

/* Its length, then its bytes in whole words. */
void rpc_put_text(struct rpc_message *m, const char *text, uint32_t size)
{
    const uint32_t length = (uint32_t)text_length(text), words = (length + 7) / 8;

    if (length >= size || m->words + 1 + words > WORD_COUNT) {
        m->bad = true;
        return;
    }
    m->utcb->word[m->words++] = length;
    if (words)
        m->utcb->word[m->words + words - 1] = 0; /* no bytes of an older message behind the end */
    memcpy(&m->utcb->word[m->words], text, length);
    m->words += words;
}

void rpc_put_capability(struct rpc_message *m, struct capability c)
{
    if (m->items == RPC_CAPS)
        m->bad = true;
    else
        m->utcb->item[m->items++] = capability_item(c);
}

void rpc_get_text(struct rpc_message *m, char *text, uint32_t size)
{
    const uint64_t length = rpc_get_word(m);

    text[0] = 0;
    if (m->bad || length >= size || length > (m->words - m->word) * 8ull) {
        m->bad = true;
        return;
    }
    memcpy(text, &m->utcb->word[m->word], length);
    text[length] = 0;
    m->word += (uint32_t)(length + 7) / 8;
}

struct capability rpc_get_capability(struct rpc_message *m)
{
    if (m->item < m->items)
        return m->capability[m->item++];
    m->bad = true;
    return NO_CAPABILITY;
}

/* ---- A call ------------------------------------------------------------------------------------------------------------ */

static enum outcome without_answer(struct rpc_message *m, enum outcome outcome)
{
    m->words = m->items = 0;
    return outcome;
}

/*
 * A capability that does not arrive (ITEMS_LOST: this component's account is empty) is told as OUT_OF_CAPS, though the
 * server has done what it was asked.
 */
enum outcome rpc_call(struct capability to, struct rpc_message *m, uint32_t capabilities)
{
    if (m->bad)
        return without_answer(m, INVALID);
    capability_window(m->utcb, capabilities);
    const result r = syscall(CALL_CALL, to.selector, DESCRIPTOR(m->words, m->items), 0, 0, 0);
    if (r.rax != SUCCESS) {
        const uint64_t why = r.rax == ITEMS_LOST ? m->utcb->lost : r.rdx;
        rpc_set_lacking(REFUSAL_LACKING(why) * (uint64_t)ACCOUNT_UNIT);
        return without_answer(m, r.rax == ITEMS_LOST || r.rax == NO_QUOTA ? OUT_OF_CAPS : outcome_of_status(r.rax));
    }
    m->words = DESCRIPTOR_WORDS(r.rdx);
    m->items = DESCRIPTOR_ITEMS(r.rdx);
    m->bad = m->items > RPC_CAPS;
    m->items = m->bad ? RPC_CAPS : m->items;
    for (uint32_t i = 0; i < m->items; i++)
        m->capability[i] = capability_arrived(&m->utcb->item[i]);
    if (m->bad || m->words < RPC_HEAD || m->utcb->word[0] >= OUTCOME_COUNT)
        return without_answer(m, GONE);
    m->word = RPC_HEAD;
    if (m->utcb->word[0] != OK) /* what comes after a refusal, to clean up, must not make it forgotten */
        rpc_set_lacking(m->utcb->word[1]);
    return (enum outcome)m->utcb->word[0];
}

void rpc_drop(struct rpc_message *m)
{
    while (m->item < m->items)
        capability_release(m->capability[m->item++]);
}
