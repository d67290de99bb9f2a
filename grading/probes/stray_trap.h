/* Stage 1: an exception that strikes before the tasks that take exceptions are written.
 *
 * Its stub can only say `not implemented: 1.7` (or 1.8, from ring 0). For a test of an earlier task that is no missing answer:
 * the answer that is tested has raised it, and whoever reads "todo: 1.7" goes on to 1.7 and leaves the mistake behind.
 */
#ifndef CAIRN_PROBES_STRAY_TRAP_H
#define CAIRN_PROBES_STRAY_TRAP_H

#include "probes/session.h"

/* Whether a missing answer with this title is what a stub says, and the test is one of an earlier task. */
bool stray_trap_title(const struct session *session, const char *title);

/*
 * The last recording ended at such a title: fails the test with the rule that was broken on the way, or with the exception that
 * led there, and returns true. False when it was none: an interrupt, or a call by hand. Ends the recording's inspection.
 */
bool stray_trap_explain(struct session *session, const char *title);

#endif
