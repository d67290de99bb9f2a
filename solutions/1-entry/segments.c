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
    //! answer 1.1 begin
    tss->ist[IST_DOUBLE_FAULT - 1] = cpu->ist_top[IST_DOUBLE_FAULT - 1]; //! skeleton: not_implemented("1.1 segments and the TSS");
    tss->ist[IST_NMI - 1] = cpu->ist_top[IST_NMI - 1];
    tss->ist[IST_MACHINE_CHECK - 1] = cpu->ist_top[IST_MACHINE_CHECK - 1];

    tss->io_bitmap_offset = offsetof(struct tss, io_bitmap);
    for (unsigned i = 0; i < IO_BITMAP_BYTES; i++)
        tss->io_bitmap[i] = 0xff;
    for (unsigned port = COM1_FIRST; port < COM1_FIRST + COM1_COUNT; port++)
        tss->io_bitmap[port / 8] &= ~(1u << port % 8);
    //! answer 1.1 end
}

static void gdt_fill(uint64_t *gdt, const struct tss *tss)
{
    //! answer 1.1 begin
    const uint64_t memory = SEGMENT_PRESENT | SEGMENT_MEMORY | SEGMENT_WRITABLE | SEGMENT_ACCESSED; //! skeleton: not_implemented("1.1 segments and the TSS");
    const uint64_t base = (uint64_t)tss;

    gdt[0] = 0;
    gdt[SEL_KERNEL_CODE / 8] = memory | SEGMENT_CODE | SEGMENT_LONG;
    gdt[SEL_KERNEL_DATA / 8] = memory;
    gdt[SEL_USER_DATA / 8] = memory | SEGMENT_USER;
    gdt[SEL_USER_CODE / 8] = memory | SEGMENT_USER | SEGMENT_CODE | SEGMENT_LONG;
    gdt[SEL_TSS / 8] = SEGMENT_PRESENT | SEGMENT_TSS | (sizeof(struct tss) - 1) | (base & 0xffffff) << 16 |
                       (base >> 24 & 0xff) << 56;
    gdt[SEL_TSS / 8 + 1] = base >> 32;
    //! answer 1.1 end
}

/*
 * lgdt alone changes nothing: each segment register keeps its hidden copy of the old descriptor until it is loaded again.
 * CS cannot be moved to; a far return pops it.
 */
static void gdt_load(const uint64_t *gdt)
{
    //! answer 1.1 begin
    struct table_register gdtr = {GDT_ENTRIES * 8 - 1, (uint64_t)gdt}; //! skeleton: not_implemented("1.1 segments and the TSS");

    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "movw %w2, %%ss\n\t"
                     "xorl %%eax, %%eax\n\t"
                     "movw %%ax, %%ds\n\t"
                     "movw %%ax, %%es\n\t"
                     "movw %%ax, %%fs\n\t"
                     "movw %%ax, %%gs\n\t"
                     "ltr %w3"
                     :
                     : "m"(gdtr), "i"(SEL_KERNEL_CODE), "r"(SEL_KERNEL_DATA), "r"(SEL_TSS)
                     : "rax", "memory");
    //! answer 1.1 end
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
