/*
 * System calls from C. The registers are those of kernel/ABI.md: all but rsp and the two results come back as zero, which no C
 * compiler can be told about rbp, so the stubs are NASM and keep what C expects to survive.
 */
#pragma once

#include <stdint.h>

struct syscall_result {
    uint64_t rax; /* status */
    uint64_t rdx; /* value */
};

/* Any call with up to five arguments. number: 0 … 15; others are refused by the kernel. */
struct syscall_result syscall(uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);
