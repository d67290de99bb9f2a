/*
 * Requests of a child that its parent sends on to its own parent. A parent's policy calls these where it has decided so.
 */
#pragma once

#include "lib/child.h"
#include "lib/env.h"

/* OK with s->session, PENDING, or why not. s->local is from then on the number of the session at the parent's parent. */
MUST_USE enum outcome forward(struct env *env, struct child_session *s);

/* The policy's `close` and `upgrade` for such a session. */
MUST_USE enum outcome forward_close(struct env *env, struct child_session *s);
MUST_USE enum outcome forward_upgrade(struct env *env, struct child_session *s, uint64_t ram, uint64_t caps);

/* Something that was PENDING has changed (session_listen): is it one of this child's? */
void forward_check(struct env *env, struct child *child);
