/* Stage 1: exceptions from ring 3, in and out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "probes/probes.h"
#include "probes/user_state.h"
#include "probes/witness.h"
#include "x86/registers.h"
#include "x86/segments.h"

#define CASES 14 /* as in traps.asm */

enum { WORD_RIP = 17, WORD_RFLAGS = 19 }; /* of a frame */

struct trap_case {
    uint64_t site, rip, vector, error, address;
};

struct trap_result {
    struct user_words found; /* in the handler */
    uint64_t vector, error, rip, cs, rflags, rsp, ss, address;
};

struct traps {
    struct trap_case expected[CASES];
    struct user_words challenge[CASES];
    struct trap_result result[CASES];
};

static bool prepare(struct session *session, struct traps *traps)
{
    uint64_t table = session_program(session, "trap_case");

    if (!image_read(session->program, table, traps->expected, sizeof traps->expected)) {
        verdict_trouble(session->verdict, "the test program's table of cases cannot be read");
        return false;
    }
    for (unsigned i = 0; i < CASES; i++) {
        user_draw(session, &traps->challenge[i]);
        if (i & 1)
            traps->challenge[i].word[RFLAGS_WORD] |= RFLAGS_DF | RFLAGS_NT | RFLAGS_ID;
    }
    for (unsigned i = 0; i < STANDIN_WORDS; i++)
        session->run.frame[0][i] = session_draw(session);
    session->run.frame[0][WORD_RIP] = 1ull << 47;
    session->run.frame[0][WORD_RFLAGS] = RFLAGS_FIXED | RFLAGS_IF;
    return session_patch(session, false, "challenge", traps->challenge, sizeof traps->challenge);
}

/* ---- The way in, alone ---- */

/* int3 is the program's first instruction here: nothing but the trap's way in is needed. */
void probe_trap_enter(struct session *session)
{
    uint64_t trap = session_kernel(session, "trap_from_user");
    uint64_t *f = session->run.frame[0];
    struct user_words wanted;
    struct frame frame;
    uint64_t gs_base;

    user_draw(session, &wanted);
    memcpy(f, wanted.word, USER_REGISTERS * sizeof f[0]);
    f[17] = session_program(session, "first_trap");
    f[19] = wanted.word[RFLAGS_WORD] | RFLAGS_DF;
    f[20] = wanted.word[RSP_WORD];
    session->run.start = STANDIN_START_IRET;
    session_stop_at(session, trap);
    if (!session_record(session)) {
        witness_explain(session, "registers", "an exception in ring 3 arrives in trap_from_user");
        return;
    }
    if (witness_entry(session, session->machine, WITNESS_TRAP_USER))
        return;
    uint64_t ec = session->outcome.registers.rdi;
    if (!session_read(session, ec, &frame, sizeof frame) ||
        !session_read(session, ec + offsetof(struct user_state, gs_base), &gs_base, sizeof gs_base))
        return;
    for (unsigned i = 0; i < USER_REGISTERS; i++)
        if (((uint64_t *)&frame)[i] != f[i])
            session_fail(session, 0, "registers", "the stub saves each register where struct frame has it",
                         "frame.%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i],
                         ((uint64_t *)&frame)[i], f[i]);
    if (frame.vector != 3 && frame.error == 0 && frame.rip == f[17] + 1)
        session_fail(session, 0, "gates", "each gate's stub saves its own vector", "int3 arrived as vector %" PRIu64,
                     frame.vector);
    if (frame.vector != 3 || frame.error != 0 || frame.rip != f[17] + 1 || frame.rsp != f[20] || frame.rflags != f[19])
        session_fail(session, 0, "registers",
                     "int3 leaves vector 3, error code 0, the rip behind it, and rsp and rflags as they were",
                     "vector %" PRIu64 ", error code 0x%" PRIx64 ", rip 0x%" PRIx64 ", rsp 0x%" PRIx64
                     ", rflags 0x%" PRIx64,
                     frame.vector, frame.error, frame.rip, frame.rsp, frame.rflags);
    if (gs_base != 0)
        session_fail(session, 0, "gs", "gs_base holds the program's GS base, here 0", "it is 0x%" PRIx64, gs_base);
}

/* ---- There and back ---- */

/* The #GP for a forbidden int n: vector * 8 + 2 (SDM vol. 3A §6.13). QEMU says vector * 16 + 2 in long mode (seen
 * with 7.2). */
static bool error_is(uint64_t found, const struct trap_case *e)
{
    bool from_idt = e->vector == 13 && (e->error & 2);
    return found == e->error || (from_idt && found == (e->error - 2) * 2 + 2);
}

