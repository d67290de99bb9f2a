/* Stage 1: interrupts at every instruction of ring 3, in one address space and between two.
 */
#include <inttypes.h>

#include "probes/probes.h"
#include "probes/user_state.h"
#include "probes/witness.h"

#define SWEEP                                                                                                          \
    1200 /* deadlines: every offset from 1 on, beyond a whole round of the test program, way in and out included */

static const char *const pattern_name[] = { "none", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp",        "r8",
                                            "r9",   "r10", "r11", "r12", "r13", "r14", "r15", "the GS base" };

enum { GS_CHANGED = 16, GS_LEFT = 17 }; /* loop.c, loop-partner.c */

/* Each offset once, in an order drawn from the seed (Fisher and Yates). */
static void draw_deadlines(struct session *session)
{
    uint32_t *timer = session->run.timer;

    session->run.timer_count = SWEEP;
    for (unsigned i = 0; i < SWEEP; i++) {
        unsigned j = session_draw_below(session, i + 1);
        timer[i] = timer[j];
        timer[j] = i + 1;
    }
}

static void patch_seeds(struct session *session)
{
    uint64_t seed = session_draw(session), interrupts = SWEEP;
    session_patch(session, false, "seed", &seed, sizeof seed);
    session_patch(session, false, "interrupts", &interrupts, sizeof interrupts);
    seed = session_draw(session);
    if (session->partner)
        session_patch(session, true, "seed", &seed, sizeof seed);
}

static void sweep(struct session *session, const char *family)
{
    uint64_t done = session_program(session, "checkpoint");
    uint64_t changed = 0;

    draw_deadlines(session);
    patch_seeds(session);
    session_stop_at(session, done);
    session_stop_at(session, session_program(session, "failed"));
    if (session->partner)
        session_stop_at(session, session_partner(session, "partner_failed"));
    if (!session_record(session)) {
        witness_explain(session, family, "the program goes on after each of its interrupts");
        return;
    }
    if (session->outcome.address == done)
        return;
    bool partner = session->partner && session->outcome.address == session_partner(session, "partner_failed");
    uint64_t variable = partner ? session_partner(session, "changed") : session_program(session, "changed");
    if (!session_read(session, variable, &changed, sizeof changed) || witness_check(session))
        return;
    if (changed == GS_LEFT)
        session_fail(session, 0, "gs", "the GS base comes back from a system call as zero, whoever ran in between",
                     "the second program found another one: that of the first, which an interrupt had just ended");
    session_fail(session, 0, changed == GS_CHANGED ? "gs" : family,
                 "an interrupt preserves every register and flag of ring 3", "%s of the %s came back changed",
                 changed <= GS_CHANGED ? pattern_name[changed] : "something", partner ? "second program" : "program");
}

void probe_interrupts(struct session *session)
{
    sweep(session, "registers");
}

void probe_two_ecs(struct session *session)
{
    session->run.alternate = 1;
    sweep(session, "stacks");
}
