/*
 * Counting instructions with the time-stamp counter, which under `-icount shift=0` advances by one with each.
 *
 * A count is that of kernel/ABI.md §7.14: from the `syscall`, included, to the next instruction; what the server or the handler
 * does in ring 3 is in it. It is the difference of two loops that differ in nothing else.
 */
#pragma once

#include <stdint.h>

/* Arguments of a call in the order rax, rsi, rdx, r10, r8, r9. */
struct measured {
    uint64_t rax, rsi, rdx, r10, r8, r9;
};

/* Ticks of n rounds of the call; of the same loop without the syscall; of one call after another; of int3. */
uint64_t measure_call(const struct measured *call, uint64_t n);
uint64_t measure_no_call(const struct measured *call, uint64_t n);
uint64_t measure_int3(const struct measured *unused, uint64_t n);

/* The same through the stub of lib/syscall.h, with all that a C program pays: saved registers, call and return. */
uint64_t measure_stub(const struct measured *call, uint64_t n);
uint64_t measure_no_stub(const struct measured *call, uint64_t n);

/* Instructions of one call, averaged over n and rounded to the nearest: a timer interrupt falls into one loop or the other. */
static inline uint64_t instructions(const struct measured *call, uint64_t n)
{
    return (measure_call(call, n) - measure_no_call(call, n) + n / 2) / n;
}
