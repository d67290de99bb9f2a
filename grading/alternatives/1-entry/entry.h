/*
 * What the files of this stage share among themselves.
 */
#pragma once

#include <stdbool.h>

#include "contract/1-entry.h"

/* Task 1.1: the GDT and the TSS of cpu, loaded. Sets cpu->tss and makes GS point to cpu. */
void segments_load(struct cpu *cpu);

/* In reload.asm: the GDT that gdtr names is in use in all segment registers and the task register. */
void segments_reload(const struct table_register *gdtr);

/* Task 1.2: the interrupt descriptor table, the same for all CPUs, loaded. */
void gates_load(void);

/* Task 1.3: syscall and sysret switched on. */
void syscall_enable(void);

/* In syscall.asm: where syscall jumps to. */
void syscall_entry(void);

/* In trap.asm: the code that the gates lead to, one slot behind the other: the place of a slot is its vector. */
#define TRAP_SLOT_BYTES 8
extern const char trap_slots[VECTOR_COUNT][TRAP_SLOT_BYTES];

/*
 * In leave.asm. All of them leave the kernel's stack for good.
 *
 * leave_by_iret: to ring 3 with all of ec's frame, which must not ask for too much, and its GS base.
 * leave_by_sysret: to ring 3 with rip, rflags, rsp, rax and rdx of ec's frame. rip must be in the user half.
 * leave_by_trap: to trap_from_user, at the top of the kernel stack; vector and error code stand in the frame.
 */
noreturn void leave_by_iret(struct ec *ec);
noreturn void leave_by_sysret(struct ec *ec);
noreturn void leave_by_trap(struct ec *ec);
