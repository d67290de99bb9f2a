/* Stage 1: system calls, with challenges that only the run knows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "probes/probes.h"
#include "probes/user_state.h"
#include "probes/witness.h"
#include "x86/paging.h"
#include "x86/registers.h"

#define CHALLENGES 32 /* as in calls.asm */

struct calls {
    uint64_t count;
    struct user_words challenge[CHALLENGES];
    struct user_words result[CHALLENGES];
};

static void put_challenges(struct session *session, const struct calls *calls)
{
    session_patch(session, false, "challenge", calls->challenge, calls->count * sizeof calls->challenge[0]);
    session_patch(session, false, "challenge_count", &calls->count, sizeof calls->count);
}

/* ---- The way in ---- */

static void check_arguments(struct session *session, const struct user_words *c)
{
    const struct x86_registers *r = &session->outcome.registers;
    const struct {
        const char *to, *from;
        uint64_t found, wanted;
    } argument[] = {
        { "rsi", "rsi", r->rsi, c->word[RSI] }, { "rdx", "rdx", r->rdx, c->word[RDX] },
        { "rcx", "r10", r->rcx, c->word[R10] }, { "r8", "r8", r->r8, c->word[R8] },
        { "r9", "r9", r->r9, c->word[R9] },
    };
    for (unsigned i = 0; i < sizeof argument / sizeof argument[0]; i++)
        if (argument[i].found != argument[i].wanted)
            session_fail(
                session, 0, "dispatch",
                "a handler gets the user's rsi, rdx, r10, r8 and r9 as its arguments (in C: rsi, rdx, rcx, r8, r9)",
                "%s held 0x%" PRIx64 " instead of the user's %s, 0x%" PRIx64, argument[i].to, argument[i].found,
                argument[i].from, argument[i].wanted);
}

static void check_saved(struct session *session, const struct user_words *c)
{
    struct frame frame;
    uint64_t after_call = session_program(session, "after_call");

    if (!session_read(session, session_kernel(session, "standin_ecs"), &frame, sizeof frame))
        return;
    if (frame.rip != after_call || frame.rflags != c->word[RFLAGS_WORD])
        session_fail(session, 0, "registers", "rip (rcx) and rflags (r11) of the caller are saved in its frame",
                     "frame.rip is 0x%" PRIx64 " instead of 0x%" PRIx64 ", frame.rflags 0x%" PRIx64
                     " instead of 0x%" PRIx64,
                     frame.rip, after_call, frame.rflags, c->word[RFLAGS_WORD]);
    if (frame.rsp != c->word[RSP_WORD])
        session_fail(session, 0, "registers", "the caller's stack pointer is saved in its frame",
                     "frame.rsp is 0x%" PRIx64 " instead of 0x%" PRIx64, frame.rsp, c->word[RSP_WORD]);
}

void probe_syscall_enter(struct session *session)
{
    struct calls calls = { .count = 1 };
    unsigned number = session_draw_below(session, STANDIN_CONTROL);
    uint64_t handler = session_handler(session, number);

    user_draw(session, &calls.challenge[0]);
    calls.challenge[0].word[RAX] = number;
    put_challenges(session, &calls);
    for (unsigned i = 0; i < 16; i++)
        session_stop_at(session, session_handler(session, i));
    session_stop_at(session, session_kernel(session, "syscall_unknown"));
    if (!session_record(session)) {
        witness_explain(session, "dispatch", "syscall leads to the handler in syscall_table");
        return;
    }
    if (witness_entry(session, session->machine, WITNESS_SYSCALL))
        return;
    if (session->outcome.address != handler)
        session_fail(session, 0, "dispatch", "the number in rax chooses the handler from syscall_table",
                     "call %u went to another one", number);
    check_arguments(session, &calls.challenge[0]);
    if (!session_decided(session))
        check_saved(session, &calls.challenge[0]);
}

/* ---- There and back ---- */

static bool run_calls(struct session *session, struct calls *calls)
{
    put_challenges(session, calls);
    session_stop_at(session, session_program(session, "checkpoint"));
    if (!session_record(session)) {
        witness_explain(session, session->input->test->families[0], "all system calls return");
        return false;
    }
    return session_read(session, session_program(session, "result"), calls->result,
                        calls->count * sizeof calls->result[0]);
}

static void expect_word(struct session *session, const struct calls *calls, unsigned i, enum user_register which,
                        uint64_t wanted, const char *family, const char *expected)
{
    uint64_t found = calls->result[i].word[which];
    if (found != wanted)
        session_fail(session, 0, family, expected,
                     "behind call %u of this run (rax was 0x%" PRIx64 ") %s is 0x%" PRIx64 " instead of 0x%" PRIx64,
                     i + 1, calls->challenge[i].word[RAX], user_register_name[which], found, wanted);
}

