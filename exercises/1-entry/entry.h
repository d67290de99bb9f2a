/*
 * What the files of this stage share among themselves.
 */
#pragma once

#include "contract/1-entry.h"

/* Task 1.1: the GDT and the TSS of cpu, loaded. Sets cpu->tss and makes GS point to cpu. */
void segments_load(struct cpu *cpu);

/* Task 1.2: the interrupt descriptor table, the same for all CPUs, loaded. */
void gates_load(void);

/* Task 1.3: syscall and sysret switched on. */
void syscall_enable(void);

/* In syscall.asm: where syscall jumps to. */
void syscall_entry(void);

/* In trap.asm: for each vector, the address of the code that its gate leads to. */
extern const uint64_t trap_stubs[VECTOR_COUNT];
