/* The witness: replays a recording, stops at every way into the kernel's C code and every way out to ring 3, and names
 * the first rule of kernel/contract/1-entry.h that is broken there.
 *
 * A failing test tells *that* something is wrong; the witness tells *what*, so that a bug is called by the same family
 * whichever test it spoils.
 */
#ifndef CAIRN_PROBES_WITNESS_H
#define CAIRN_PROBES_WITNESS_H

#include "probes/session.h"

/*
 * Looks through the last recording of the session. Fails the test with what it found and returns true, or returns false
 * when every entry and exit kept the rules. Ends the recording's inspection.
 */
bool witness_check(struct session *session);

/*
 * For a recording that did not reach its stop: fails the test with what the witness finds, or else with how the run
 * ended, under the family the last instructions suggest, or `family`.
 */
void witness_explain(struct session *session, const char *family, const char *expected);

/*
 * For one moment: the rules at the first instruction of a C entry, on a stopped machine. Which: where we are.
 * Returns true when one is broken (and fails the test).
 */
enum witness_entry { WITNESS_SYSCALL, WITNESS_TRAP_USER, WITNESS_TRAP_KERNEL, WITNESS_TRAP_IST };

bool witness_entry(struct session *session, struct machine *machine, enum witness_entry which);

/* What the kernel's per-CPU block says: read from the stopped machine. */
struct witness_cpu {
    uint64_t address, self, current, tss, stack_top, ist_top[3];
};

bool witness_cpu(struct session *session, struct machine *machine, struct witness_cpu *cpu);

#endif
