/* Stage 1: leaving for ring 3, with frames that are good and frames that are not.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "probes/probes.h"
#include "probes/user_state.h"
#include "probes/ways_out.h"
#include "probes/witness.h"
#include "cairn/info.h"
#include "x86/paging.h"
#include "x86/registers.h"
#include "x86/segments.h"
#include "x86/vectors.h"

/* Words of a frame, by index. */
enum { WORD_RIP = 17, WORD_CS, WORD_RFLAGS, WORD_RSP, WORD_SS };

#define NOT_CANONICAL 0x0000800000000000

static void check_ring3(struct session *session)
{
    const struct x86_registers *r = &session->outcome.registers;
    char text[96];

    if (r->cs != SEL_USER_CODE || r->ss != SEL_USER_DATA)
        session_fail(session, 0, "exit", "ring 3 runs with CS 0x23 and SS 0x1b", "CS is 0x%x and SS 0x%x", r->cs,
                     r->ss);
    if (!(r->rflags & RFLAGS_IF) || (r->rflags & RFLAGS_IOPL))
        session_fail(session, 0, "exit", "ring 3 runs with IF set and IOPL 0", "its flags are: %s",
                     x86_rflags_text(r->rflags, text, sizeof text));
}

static void check_bookkeeping(struct session *session)
{
    const struct x86_registers *r = &session->outcome.registers;
    uint64_t ec = session_kernel(session, "standin_ecs");
    struct witness_cpu cpu;
    uint64_t rsp0;

    if (!witness_cpu(session, session->machine, &cpu) ||
        !session_read(session, cpu.tss + offsetof(struct tss, rsp0), &rsp0, 8))
        return;
    if (r->gs_base == cpu.address || r->kernel_gs_base != cpu.address)
        session_fail(session, 0, "gs", "in ring 3 GS is the user's, and swapgs would bring the per-CPU block back",
                     "the GS base is 0x%" PRIx64 ", and behind swapgs is 0x%" PRIx64, r->gs_base, r->kernel_gs_base);
    if (cpu.current != ec)
        session_fail(session, 0, "stacks", "entry_activate makes the EC cpu->current",
                     "cpu->current is 0x%" PRIx64 " instead of 0x%" PRIx64, cpu.current, ec);
    if (rsp0 != ec + sizeof(struct frame))
        session_fail(session, 0, "stacks", "entry_activate points TSS.rsp0 to the end of the EC's frame",
                     "rsp0 is 0x%" PRIx64 " instead of 0x%" PRIx64, rsp0, ec + (uint64_t)sizeof(struct frame));
}

/* The very first instruction in ring 3: nothing but rdi carries anything. */
void probe_first_exit(struct session *session)
{
    struct user_words found;

    session_stop_at(session, session_program(session, "start"));
    if (!session_record(session)) {
        witness_explain(session, "exit", "exit_iret arrives at the program's first instruction, in ring 3");
        return;
    }
    check_ring3(session);
    check_bookkeeping(session);
    user_from_registers(&session->outcome.registers, &found);
    for (unsigned i = 0; i < USER_REGISTERS; i++) {
        uint64_t wanted = i == RDI ? INFO_ADDRESS : 0;
        if (found.word[i] != wanted)
            session_fail(session, 0, "registers", "exit_iret loads every register from the frame",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i], found.word[i], wanted);
    }
}

/* ---- Frames of the host's choice ---- */

static void draw_frame(struct session *session, uint64_t rip, uint64_t rflags)
{
    uint64_t *f = session->run.frame[0];

    for (unsigned i = 0; i < STANDIN_WORDS; i++)
        f[i] = session_draw(session);
    f[WORD_RIP] = rip;
    f[WORD_CS] = SEL_KERNEL_CODE;
    f[WORD_SS] = SEL_KERNEL_DATA;
    f[WORD_RFLAGS] = rflags;
    f[WORD_RSP] = session_draw(session) >> 22 << 4;
}

