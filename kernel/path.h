/*
 * What keeps the ways of calls short: kernel/ABI.md §7.14 promises how many instructions they take.
 *
 * On such a way nothing is called that could stand in place, and what is rare stands elsewhere: in functions of their own (RARE), so
 * that the usual way needs no register saved and no stack frame.
 */
#pragma once

/*
 * Before a function: everything that it calls is compiled into it, from other stages too when the kernel is built as a whole
 * (kernel.mk, WHOLE). Only both together help: a call and its reply then take 44 instructions less.
 */
#define PATH __attribute__((flatten))

/* Before a function: never compiled into another one. */
#define RARE __attribute__((noinline))

/*
 * Goes on there with two arguments, and never comes back. Not a call: for one that does not return the compiler would first align the
 * stack, an instruction on each way.
 */
#define JUMP(function, first, second)                                                                                  \
    do {                                                                                                               \
        __asm__ volatile("jmp " function : : "D"(first), "S"(second) : "memory");                                      \
        __builtin_unreachable();                                                                                       \
    } while (0)
