/*
 * What NASM needs to know from the C headers. Compiled to assembly only; the build turns each marked line into a %define
 * (kernel.mk), so offsets in *.asm are the compiler's own and cannot drift.
 */
#include "contract/1-entry.h"
#include "cpu.h"
#include "ec.h"
#include "x86/paging.h"
#include "x86/registers.h"

#define CONSTANT(name, value) __asm__ volatile("@@ " #name " %0" : : "i"((long)(value)))
#define FIELD(name, field) CONSTANT(name, offsetof(struct user_state, field))

void asm_constants(void);

void asm_constants(void)
{
    FIELD(FRAME_R15, frame.r15);
    FIELD(FRAME_R14, frame.r14);
    FIELD(FRAME_R13, frame.r13);
    FIELD(FRAME_R12, frame.r12);
    FIELD(FRAME_R11, frame.r11);
    FIELD(FRAME_R10, frame.r10);
    FIELD(FRAME_R9, frame.r9);
    FIELD(FRAME_R8, frame.r8);
    FIELD(FRAME_RBP, frame.rbp);
    FIELD(FRAME_RDI, frame.rdi);
    FIELD(FRAME_RSI, frame.rsi);
    FIELD(FRAME_RDX, frame.rdx);
    FIELD(FRAME_RCX, frame.rcx);
    FIELD(FRAME_RBX, frame.rbx);
    FIELD(FRAME_RAX, frame.rax);
    FIELD(FRAME_VECTOR, frame.vector);
    FIELD(FRAME_ERROR, frame.error);
    FIELD(FRAME_RIP, frame.rip);
    FIELD(FRAME_CS, frame.cs);
    FIELD(FRAME_RFLAGS, frame.rflags);
    FIELD(FRAME_RSP, frame.rsp);
    FIELD(FRAME_SS, frame.ss);
    CONSTANT(FRAME_SIZE, sizeof(struct frame));
    FIELD(STATE_GS_BASE, gs_base);
    FIELD(STATE_FS_BASE, fs_base);

    CONSTANT(CPU_SELF, offsetof(struct cpu, self));
    CONSTANT(CPU_CURRENT, offsetof(struct cpu, current));
    CONSTANT(CPU_TSS, offsetof(struct cpu, tss));
    CONSTANT(CPU_STACK_TOP, offsetof(struct cpu, stack_top));
    CONSTANT(CPU_PENDING, offsetof(struct cpu, run.pending));
    CONSTANT(EC_CONT, offsetof(struct ec, run.cont));

    CONSTANT(SYSCALL_COUNT, SYSCALL_COUNT);
    CONSTANT(SEL_KERNEL_CODE, SEL_KERNEL_CODE);
    CONSTANT(SEL_KERNEL_DATA, SEL_KERNEL_DATA);
    CONSTANT(SEL_USER_DATA, SEL_USER_DATA);
    CONSTANT(SEL_USER_CODE, SEL_USER_CODE);
    CONSTANT(SEL_TSS, SEL_TSS);
    CONSTANT(VECTOR_NMI, VECTOR_NMI);
    CONSTANT(VECTOR_DOUBLE_FAULT, VECTOR_DOUBLE_FAULT);
    CONSTANT(VECTOR_GENERAL, VECTOR_GENERAL);
    CONSTANT(VECTOR_MACHINE_CHECK, VECTOR_MACHINE_CHECK);
    CONSTANT(VECTOR_ERROR_CODES, VECTOR_ERROR_CODES);
    CONSTANT(RFLAGS_FIXED, RFLAGS_FIXED);
    CONSTANT(RFLAGS_IF, RFLAGS_IF);
    CONSTANT(RFLAGS_USER, RFLAGS_USER);

    CONSTANT(KERNEL_BASE, KERNEL_BASE);
    CONSTANT(DIRECT_BASE, DIRECT_BASE);
    CONSTANT(PTE_PRESENT, PTE_PRESENT);
    CONSTANT(PTE_WRITE, PTE_WRITE);
    CONSTANT(PTE_LARGE, PTE_LARGE);
    CONSTANT(CR0_PG, CR0_PG);
    CONSTANT(CR0_WP, CR0_WP);
    CONSTANT(CR4_PAE, CR4_PAE);
    CONSTANT(EFER_LME, EFER_LME);
    CONSTANT(EFER_NXE, EFER_NXE);
    CONSTANT(MSR_EFER, MSR_EFER);
}
