/* Stage 1: what strikes in ring 0, and on the interrupt stacks.
 */
#include <inttypes.h>

#include "frame.h"
#include "probes/probes.h"
#include "grading/standin/private.h"
#include "probes/witness.h"
#include "x86/vectors.h"

#define NMI_SWEEP 160

static bool run_to_checkpoint(struct session *session, const char *family, const char *expected)
{
    session_stop_at(session, session_program(session, "checkpoint"));
    if (session_record(session))
        return true;
    witness_explain(session, family, expected);
    return false;
}

void probe_ring0(struct session *session)
{
    static const char *const name[16] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
                                          "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rsp" };
    uint64_t changed, woken;

    if (!run_to_checkpoint(session, "gs", "interrupts in ring 0 find the kernel and leave it as it was"))
        return;
    if (!session_read(session, session_program(session, "changed"), &changed, sizeof changed) ||
        !session_read(session, session_program(session, "woken"), &woken, sizeof woken))
        return;
    uint64_t vector = changed & 0xff;
    if (changed & RING0_ERROR)
        session_fail(session, 0, "registers",
                     "each stub leaves the processor's error code in the frame, or a 0 where there is none",
                     "the frame of vector %" PRIu64 " was shifted, or its error code lost", vector);
    if (changed & RING0_VECTOR)
        session_fail(session, 0, "gates", "each gate's stub saves its own vector",
                     "vector %" PRIu64 " arrived as another", vector);
    for (unsigned i = 0; i < 16; i++)
        if (changed / RING0_REGISTERS >> i & 1)
            session_fail(session, 0, "registers",
                         "code in ring 0 goes on behind an interrupt with every register as it was",
                         "%s came back changed", name[i]);
    if (woken != 1)
        session_fail(session, 0, "registers", "the timer's interrupt wakes the idle loop once",
                     "it woke %" PRIu64 " times", woken);
    if (!session_decided(session))
        witness_check(session);
}

void probe_nmi(struct session *session)
{
    uint64_t failed = session_program(session, "failed");
    uint64_t seed = session_draw(session), sweep = NMI_SWEEP;
    uint64_t changed = 0, gs_lost = 0, count = 0;

    session_patch(session, false, "seed", &seed, sizeof seed);
    session_patch(session, false, "sweep", &sweep, sizeof sweep);
    session_stop_at(session, failed);
    if (!run_to_checkpoint(session, "gs", "the kernel survives an NMI at any instruction"))
        return;
    session_read(session, session_program(session, "changed"), &changed, sizeof changed);
    session_read(session, session_program(session, "gs_lost"), &gs_lost, sizeof gs_lost);
    session_read(session, session_program(session, "count"), &count, sizeof count);
    if (changed)
        session_fail(session, 0, "registers", "an NMI preserves every register",
                     "register %" PRIu64 " came back changed", changed);
    if (gs_lost)
        session_fail(session, 0, "gs", "an NMI puts the GS base back as it found it",
                     "the program lost its own when the NMI came %" PRIu64 " ticks after it was armed", gs_lost);
    if (session->outcome.address != failed && count != NMI_SWEEP + 2)
        session_fail(session, 0, "gates", "every NMI arrives in trap_on_ist, once", "%" PRIu64 " of %d did", count,
                     NMI_SWEEP + 2);
    if (!session_decided(session))
        witness_check(session);
}

void probe_double_fault(struct session *session)
{
    uint64_t ist = session_kernel(session, "trap_on_ist");
    struct frame frame;

    session_stop_at(session, ist);
    session_stop_at(session, session_kernel(session, "trap_from_kernel"));
    if (!session_record(session)) {
        witness_explain(session, "stacks",
                        "a kernel that runs out of stack ends in a double fault, on an interrupt stack");
        return;
    }
    if (session->outcome.address != ist) {
        session_fail(session, 0, "stacks",
                     "a kernel that runs out of stack ends in a double fault, on an interrupt stack",
                     "it arrived in trap_from_kernel");
        return;
    }
    if (witness_entry(session, session->machine, WITNESS_TRAP_IST) ||
        !session_read(session, session->outcome.registers.rdi, &frame, sizeof frame))
        return;
    if (frame.vector != VECTOR_DOUBLE_FAULT || frame.error != 0)
        session_fail(session, 0, "registers", "the frame says vector 8 and error code 0",
                     "vector %" PRIu64 ", error code 0x%" PRIx64, frame.vector, frame.error);
}
