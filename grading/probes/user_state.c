#include "probes/user_state.h"

#include <string.h>

#include "x86/registers.h"

const char *const user_register_name[USER_WORDS] = { "r15", "r14", "r13", "r12",    "r11", "r10",
                                                     "r9",  "r8",  "rbp", "rdi",    "rsi", "rdx",
                                                     "rcx", "rbx", "rax", "rflags", "rsp", "the GS base" };

void user_draw(struct session *session, struct user_words *words)
{
    for (unsigned i = 0; i < USER_REGISTERS; i++)
        words->word[i] = session_draw(session);
    words->word[RFLAGS_WORD] = RFLAGS_FIXED | RFLAGS_IF | (session_draw(session) & 0x8d5);
    words->word[RSP_WORD] = session_draw(session) >> 18;
    words->word[GS_WORD] = session_draw(session) >> 18 | 1;
}

void user_from_registers(const struct x86_registers *r, struct user_words *words)
{
    const uint64_t values[USER_REGISTERS] = { r->r15, r->r14, r->r13, r->r12, r->r11, r->r10, r->r9, r->r8,
                                              r->rbp, r->rdi, r->rsi, r->rdx, r->rcx, r->rbx, r->rax };
    memset(words, 0, sizeof *words);
    memcpy(words->word, values, sizeof values);
    words->word[RFLAGS_WORD] = r->rflags;
    words->word[RSP_WORD] = r->rsp;
    words->word[GS_WORD] = r->gs_base;
}
