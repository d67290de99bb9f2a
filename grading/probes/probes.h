/* The probes there are, by stage. Each opens nothing and closes nothing: the session is ready, the verdict undecided; a
 * probe that returns without a verdict has passed the test.
 */
#ifndef CAIRN_PROBES_PROBES_H
#define CAIRN_PROBES_PROBES_H

#include "probes/session.h"

typedef void probe_function(struct session *session);

/* Stage 1, entry_tables.c: what the processor's tables say, at the end of entry_init or at the first unwritten task. */
probe_function probe_segments, probe_tss, probe_gates, probe_msrs;

/* entry_exit.c: leaving for ring 3. */
probe_function probe_first_exit, probe_iret_trust, probe_sysret_trust;

/* entry_syscall.c: system calls. */
probe_function probe_syscall_enter, probe_syscall_return, probe_syscall_number, probe_syscall_state;

/* entry_trap.c, entry_timer.c, entry_ring0.c: interrupts and exceptions. */
probe_function probe_trap_enter, probe_exceptions, probe_sysret_later, probe_interrupts, probe_two_ecs;
probe_function probe_ring0, probe_nmi, probe_double_fault;

/* Stage 2, boot_static.c: the kernel's file, without a boot. */
probe_function probe_boot_header, probe_boot_segments, probe_boot_addresses, probe_boot_sections;

/* boot_start.c, boot_memory.c, boot_tables.c, boot_elf.c. */
probe_function probe_boot_arrival, probe_boot_bss, probe_boot_rough, probe_boot_old;
probe_function probe_boot_free, probe_boot_maps, probe_boot_modules, probe_boot_info;
probe_function probe_boot_tables, probe_boot_spaces;
probe_function probe_boot_elf_headers, probe_boot_elf_segments, probe_boot_elf_odd, probe_boot_elf_messages;
probe_function probe_boot_load, probe_boot_load_out;

/* Stages 3 to 5, told.c: programs that tell the host by memory. Stage 3, rig.c: the stage alone. */
probe_function probe_told, probe_rig;

/* Stage 4, caps_boot.c: what booting does; caps_walk.c: random walks beside a model. */
probe_function probe_caps_cells, probe_caps_grants, probe_caps_numbers;
probe_function probe_caps_walk;

/* Exercise 3, part A, uthreads.c: a library in ring 3. */
probe_function probe_uthreads;

#endif
