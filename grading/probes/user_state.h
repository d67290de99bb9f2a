/* The registers of ring 3 as test programs keep them: what the host chose before an event, and what was found behind
 * it.
 */
#ifndef CAIRN_PROBES_USER_STATE_H
#define CAIRN_PROBES_USER_STATE_H

#include "probes/session.h"

#include "frame.h"

#define USER_REGISTERS 15
#define USER_WORDS     18

/* In the order of struct frame; the layout of grading/tests/1-entry/calls.asm and traps.asm. */
enum user_register {
    R15,
    R14,
    R13,
    R12,
    R11,
    R10,
    R9,
    R8,
    RBP,
    RDI,
    RSI,
    RDX,
    RCX,
    RBX,
    RAX,
    RFLAGS_WORD,
    RSP_WORD,
    GS_WORD
};

struct user_words {
    uint64_t word[USER_WORDS];
};

/* "r15" … "rax", "rflags", "rsp", "GS base". */
extern const char *const user_register_name[USER_WORDS];

/* Everything random: registers of any value, rsp anywhere in the user half, arithmetic flags, a GS base in the user
 * half. */
void user_draw(struct session *session, struct user_words *words);

/* The fifteen registers of a stopped machine. */
void user_from_registers(const struct x86_registers *registers, struct user_words *words);

#endif
