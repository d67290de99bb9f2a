/*
 * Segments: the little that long mode has left of them.
 *
 * Code and data segments no longer have a base or a limit. What remains: the privilege level (the low two bits of CS *are* the current
 * privilege level), the 64-bit flag, and the task-state segment with the stacks that the processor switches to.
 *
 *     0x00  null
 *     0x08  kernel code   <- STAR[47:32]: syscall takes this, and the next one for SS
 *     0x10  kernel data   <- STAR[63:48]: sysretq takes the one behind it for SS, and the one behind that for CS
 *     0x18  user data
 *     0x20  user code
 *     0x28  TSS (two entries)
 */
#include "entry.h"
#include "panic.h"

struct tables {
    uint64_t gdt[GDT_ENTRIES];
    struct tss tss;
};

static struct tables tables[CPU_MAX];

/* The eight ports of the first serial line are ring 3's from the start: programs have no other way to print. */
enum { COM1_FIRST = 0x3f8, COM1_COUNT = 8 };

static void tss_fill(struct tss *tss, const struct cpu *cpu)
{
    /* Answer 1.1 (place 1 of 3) goes here: segments and the TSS */
    not_implemented("1.1 segments and the TSS");
}

static void gdt_fill(uint64_t *gdt, const struct tss *tss)
{
    /* Answer 1.1 (place 2 of 3) goes here: segments and the TSS */
    not_implemented("1.1 segments and the TSS");
}

/*
 * lgdt alone changes nothing: each segment register keeps its hidden copy of the old descriptor until it is loaded again.
 * CS cannot be moved to; a far return pops it.
 */
static void gdt_load(const uint64_t *gdt)
{
    /* Answer 1.1 (place 3 of 3) goes here: segments and the TSS */
    not_implemented("1.1 segments and the TSS");
}

void segments_load(struct cpu *cpu)
{
    struct tables *t = &tables[cpu->id];

    cpu->tss = &t->tss;
    tss_fill(&t->tss, cpu);
    gdt_fill(t->gdt, &t->tss);
    gdt_load(t->gdt);
    /* Loading GS has cleared its base, so this comes last. The user's base, which swapgs brings in, starts at 0. */
    wrmsr(MSR_GS_BASE, (uint64_t)cpu);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
}
