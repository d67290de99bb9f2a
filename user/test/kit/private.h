/*
 * What the files of the kit share.
 */
#pragma once

#include <stdint.h>

void world_take_frames(void);
void world_grant_program(uint64_t pd);
void threads_clean(void);

/* After a test, when everything that it has made is destroyed: root's account has to be what it was. */
struct snapshot;
void check_left_behind(const struct snapshot *before, const struct snapshot *after);

/* entry.asm: runs f; false when guard_abort was reached before it returned, with the stack that guard_stack says. */
_Bool guard(void (*f)(void));
void guard_abort(void);
extern uint64_t guard_stack;
void thread_entry(void);
