/*
 * The GDT is an array of descriptors with named fields, filled by a loop over a table of what each selector is to be.
 *
 * The I/O bitmap ends right behind the ports that are open: what the limit of the TSS cuts off is closed (SDM vol. 1 §19.5.2).
 */
#include <stddef.h>

#include "entry.h"
#include "string.h"

enum { COM1_FIRST = 0x3f8, COM1_COUNT = 8 };
enum { BITMAP_START = offsetof(struct tss, io_bitmap), BITMAP_BYTES = (COM1_FIRST + COM1_COUNT) / 8 + 1 };

struct descriptor {
    uint64_t limit_low : 16;
    uint64_t base_low : 24;
    uint64_t type : 4; /* code or data: 8 code, 2 writable or readable, 1 accessed; a system segment: its number */
    uint64_t memory : 1;
    uint64_t dpl : 2;
    uint64_t present : 1;
    uint64_t limit_high : 4;
    uint64_t available : 1;
    uint64_t code64 : 1;
    uint64_t size32 : 1;
    uint64_t pages : 1;
    uint64_t base_middle : 8;
};

_Static_assert(sizeof(struct descriptor) == 8, "SDM vol. 3A figure 3-8");

static struct tss tss_of[CPU_MAX];
static struct descriptor gdt_of[CPU_MAX][GDT_ENTRIES];

static const struct {
    uint8_t selector, dpl;
    bool code;
} memory_segments[] = {
    { SEL_KERNEL_CODE, 0, true },
    { SEL_KERNEL_DATA, 0, false },
    { SEL_USER_DATA, 3, false },
    { SEL_USER_CODE, 3, true },
};

static struct tss *tss_make(const struct cpu *cpu)
{
    struct tss *tss = &tss_of[cpu->id];

    tss->io_bitmap_offset = BITMAP_START;
    memset(tss->io_bitmap, 0xff, BITMAP_BYTES);
    tss->io_bitmap[COM1_FIRST / 8] = 0; /* the eight ports of COM1 are one byte */
    for (unsigned n = 0; n < IST_COUNT; n++)
        tss->ist[n] = cpu->ist_top[n];
    return tss;
}

static void gdt_make(struct descriptor *gdt, const struct tss *tss)
{
    uint64_t base = (uint64_t)tss;
    uint64_t upper = base >> 32;

    for (unsigned i = 0; i < sizeof memory_segments / sizeof memory_segments[0]; i++) {
        bool code = memory_segments[i].code;
        gdt[memory_segments[i].selector >> 3] = (struct descriptor){
            .type = code ? 11 : 3, .memory = 1, .dpl = memory_segments[i].dpl, .present = 1, .code64 = code
        };
    }
    gdt[SEL_TSS >> 3] = (struct descriptor){ .limit_low = BITMAP_START + BITMAP_BYTES - 1,
                                             .base_low = base & 0xffffff,
                                             .type = 9,
                                             .present = 1,
                                             .base_middle = base >> 24 & 0xff };
    memcpy(&gdt[(SEL_TSS >> 3) + 1], &upper, sizeof upper);
}

void segments_load(struct cpu *cpu)
{
    struct descriptor *gdt = gdt_of[cpu->id];
    struct table_register gdtr = { sizeof gdt_of[0] - 1, (uint64_t)gdt };

    cpu->tss = tss_make(cpu);
    gdt_make(gdt, cpu->tss);
    segments_reload(&gdtr);
    wrmsr(MSR_GS_BASE, (uint64_t)cpu);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
}
