/*
 * Registers filled with a pattern and watched while interrupts strike.
 */
#pragma once

#include <stdint.h>

/*
 * Loads the fifteen general registers with values made from seed, sets DF, and compares them rounds (>= 1) times with nothing else
 * going on. Returns the number of the first register found changed (1 … 15: rax rbx rcx rdx rsi rdi rbp r8 … r15), or 0.
 */
uint64_t pattern_loop(uint64_t seed, uint64_t rounds);
