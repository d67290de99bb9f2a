/* The last instructions before a death, and the family they suggest.
 */
#ifndef CAIRN_PROBES_LAST_STEPS_H
#define CAIRN_PROBES_LAST_STEPS_H

#include "probes/session.h"

struct frame;

/* An exception in ring 0 has left this frame, and the machine is stopped in its handler. Fails the test. */
void last_steps_fault(struct session *session, struct machine *machine, const struct frame *frame);

/* The recording ended in a shutdown after `count` instructions: steps through the last ones in a replay. Fails the test
 * and returns true when something can be said. */
bool last_steps_explain(struct session *session, uint64_t count);

#endif
