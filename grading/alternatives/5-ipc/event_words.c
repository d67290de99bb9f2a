/*
 * Registers as words of a message, and back (ABI.md §9.2, §9.3).
 *
 * One table has a row for each word: to which group it belongs, and where in a struct user_state its register is. Both ways
 * are a walk over the words.
 */
#include "ipc.h"

static const struct word {
    uint16_t group; /* its bit in a transfer descriptor; word 0 is in none */
    uint16_t place; /* of words from EVENT_RIP on */
} table[EVENT_WORDS] = {
#define WORD(word, bit, field) [word] = { TRANSFER_##bit, offsetof(struct user_state, field) }
    [EVENT_NUMBER] = { TRANSFER_EVENT, 0 }, [EVENT_ERROR] = { TRANSFER_EVENT, 0 },  [EVENT_ADDRESS] = { TRANSFER_EVENT, 0 },
    WORD(EVENT_RIP, RIP, frame.rip),        WORD(EVENT_FLAGS, FLAGS, frame.rflags), WORD(EVENT_RSP, RSP, frame.rsp),
    WORD(EVENT_RAX, LOW, frame.rax),        WORD(EVENT_RCX, LOW, frame.rcx),        WORD(EVENT_RDX, LOW, frame.rdx),
    WORD(EVENT_RBX, LOW, frame.rbx),        WORD(EVENT_RBP, LOW, frame.rbp),        WORD(EVENT_RSI, LOW, frame.rsi),
    WORD(EVENT_RDI, LOW, frame.rdi),        WORD(EVENT_R8, HIGH, frame.r8),         WORD(EVENT_R9, HIGH, frame.r9),
    WORD(EVENT_R10, HIGH, frame.r10),       WORD(EVENT_R11, HIGH, frame.r11),       WORD(EVENT_R12, HIGH, frame.r12),
    WORD(EVENT_R13, HIGH, frame.r13),       WORD(EVENT_R14, HIGH, frame.r14),       WORD(EVENT_R15, HIGH, frame.r15),
    WORD(EVENT_FS_BASE, BASES, fs_base),    WORD(EVENT_GS_BASE, BASES, gs_base),
#undef WORD
};

static uint64_t *word_register(struct ec *ec, unsigned word)
{
    return (uint64_t *)((char *)&ec->state + table[word].place);
}

/* ec is current, so its FS base is in the processor: a program changes it with wrfsbase, and nobody is told. */
static uint64_t word_value(struct ec *ec, unsigned word)
{
    switch (word) {
    case EVENT_NUMBER:
        return ec->ipc.event;
    case EVENT_ERROR:
        return ec->state.frame.error;
    case EVENT_ADDRESS:
        return ec->ipc.event == VECTOR_PAGE_FAULT ? ec->ipc.address : 0;
    case EVENT_FS_BASE:
        return read_fs_base();
    default:
        return *word_register(ec, word);
    }
}

/* From the last word to the first: the first that was asked for says how many there are. What nobody asked for is 0. */
RARE unsigned event_tell(struct ec *ec, uint32_t transfer, struct utcb *utcb)
{
    unsigned words = 0;

    for (unsigned word = EVENT_WORDS; --word;) {
        const bool asked = transfer & table[word].group;

        if (asked && !words)
            words = word + 1;
        if (words)
            utcb->word[word] = asked ? word_value(ec, word) : 0;
    }
    utcb->word[EVENT_TRANSFER] = transfer;
    return words;
}

/* An address in the user half, where a base can lie. A base beyond it would be the kernel's, or no address at all. */
static bool is_user_base(uint64_t value)
{
    return !(value >> 47);
}

/*
 * What a reply wants to set is not trusted: the program that it is for may be more privileged than the handler, and no
 * program may have I/O privilege, interrupts off, or the kernel's bases. An rip outside the user half is the way out's to
 * refuse (exit_iret).
 */
static void word_take(struct ec *ec, unsigned word, uint64_t value)
{
    if (word == EVENT_FLAGS)
        value = (value & EVENT_FLAGS_SETTABLE) | RFLAGS_FIXED | RFLAGS_IF;
    if (word < EVENT_FS_BASE || is_user_base(value))
        *word_register(ec, word) = value;
}

/*
 * Word 0 is read once (rule 5). A group of which one word is not in the reply is not taken: that one would be an old word.
 */
RARE void event_take(struct ec *ec, const struct utcb *utcb, unsigned words)
{
    uint64_t groups = READ_ONCE(utcb->word[EVENT_TRANSFER]) & ec->ipc.event_transfer & ~(uint64_t)TRANSFER_EVENT;

    for (unsigned word = words; word < EVENT_WORDS; word++)
        groups &= ~(uint64_t)table[word].group;
    for (unsigned word = EVENT_RIP; word < EVENT_WORDS; word++)
        if (groups & table[word].group)
            word_take(ec, word, READ_ONCE(utcb->word[word]));
}
