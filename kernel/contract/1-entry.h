/*
 * Stage 1, entry: how the processor gets into the kernel, and out of it again.
 *
 * The stage defines the four functions below. Tables (GDT, TSS, IDT) are its own; whoever wants to see them, the grader
 * included, finds them through the processor's registers.
 *
 * Files: any *.c, *.asm and *.h. The language of the ways in and out is NASM: C has no words for `swapgs`.
 *
 * What it builds on: selectors, gate and TSS formats (x86/segments.h), vectors (x86/vectors.h), registers and MSRs
 * (x86/registers.h), the per-CPU block (cpu.h), the register frame (frame.h). Offsets for NASM come from asm_constants.inc.
 *
 * The rules
 * ---------
 * 1. Interrupts are off in the kernel, from the first instruction. Only two given places open them for one instruction:
 *    the idle loop and the preemption points of long operations. There an interrupt arrives from ring 0.
 * 2. There is one kernel stack per CPU, and nothing of it survives an exit: every entry from ring 3 starts at
 *    cpu->stack_top. What must survive is in the EC.
 * 3. GS points to the per-CPU block whenever the kernel runs C, and to the user's base whenever ring 3 runs.
 * 4. An interrupt or exception preserves every register and flag of ring 3. A system call preserves what kernel/ABI.md says
 *    and nothing else: rsp, rflags, rip (as rcx), results in rax and rdx; all other registers come back as zero, and so does
 *    the GS base, because what is left in them was the kernel's or another protection domain's.
 * 5. What a user can write is not trusted on the way out: see exit_iret.
 */
#pragma once

#include <stdnoreturn.h>

#include "cpu.h"
#include "ec.h"
#include "x86/registers.h"
#include "x86/segments.h"
#include "x86/vectors.h"

/* ---- What the stage defines ----------------------------------------------------------------------------------------- */

/*
 * Loads this CPU's tables and opens the door for system calls.
 *
 * cpu: the block to serve; cpu->stack_top and cpu->ist_top[] are set, and GS does not point to it yet.
 *
 * Afterwards
 *  - CS, SS and the GDT are as x86/segments.h says; DS, ES, FS, GS hold the null selector; TR holds SEL_TSS;
 *  - cpu->tss is the TSS; it names the three interrupt stacks, and its I/O bitmap closes every port but COM1's eight (0x3f8–0x3ff);
 *  - every one of the 256 vectors has a present interrupt gate that only the processor may use, but for the breakpoint (3) and
 *    overflow (4), which ring 3 may raise itself; #DF, NMI and #MC use their interrupt stacks;
 *  - syscall enters the kernel at the stage's own code with IF, TF, DF, NT and AC clear (and may clear others), sysretq leaves it;
 *  - the GS base is cpu.
 *
 * Called once per CPU, on the boot stack, interrupts off. Cannot fail.
 */
void entry_init(struct cpu *cpu);

/*
 * Makes ec the EC that the next entry from ring 3 on this CPU belongs to: cpu->current for system calls, TSS.rsp0 (the end
 * of its frame) for interrupts. Called before each exit to an EC other than the last one; costs a few instructions.
 *
 * When it is wrong: after a switch an interrupt saves one EC's registers over another's.
 */
void entry_activate(struct ec *ec);

/*
 * Leaves to ring 3 behind a system call of ec: rip, rflags, rsp, rax and rdx from its frame, all other registers zero but
 * rcx and r11, which sysretq itself uses; GS base zero. ec is current. rflags is what syscall saved, or was checked by whoever
 * set it: unlike rip it is taken as it is.
 *
 * A user who puts `syscall` into the last bytes below 0x0000800000000000 has a return address that is not canonical; on
 * Intel processors sysretq then faults in ring 0 with the user's stack pointer (SDM vol. 2B, SYSRETQ). A frame whose rip is
 * not in the user half must not be left through: ec has then raised #GP (vector 13, error 0) at that rip, and the function
 * continues in trap_from_user as if the processor had.
 */
noreturn void exit_sysret(struct ec *ec);

/*
 * Leaves to ring 3 by iretq with every register as in ec's frame, GS base as saved. ec is current.
 *
 * The frame may have been filled by another program (a debugger, a pager), so whatever it says: CS and SS are the user's,
 * only the flags in RFLAGS_USER are taken, IF is on, and a rip outside the user half is a #GP of ec, as in exit_sysret; the
 * frame that trap_from_user then sees has all of this corrected, but for rip.
 * iretq checks these in ring 0: with one of them wrong it is the kernel that faults. gs_base has been checked by whoever set it.
 */
noreturn void exit_iret(struct ec *ec);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/*
 * All of these are entered with interrupts off, DF clear, GS at the per-CPU block, and the stack pointer as the System V ABI
 * wants it (16-byte aligned before the call; psABI §3.2.2). The compiler uses aligned moves: with the stack 8 off, some
 * functions work and others raise #GP.
 *
 * syscall also clears TF, NT and AC; gates clear TF and NT but leave AC as it was, so while a trap is handled SMAP may be off.
 * That is allowed: the kernel never touches memory through a user mapping, and SMAP only stands behind that rule.
 */

/*
 * An interrupt or exception came from ring 3. self is the current EC; its frame holds all registers, the vector and the error
 * code, and gs_base the user's. On the kernel stack.
 */
noreturn void trap_from_user(struct ec *self);

/*
 * An interrupt or exception came from ring 0 (but not on an interrupt stack): frame is on the stack that was in use. When it
 * returns, the interrupted code goes on with every register as it was.
 */
void trap_from_kernel(struct frame *frame);

/*
 * #DF, NMI or #MC, from whatever ring: frame is on the vector's interrupt stack. GS may have been the user's or the kernel's
 * when it struck, and CS does not tell (an NMI can arrive between syscall and swapgs): the entry takes the per-CPU block
 * from the top of the interrupt stack, and puts the old base back afterwards.
 */
void trap_on_ist(struct frame *frame);

/*
 * The system calls, by number. Arguments: the calling EC, then rsi, rdx, r10, r8, r9 as the user left them. They do not
 * return; they end in exit_sysret, or elsewhere.
 */
#define SYSCALL_COUNT 16

typedef void syscall_handler(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

extern syscall_handler *const syscall_table[SYSCALL_COUNT];

/* A system call with rax, all 64 bits of it, not below SYSCALL_COUNT. */
noreturn void syscall_unknown(struct ec *self);
