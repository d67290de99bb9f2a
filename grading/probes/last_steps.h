/* The last instructions before a death, and the family they suggest.
 */
#ifndef CAIRN_PROBES_LAST_STEPS_H
#define CAIRN_PROBES_LAST_STEPS_H

#include "probes/session.h"

struct frame;

/* An exception in ring 0 has left this frame, and the machine is stopped in its handler. Fails the test. */
void last_steps_fault(struct session *session, struct machine *machine, const struct frame *frame);

/*
 * The same for one that a stub without an answer has taken (stray_trap.h), from ring 3 too. at: registers at the stub's first
 * instruction. taken_as_ring0: it went to the code for traps from ring 0.
 */
void last_steps_stray(struct session *session, const struct frame *frame, const struct x86_registers *at, bool taken_as_ring0);

/* The recording ended in a shutdown after `count` instructions: steps through the last ones in a replay. Fails the test
 * and returns true when something can be said. */
bool last_steps_explain(struct session *session, uint64_t count);

#endif
