/*
 * Segment descriptors, the task-state segment and interrupt gates: formats and the selectors everybody agrees on.
 *
 * Formats: Intel SDM vol. 3A §3.4.5 (segment descriptor), §6.14.1 (64-bit gate), §7.7 (64-bit TSS).
 */
#pragma once

#include <stdint.h>

/*
 * The order is dictated by syscall and sysret (SDM vol. 2B, SYSCALL and SYSRET): syscall loads CS from STAR[47:32] and SS
 * from the entry behind it; sysretq loads SS from STAR[63:48] + 8 and CS from STAR[63:48] + 16. So the kernel's code stands
 * before its data, and the user's data before its code.
 */
#define SEL_KERNEL_CODE 0x08
#define SEL_KERNEL_DATA 0x10
#define SEL_USER_DATA   0x1b /* 0x18, RPL 3 */
#define SEL_USER_CODE   0x23 /* 0x20, RPL 3 */
#define SEL_TSS         0x28 /* 16 bytes: two entries */
#define GDT_ENTRIES     7

/*
 * Bits of an 8-byte descriptor. In long mode base and limit of code and data count for nothing, but the rest does.
 * A TSS descriptor is 16 bytes: base 23:0 in bits 39:16, base 31:24 in bits 63:56, base 63:32 in the second half.
 */
#define SEGMENT_PRESENT    (1ull << 47)
#define SEGMENT_USER       (3ull << 45) /* DPL 3; 0 is the kernel */
#define SEGMENT_MEMORY     (1ull << 44) /* code or data, not a system segment */
#define SEGMENT_CODE       (1ull << 43)
#define SEGMENT_WRITABLE   (1ull << 41) /* for code: readable */
#define SEGMENT_ACCESSED   (1ull << 40) /* set beforehand, so that the processor need not write to the table */
#define SEGMENT_LONG       (1ull << 53) /* 64-bit code */
#define SEGMENT_TSS        (9ull << 40) /* system segment: available 64-bit TSS */

/* Which of the TSS's interrupt stacks an exception uses: these can strike when the ordinary stack cannot be trusted. */
#define IST_DOUBLE_FAULT  1
#define IST_NMI           2
#define IST_MACHINE_CHECK 3
#define IST_COUNT         3

/*
 * One bit per I/O port; 0 lets ring 3 in. The processor reads two bytes at a time, so one byte of ones must follow the
 * last one (SDM vol. 1 §19.5.2).
 */
#define IO_BITMAP_BYTES (65536 / 8 + 1)

struct tss {
    uint32_t reserved0;
    uint64_t rsp0; /* the stack on which an interrupt from ring 3 saves its five words */
    uint64_t rsp1, rsp2;
    uint64_t reserved1;
    uint64_t ist[7]; /* ist[0] is IST 1 */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_bitmap_offset; /* from the start of the TSS */
    uint8_t io_bitmap[IO_BITMAP_BYTES];
} __attribute__((packed));

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;  /* bits 2:0 */
    uint8_t type; /* present, DPL, gate type: GATE_… */
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

#define GATE_INTERRUPT 0x8e /* present, DPL 0, 64-bit interrupt gate: clears IF */
#define GATE_USER      0x60 /* added: DPL 3, so that ring 3 may raise it with an int instruction */

/* What lgdt and lidt read. */
struct table_register {
    uint16_t limit; /* size in bytes, less one */
    uint64_t base;
} __attribute__((packed));

_Static_assert(sizeof(struct gate) == 16, "SDM vol. 3A figure 6-8");
_Static_assert(sizeof(struct tss) == 104 + IO_BITMAP_BYTES, "SDM vol. 3A figure 7-11");

