/* What raw processor state means: page tables, descriptors, selectors, flags.
 *
 * Pure decoders. They read guest memory only through a function the caller gives, so they serve a
 * stopped machine and a unit test with known bytes alike. Section numbers are of the Intel SDM,
 * volume 3A.
 */
#ifndef CAIRN_MACHINE_X86_H
#define CAIRN_MACHINE_X86_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct x86_registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, rflags;
    uint16_t cs, ss, ds, es, fs, gs;
    uint64_t fs_base, gs_base, kernel_gs_base;
    uint64_t cr0, cr2, cr3, cr4, cr8, efer;
};

/* The table registers and hidden state that only the monitor's `info registers` shows. */
struct x86_table {
    uint64_t base;
    uint32_t limit;
};
struct x86_hidden {
    struct x86_table gdt, idt; /* limit: offset of the last byte */
    struct x86_table tr, ldt;
    uint16_t tr_selector, ldt_selector;
    unsigned cpl; /* what the processor acts on, not the RPL of CS */
    bool halted;
    uint64_t rip, rflags;
};

/* Parses the text of `info registers`. STATUS_PROTOCOL naming the field that is missing. */
struct status x86_parse_hidden(const char *text, struct x86_hidden *hidden);

/* Reads `length` bytes of guest-physical memory at `address`; part of every walk. */
typedef struct status (*x86_read_physical)(void *context, uint64_t address, void *data, size_t length);
struct x86_memory {
    x86_read_physical read;
    void *context;
};

/* ---- Paging (4.5): four levels, pages of 4 KiB, 2 MiB and 1 GiB ---- */

struct x86_mapping {
    bool present;
    uint64_t virtual_address;        /* as asked, rounded down to the page */
    uint64_t physical_address;       /* of the page's first byte */
    uint64_t size;                   /* 4 KiB, 2 MiB or 1 GiB; if not present, what the missing entry would cover */
    bool user, writable, executable; /* effective: allowed at every level (no NX anywhere) */
    bool global, accessed, dirty;    /* of the leaf */
    unsigned level;                  /* 1 (page table) to 4 (PML4): where the walk ended */
    uint64_t entry;                  /* the last entry read */
    uint64_t entry_address;          /* and its guest-physical address */
    bool reserved;                   /* a reserved bit is set in an entry on the way: a fault, not a mapping */
};

/* Walks from `cr3`. STATUS_UNMAPPED if a table lies outside memory; a hole is STATUS_OK with
 * present=false. Non-canonical addresses are STATUS_MISUSE. */
struct status x86_walk(const struct x86_memory *memory, uint64_t cr3, uint64_t address, struct x86_mapping *mapping);

/* Calls `visit` for each present mapping in [first, last], in address order, until it returns false.
 * Costs one read per table. The whole lower half: first 0, last 0x00007fffffffffff. */
struct status x86_each_mapping(const struct x86_memory *memory, uint64_t cr3, uint64_t first, uint64_t last,
                               bool (*visit)(void *, const struct x86_mapping *), void *context);

/* Copies virtual memory through the tables at `cr3`, which need not be the current ones. */
struct status x86_read_virtual(const struct x86_memory *memory, uint64_t cr3, uint64_t address, void *data,
                               size_t length);

/* ---- Segments and gates (3.4.5, 6.14, 7.2) ---- */

struct x86_selector {
    unsigned index;
    bool local;
    unsigned rpl;
};
struct x86_selector x86_selector(uint16_t raw);

struct x86_descriptor {
    uint64_t base;                        /* 64 bits for system descriptors in long mode */
    uint32_t limit;                       /* in bytes, granularity applied */
    unsigned type, dpl;                   /* the four type bits; privilege level */
    bool system, present, long_mode, big; /* system: S bit clear (TSS, LDT) */
};
/* Reads descriptor `selector` of the table at linear address gdt.base, through `cr3`.
 * STATUS_UNMAPPED if it is beyond the limit. */
struct status x86_descriptor(const struct x86_memory *memory, uint64_t cr3, struct x86_table gdt, uint16_t selector,
                             struct x86_descriptor *descriptor);
void x86_decode_descriptor(const uint8_t bytes[16], struct x86_descriptor *descriptor);

struct x86_gate {
    uint64_t offset;
    uint16_t selector;
    unsigned type, dpl, ist; /* type 14: interrupt gate, 15: trap gate */
    bool present;
};
struct status x86_gate(const struct x86_memory *memory, uint64_t cr3, struct x86_table idt, unsigned vector,
                       struct x86_gate *gate);
void x86_decode_gate(const uint8_t bytes[16], struct x86_gate *gate);

struct x86_tss {
    uint64_t rsp[3];
    uint64_t ist[8]; /* 1..7; 0 unused */
    uint16_t iomap_base;
};
struct status x86_tss(const struct x86_memory *memory, uint64_t cr3, struct x86_table tr, struct x86_tss *tss);
void x86_decode_tss(const uint8_t bytes[104], struct x86_tss *tss);

/* ---- Flags ---- */

enum {
    X86_RFLAGS_TF = 1u << 8,
    X86_RFLAGS_IF = 1u << 9,
    X86_RFLAGS_DF = 1u << 10,
    X86_RFLAGS_IOPL = 3u << 12,
    X86_RFLAGS_NT = 1u << 14,
    X86_RFLAGS_AC = 1u << 18,
};
/* "IF ZF PF IOPL=3"; cut to `size`. Returns `text`. */
const char *x86_rflags_text(uint64_t rflags, char *text, size_t size);

enum x86_msr {
    X86_MSR_APIC_BASE = 0x1b,
    X86_MSR_EFER = 0xc0000080,
    X86_MSR_STAR = 0xc0000081,
    X86_MSR_LSTAR = 0xc0000082,
    X86_MSR_SFMASK = 0xc0000084,
    X86_MSR_FS_BASE = 0xc0000100,
    X86_MSR_GS_BASE = 0xc0000101,
    X86_MSR_KERNEL_GS_BASE = 0xc0000102,
};

#endif