static void check_frame(struct session *session, const struct traps *traps, unsigned i)
{
    const struct trap_case *e = &traps->expected[i];
    const struct trap_result *r = &traps->result[i];
    const uint64_t *c = traps->challenge[i].word;

    if (r->vector != e->vector || !error_is(r->error, e) || r->rip != e->rip) {
        bool protection = e->vector == 13 && (e->error & 2) && r->vector == e->error >> 3;
        if (error_is(r->error, e) && r->rip == e->rip)
            session_fail(session, 0, "gates", "each gate's stub saves its own vector",
                         "exception %" PRIu64 " arrived as vector %" PRIu64, e->vector, r->vector);
        session_fail(session, 0, protection ? "gates" : "registers",
                     protection ? "ring 3 cannot raise this vector by an int instruction: that is a #GP"
                                : "the frame shows vector, error code and rip of the exception",
                     "vector %" PRIu64 " instead of %" PRIu64 ", error code 0x%" PRIx64 " instead of 0x%" PRIx64
                     ", rip 0x%" PRIx64 " instead of 0x%" PRIx64,
                     r->vector, e->vector, r->error, e->error, r->rip, e->rip);
    }
    if (e->vector == 14 && r->address != e->address)
        session_fail(session, 0, "registers", "CR2 is untouched when trap_from_user reads it",
                     "it was 0x%" PRIx64 " instead of 0x%" PRIx64, r->address, e->address);
    if (r->cs != SEL_USER_CODE || r->ss != SEL_USER_DATA || r->rsp != c[RSP_WORD])
        session_fail(session, 0, "registers", "the processor's five words are in the frame as it pushed them",
                     "cs 0x%" PRIx64 ", ss 0x%" PRIx64 ", rsp 0x%" PRIx64, r->cs, r->ss, r->rsp);
}

static void check_registers(struct session *session, const struct traps *traps, unsigned i)
{
    for (unsigned r = 0; r < USER_WORDS; r++) {
        uint64_t found = traps->result[i].found.word[r], wanted = traps->challenge[i].word[r];
        if (found != wanted)
            session_fail(session, 0, r == GS_WORD ? "gs" : "registers",
                         "an exception preserves every register and flag of ring 3",
                         "after exception %" PRIu64 " %s is 0x%" PRIx64 " instead of 0x%" PRIx64,
                         traps->expected[i].vector, user_register_name[r], found, wanted);
    }
}

/* The #GP behind a call with a bad return address: nothing of earlier traps may be in it. */
static void check_last(struct session *session)
{
    const uint64_t *f = session->run.frame[0];
    struct user_words found;

    user_from_registers(&session->outcome.registers, &found);
    for (unsigned r = 0; r < USER_REGISTERS; r++) {
        uint64_t wanted = r == RAX || r == RDX ? f[r] : r == RCX ? f[WORD_RIP] : r == R11 ? f[WORD_RFLAGS] : 0;
        if (found.word[r] != wanted)
            session_fail(session, 0, "dispatch",
                         "behind a call whose return address is bad, registers are as the return would have left them",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[r], found.word[r], wanted);
    }
    if (found.word[GS_WORD])
        session_fail(session, 0, "gs", "the GS base behind a call is zero, also when its return address is bad",
                     "it is 0x%" PRIx64, found.word[GS_WORD]);
}

/* Runs the program to a label of its own behind all cases. */
static bool record_cases(struct session *session, struct traps *traps, const char *label)
{
    uint64_t end = session_program(session, label);

    if (!prepare(session, traps))
        return false;
    session_stop_at(session, end);
    session_stop_at(session, session_program(session, "not_trapped"));
    if (!session_record(session)) {
        witness_explain(session, "registers", "every exception reaches the program's handler");
        return false;
    }
    if (session->outcome.address == end)
        return true;
    if (!witness_check(session))
        session_fail(session, 0, "gates", "each of the test's instructions raises an exception", "one did not");
    return false;
}

void probe_exceptions(struct session *session)
{
    struct traps traps;

    if (!record_cases(session, &traps, "last_call") ||
        !session_read(session, session_program(session, "result"), traps.result, sizeof traps.result))
        return;
    for (unsigned i = 0; i < CASES && !session_decided(session); i++) {
        check_frame(session, &traps, i);
        check_registers(session, &traps, i);
    }
    if (!session_decided(session))
        witness_check(session);
}

void probe_sysret_later(struct session *session)
{
    struct traps traps;

    if (!record_cases(session, &traps, "checkpoint"))
        return;
    check_last(session);
    if (!session_decided(session))
        witness_check(session);
}
