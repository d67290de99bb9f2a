/*
 * Thousands of threads, and what the most urgent one notices of what the kernel does with them.
 */
#pragma once

#include "kit/kit.h"

enum { MANY_FIRST = 20000 }; /* their ECs and SCs have the numbers from here on, in turn */

/*
 * Makes count global ECs with SCs in root, without quota and stack, and lets them run until each has done one down on sm with a deadline
 * (0: never), each one's step ticks later than that of the one before. Who is woken by an up spins then, the others pause. Returns how
 * many of them have begun.
 */
uint64_t many_new(uint64_t count, uint64_t sm, uint64_t deadline, uint64_t step);
void many_drop(uint64_t count);

/* Touches all tables that MANY_SETTLED of them need, so that these are none of the things which a test leaves behind. */
enum { MANY_SETTLED = 1000 };
void many_settle(void);

/*
 * While operation runs as a thread of its own, the most urgent thread wakes again and again, after times that differ. Returns how many
 * ticks it was late at most, less what it is late when nothing happens: that is the longest pass of the kernel.
 */
uint64_t longest_pass(void (*operation)(uint64_t), uint64_t argument);