/* A frame that asks for too much, at an address where it can be looked at. */
static void greedy_frame(struct session *session, uint64_t rflags)
{
    const struct x86_registers *r = &session->outcome.registers;
    uint64_t landing = session_program(session, "landing");
    uint64_t *f = session->run.frame[0];
    struct user_words found;

    session->run.start = STANDIN_START_IRET;
    draw_frame(session, landing, rflags);
    session_stop_at(session, landing);
    if (!session_record(session)) {
        witness_explain(session, "exit",
                        "exit_iret arrives in ring 3 whatever the frame says about segments and flags");
        return;
    }
    check_ring3(session);
    if ((r->rflags ^ rflags) & (RFLAGS_USER & ~RFLAGS_RF & ~RFLAGS_TF))
        session_fail(session, 0, "registers",
                     "the flags that belong to the user (RFLAGS_USER) are taken from the frame",
                     "rflags is 0x%" PRIx64 ", from 0x%" PRIx64 " in the frame", r->rflags, rflags);
    if (r->rsp != f[WORD_RSP])
        session_fail(session, 0, "registers", "rsp is taken from the frame",
                     "it is 0x%" PRIx64 " instead of 0x%" PRIx64, r->rsp, f[WORD_RSP]);
    user_from_registers(r, &found);
    for (unsigned i = 0; i < USER_REGISTERS; i++)
        if (found.word[i] != f[i])
            session_fail(session, 0, "registers", "exit_iret loads every register from the frame",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i], found.word[i], f[i]);
}

/*
 * Runs to target, or to the first way out to ring 3 before it, or to rip in ring 0. A kernel may also use iretq to stay in ring 0 (it
 * loads CS and SS in one step); such an iretq is no stop the next time, since a recording has but one.
 */
static bool record_to_way_out(struct session *session, uint64_t target, uint64_t rip, struct ways_out *ways)
{
    ways_out_find(session->kernel, ways);
    for (;;) {
        session_stop_at(session, target);
        for (unsigned i = 0; i < ways->count; i++)
            session_stop_at(session, ways->way[i].address);
        if (!session_record(session))
            return false;
        if (!ways_out_stays(session->machine, ways, &session->outcome.registers, rip))
            return true;
        ways_out_drop(ways, session->outcome.address);
    }
}

/* A return address outside the user half must come back as #GP of the EC, with the frame as it was. */
static void lost_frame(struct session *session, enum standin_start start, uint64_t rip)
{
    uint64_t trap = session_kernel(session, "trap_from_user");
    struct ways_out ways;
    struct frame frame;

    session->run.start = start;
    draw_frame(session, rip, RFLAGS_FIXED | RFLAGS_IF);
    if (!record_to_way_out(session, trap, rip, &ways)) {
        witness_explain(session, "exit",
                        "a return address outside the user half becomes a #GP of the EC, in trap_from_user");
        return;
    }
    if (session->outcome.address != trap) {
        ways_out_check(session, session->machine, &ways, &session->outcome.registers);
        session_fail(session, session->outcome.address, "exit",
                     "no way out with a return address outside the user half", "the kernel leaves with rip 0x%" PRIx64,
                     rip);
        return;
    }
    if (!session_read(session, session_kernel(session, "standin_ecs"), &frame, sizeof frame))
        return;
    if (frame.vector != VECTOR_GENERAL || frame.error != 0 || frame.rip != rip)
        session_fail(session, 0, "exit", "the frame says vector 13, error code 0 and the address that was asked for",
                     "vector %" PRIu64 ", error code 0x%" PRIx64 ", rip 0x%" PRIx64, frame.vector, frame.error,
                     frame.rip);
    if (frame.cs != SEL_USER_CODE || frame.ss != SEL_USER_DATA || (frame.rflags & RFLAGS_IOPL) ||
        !(frame.rflags & RFLAGS_IF))
        session_fail(session, 0, "exit", "what trap_from_user sees has been corrected, but for rip",
                     "cs 0x%" PRIx64 ", ss 0x%" PRIx64 ", rflags 0x%" PRIx64, frame.cs, frame.ss, frame.rflags);
    if (!session_decided(session))
        witness_entry(session, session->machine, WITNESS_TRAP_USER);
}

