/*
 * The loops of measure.asm. Ticks of the time-stamp counter, for all rounds.
 */
#pragma once

#include <stdint.h>

/* A call, again and again. */
uint64_t measure_call(uint64_t number, uint64_t a1, uint64_t a2, uint64_t rounds);

/* The same call twice in each round, with a2 and then with other. */
uint64_t measure_calls(uint64_t number, uint64_t a1, uint64_t a2, uint64_t rounds, uint64_t other);

/* int3, again and again. */
uint64_t measure_breakpoint(uint64_t rounds);

/* What the loops cost themselves. */
uint64_t measure_nothing(uint64_t rounds);

extern const char reply_stub[], reply_stub_end[];
