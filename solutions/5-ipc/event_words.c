/*
 * Registers as words of a message, and back (ABI.md §9.2, §9.3).
 */
#include "ipc.h"
#include "panic.h"

/* The words that each bit of a transfer descriptor stands for, in the order of the bits and of the words. */
static const struct group {
    uint32_t first, last;
} groups[] = {
    {EVENT_NUMBER, EVENT_ADDRESS}, {EVENT_RIP, EVENT_RIP}, {EVENT_FLAGS, EVENT_FLAGS},      {EVENT_RSP, EVENT_RSP},
    {EVENT_RAX, EVENT_RDI},        {EVENT_R8, EVENT_R15},  {EVENT_FS_BASE, EVENT_GS_BASE},
};

enum { GROUPS = sizeof groups / sizeof groups[0] };

_Static_assert(TRANSFER_ALL == (1u << GROUPS) - 1, "a group for each bit");

/* Where in a struct user_state a word's register is, for the words from EVENT_RIP on. */
static const uint16_t place[EVENT_WORDS] = {
#define AT(word, field) [word] = offsetof(struct user_state, field)
    AT(EVENT_RIP, frame.rip),    AT(EVENT_FLAGS, frame.rflags), AT(EVENT_RSP, frame.rsp),    AT(EVENT_RAX, frame.rax),
    AT(EVENT_RCX, frame.rcx),    AT(EVENT_RDX, frame.rdx),      AT(EVENT_RBX, frame.rbx),    AT(EVENT_RBP, frame.rbp),
    AT(EVENT_RSI, frame.rsi),    AT(EVENT_RDI, frame.rdi),      AT(EVENT_R8, frame.r8),      AT(EVENT_R9, frame.r9),
    AT(EVENT_R10, frame.r10),    AT(EVENT_R11, frame.r11),      AT(EVENT_R12, frame.r12),    AT(EVENT_R13, frame.r13),
    AT(EVENT_R14, frame.r14),    AT(EVENT_R15, frame.r15),      AT(EVENT_FS_BASE, fs_base),  AT(EVENT_GS_BASE, gs_base),
#undef AT
};

static uint64_t *word_register(struct ec *ec, unsigned word)
{
    return (uint64_t *)((char *)&ec->state + place[word]);
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

RARE unsigned event_tell(struct ec *ec, uint32_t transfer, struct utcb *utcb)
{
    //! answer 5.5 begin
    unsigned words = 0; //! skeleton: (void)groups, (void)word_value; not_implemented("5.5 exceptions as messages");

    for (unsigned g = 0; g < GROUPS; g++)
        if (transfer >> g & 1)
            words = groups[g].last + 1;
    if (words)
        utcb->word[EVENT_TRANSFER] = transfer;
    for (unsigned g = 0; g < GROUPS && groups[g].last < words; g++)
        for (unsigned word = groups[g].first; word <= groups[g].last; word++)
            utcb->word[word] = transfer >> g & 1 ? word_value(ec, word) : 0;
    return words;
    //! answer 5.5 end
}

/*
 * What a reply wants to set is not trusted: the program that it is for may be more privileged than the handler, and no
 * program may have I/O privilege, interrupts off, or the kernel's bases. An rip outside the user half is the way out's to
 * refuse (exit_iret).
 */
static void word_take(struct ec *ec, unsigned word, uint64_t value)
{
    //! answer 5.5 begin
    if (word == EVENT_FLAGS) //! skeleton: not_implemented("5.5 exceptions as messages");
        value = (value & EVENT_FLAGS_SETTABLE) | RFLAGS_FIXED | RFLAGS_IF;
    if ((word == EVENT_FS_BASE || word == EVENT_GS_BASE) && value >> 47)
        return;
    *word_register(ec, word) = value;
    //! answer 5.5 end
}

/* Word 0 is read once (rule 5). Groups that the reply does not cover whole are left alone: the rest would be old words. */
RARE void event_take(struct ec *ec, const struct utcb *utcb, unsigned words)
{
    //! answer 5.5 begin
    uint64_t transfer = READ_ONCE(utcb->word[EVENT_TRANSFER]) & ec->ipc.event_transfer & ~TRANSFER_EVENT; //! skeleton: (void)word_take; not_implemented("5.5 exceptions as messages");

    for (unsigned g = 0; g < GROUPS; g++)
        if (transfer >> g & 1 && groups[g].last < words) /* so with no words, none */
            for (unsigned word = groups[g].first; word <= groups[g].last; word++)
                word_take(ec, word, READ_ONCE(utcb->word[word]));
    //! answer 5.5 end
}