/* The registers that a return would have scrubbed are not in the frame of the #GP either. */
static void check_lost_registers(struct session *session)
{
    const uint64_t *f = session->run.frame[0];
    uint64_t word[USER_REGISTERS];
    if (!session_read(session, session->outcome.registers.rdi, word, sizeof word))
        return;
    for (unsigned i = 0; i < USER_REGISTERS; i++) {
        uint64_t wanted = i == RAX || i == RDX ? f[i] : i == RCX ? f[WORD_RIP] : i == R11 ? f[WORD_RFLAGS] : 0;
        if (word[i] != wanted)
            session_fail(session, 0, "dispatch",
                         "the frame of a #GP behind a system call holds what the return would have: rax, rdx, rcx = "
                         "rip, r11 = rflags, else 0",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i], word[i], wanted);
    }
}

/* Not canonical at either end of the hole, canonical but the kernel's, and with one bit near the top, which is left to chance. */
static void lost_frames(struct session *session, enum standin_start start)
{
    const unsigned bit = 56 + session_draw_below(session, 8);
    const uint64_t rip[] = { NOT_CANONICAL, 0xffff7fffffffffff, session_kernel(session, "body_start"), 1ull << bit | 0x40000000 };

    for (unsigned i = 0; i < sizeof rip / sizeof *rip && !session_decided(session); i++) {
        lost_frame(session, start, rip[i]);
        if (!session_decided(session) && start == STANDIN_START_SYSRET)
            check_lost_registers(session);
    }
}

/* Every address of the user half is as good as any other: what is refused must not be more than what has to be. */
static void far_frame(struct session *session, enum standin_start start)
{
    uint64_t trap = session_kernel(session, "trap_from_user");
    uint64_t rip = USER_END - 0x1000 - (session_draw(session) & 0xffff000);
    struct ways_out ways;

    session->run.start = start;
    draw_frame(session, rip, RFLAGS_FIXED | RFLAGS_IF);
    if (!record_to_way_out(session, trap, rip, &ways))
        witness_explain(session, "exit", "a return address in the user half is taken as it is");
    else if (session->outcome.address == trap)
        session_fail(session, 0, "exit", "a return address in the user half is taken, however high it is",
                     "rip 0x%" PRIx64 " ends in trap_from_user", rip);
}

/* What exit_sysret loads, it loads from the frame: a call's handler may have left something else in the registers. */
static void returned_frame(struct session *session)
{
    const struct x86_registers *r = &session->outcome.registers;
    uint64_t landing = session_program(session, "landing");
    const uint64_t *f = session->run.frame[0];
    struct user_words found;

    session->run.start = STANDIN_START_SYSRET;
    draw_frame(session, landing, RFLAGS_FIXED | RFLAGS_IF);
    session_stop_at(session, landing);
    if (!session_record(session)) {
        witness_explain(session, "exit", "exit_sysret arrives in ring 3 at the rip of the frame");
        return;
    }
    user_from_registers(r, &found);
    for (unsigned i = 0; i < USER_REGISTERS; i++) {
        uint64_t wanted = i == RAX || i == RDX ? f[i] : i == RCX ? landing : i == R11 ? f[WORD_RFLAGS] : 0;
        if (found.word[i] != wanted)
            session_fail(session, 0, "dispatch", "exit_sysret takes rax and rdx from the frame, rcx = rip, r11 = rflags, else 0",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i], found.word[i], wanted);
    }
    if (r->rsp != f[WORD_RSP])
        session_fail(session, 0, "registers", "rsp is taken from the frame", "it is 0x%" PRIx64 " instead of 0x%" PRIx64, r->rsp,
                     f[WORD_RSP]);
}

void probe_iret_trust(struct session *session)
{
    uint64_t flags = RFLAGS_FIXED | (session_draw(session) & 0x8d5); /* arithmetic flags */

    greedy_frame(session, flags | RFLAGS_IOPL);
    if (!session_decided(session))
        greedy_frame(session, flags | RFLAGS_NT | RFLAGS_AC | RFLAGS_DF | RFLAGS_ID);
    if (!session_decided(session))
        far_frame(session, STANDIN_START_IRET);
    lost_frames(session, STANDIN_START_IRET);
}

void probe_sysret_trust(struct session *session)
{
    returned_frame(session);
    if (!session_decided(session))
        far_frame(session, STANDIN_START_SYSRET);
    lost_frames(session, STANDIN_START_SYSRET);
}