static void expect_results(struct session *session, const struct calls *calls, unsigned i)
{
    const uint64_t *c = calls->challenge[i].word;
    bool known = c[RAX] < STANDIN_CONTROL, control = c[RAX] == STANDIN_CONTROL;
    uint64_t rax = known     ? standin_answer(session->run.key, c[RAX], c[RSI], c[RDX], c[R10], c[R8], c[R9])
                   : control ? 0
                             : STANDIN_UNKNOWN;
    const char *expected = known || control ? "rax and rdx bring the results of the number's handler"
                                            : "a number of 16 or more, all 64 bits counted, goes to syscall_unknown";

    expect_word(session, calls, i, RAX, rax, "dispatch", expected);
    expect_word(session, calls, i, RDX, known ? standin_mix(rax, 0) : 0, "dispatch", expected);
}

/* What a system call brings back besides its results. */
static void expect_state(struct session *session, const struct calls *calls, unsigned i)
{
    const uint64_t *c = calls->challenge[i].word;

    for (unsigned r = 0; r < USER_REGISTERS; r++)
        if (r != RAX && r != RDX && r != RCX && r != R11)
            expect_word(session, calls, i, r, 0, "dispatch",
                        "registers that carry no result come back from a system call as zero");
    expect_word(session, calls, i, GS_WORD, 0, "gs", "the GS base comes back from a system call as zero");
    expect_word(session, calls, i, RSP_WORD, c[RSP_WORD], "registers", "a system call preserves rsp");
    expect_word(session, calls, i, RFLAGS_WORD, c[RFLAGS_WORD], "registers", "a system call preserves rflags");
    expect_word(session, calls, i, RCX, session_program(session, "after_call"), "registers",
                "rcx is the address behind syscall");
    expect_word(session, calls, i, R11, c[RFLAGS_WORD], "registers", "r11 holds rflags");
}

static void expect_all(struct session *session, const struct calls *calls)
{
    for (unsigned i = 0; i < calls->count && !session_decided(session); i++) {
        expect_results(session, calls, i);
        expect_state(session, calls, i);
    }
}

void probe_syscall_return(struct session *session)
{
    struct calls calls = { .count = 24 };

    for (unsigned i = 0; i < calls.count; i++) {
        user_draw(session, &calls.challenge[i]);
        calls.challenge[i].word[RAX] = i < STANDIN_CONTROL ? i : session_draw_below(session, STANDIN_CONTROL);
    }
    if (run_calls(session, &calls))
        expect_all(session, &calls);
    if (!session_decided(session))
        witness_check(session);
}

void probe_syscall_number(struct session *session)
{
    const uint64_t number[] = { STANDIN_CONTROL,
                                16,
                                17,
                                255,
                                256,
                                0x7fffffff,
                                0x80000000,
                                0xffffffff,
                                0x100000000,
                                0x10000000f,
                                1ull << 63,
                                -1ull,
                                -16ull,
                                0xffffffff00000003,
                                0,
                                0x100000000ull << session_draw_below(session, 32) };
    struct calls calls = { .count = sizeof number / sizeof number[0] };

    for (unsigned i = 0; i < calls.count; i++) {
        user_draw(session, &calls.challenge[i]);
        calls.challenge[i].word[RAX] = number[i];
        if (number[i] == STANDIN_CONTROL)
            calls.challenge[i].word[RSI] = STANDIN_TICKS;
    }
    if (run_calls(session, &calls))
        expect_all(session, &calls);
    if (!session_decided(session))
        witness_check(session);
}

/* States that no honest program has, and that the kernel must survive. */
void probe_syscall_state(struct session *session)
{
    const uint64_t rsp[] = { 0, DIRECT_BASE + 0x100000, session_kernel(session, "cpus"), 1ull << 47, -8ull, 8 };
    const uint64_t flags[] = { RFLAGS_DF, RFLAGS_AC, RFLAGS_NT, RFLAGS_ID | RFLAGS_AC | RFLAGS_DF | RFLAGS_NT };
    struct calls calls = { .count = 12 };

    for (unsigned i = 0; i < calls.count; i++) {
        user_draw(session, &calls.challenge[i]);
        calls.challenge[i].word[RAX] = session_draw_below(session, STANDIN_CONTROL);
        calls.challenge[i].word[RSP_WORD] = rsp[i % 6];
        calls.challenge[i].word[RFLAGS_WORD] |= flags[i % 4];
    }
    if (!run_calls(session, &calls) || witness_check(session))
        return;
    expect_all(session, &calls);
}
