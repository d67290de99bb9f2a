/* Stage 1: the processor's tables, read from outside after entry_init, or as far as the student has come.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/probes.h"
#include "probes/witness.h"
#include "x86/paging.h"
#include "x86/registers.h"
#include "x86/segments.h"
#include "x86/vectors.h"

#define COM1_FIRST 0x3f8
#define COM1_COUNT 8
#define IO_PORTS   65536

/* Boots to where the kernel's body takes over: the tables are loaded, ring 3 has not been seen. */
static bool boot_to_body(struct session *session, struct x86_hidden *hidden, struct x86_memory *memory)
{
    session_stop_at(session, session_kernel(session, "body_start"));
    if (!session_record_tables(session)) {
        witness_explain(session, session->input->test->families[0],
                        "entry_init returns, and the kernel goes on to its body");
        return false;
    }
    if (machine_hidden(session->machine, hidden).code != STATUS_OK) {
        verdict_trouble(session->verdict, "the table registers cannot be read");
        return false;
    }
    *memory = machine_memory(session->machine);
    return true;
}

/* ---- 1.1 ---- */

static bool descriptor(struct session *session, const struct x86_memory *memory, const struct x86_hidden *hidden,
                       uint16_t selector, struct x86_descriptor *d)
{
    if (x86_descriptor(memory, session->outcome.registers.cr3, hidden->gdt, selector, d).code == STATUS_OK)
        return true;
    session_fail(session, 0, "segments", "the GDT has all entries of x86/segments.h",
                 "selector 0x%x is beyond its limit, %" PRIu32 " (the limit is the size less one)", selector,
                 hidden->gdt.limit);
    return false;
}

static void check_memory_segment(struct session *session, const struct x86_memory *memory,
                                 const struct x86_hidden *hidden, uint16_t selector, const char *name, bool code,
                                 unsigned dpl)
{
    struct x86_descriptor d;
    if (!descriptor(session, memory, hidden, selector, &d))
        return;
    bool is_code = d.type & 8;
    if (!d.present || d.system || is_code != code || d.dpl != dpl || !(d.type & 2) || (code && (!d.long_mode || d.big)))
        session_fail(session, 0, "segments",
                     "the GDT's segments stand in the order and with the bits of x86/segments.h",
                     "entry 0x%x, the %s: present %d, %s, %s, DPL %u%s", selector & ~7u, name, d.present,
                     is_code ? "code" : "data", d.type & 2 ? "read and write" : "restricted", d.dpl,
                     is_code ? (d.long_mode ? ", 64-bit" : ", not 64-bit") : "");
}

static void check_selectors(struct session *session, const struct x86_hidden *hidden)
{
    const struct x86_registers *r = &session->outcome.registers;

    if (r->cs != SEL_KERNEL_CODE || r->ss != SEL_KERNEL_DATA)
        session_fail(session, 0, "segments", "CS is 0x08 and SS 0x10 once the GDT is loaded", "CS is 0x%x and SS 0x%x",
                     r->cs, r->ss);
    if ((r->ds | r->es | r->fs | r->gs) & ~3u)
        session_fail(session, 0, "segments", "DS, ES, FS and GS hold the null selector",
                     "they hold 0x%x, 0x%x, 0x%x and 0x%x", r->ds, r->es, r->fs, r->gs);
    if (hidden->tr_selector != SEL_TSS)
        session_fail(session, 0, "segments", "the task register holds 0x28", "it holds 0x%x", hidden->tr_selector);
}

void probe_segments(struct session *session)
{
    struct x86_hidden hidden;
    struct x86_memory memory;
    struct x86_descriptor d;
    struct witness_cpu cpu;

    if (!boot_to_body(session, &hidden, &memory) || !witness_cpu(session, session->machine, &cpu))
        return;
    check_memory_segment(session, &memory, &hidden, SEL_KERNEL_CODE, "kernel's code", true, 0);
    check_memory_segment(session, &memory, &hidden, SEL_KERNEL_DATA, "kernel's data", false, 0);
    check_memory_segment(session, &memory, &hidden, SEL_USER_DATA, "user's data", false, 3);
    check_memory_segment(session, &memory, &hidden, SEL_USER_CODE, "user's code", true, 3);
    check_selectors(session, &hidden);
    if (hidden.gdt.limit != GDT_ENTRIES * 8 - 1)
        session_fail(session, 0, "segments", "the GDT ends behind its last entry, so that no selector names what lies there",
                     "its limit is %" PRIu32 "; seven entries of 8 bytes end at %u", hidden.gdt.limit, GDT_ENTRIES * 8 - 1);
    if (session_decided(session) || !descriptor(session, &memory, &hidden, SEL_TSS, &d))
        return;
    if (!d.present || !d.system || (d.type & ~2u) != 9 || d.dpl != 0 || d.base != cpu.tss ||
        hidden.tr.base != cpu.tss || d.limit < 103)
        session_fail(session, 0, "segments",
                     "entry 0x28 is a present 64-bit TSS at cpu->tss, with DPL 0 and a limit of 103 or more",
                     "present %d, type %u, DPL %u, base 0x%" PRIx64 ", limit %" PRIu32 "; cpu->tss is 0x%" PRIx64,
                     d.present, d.type, d.dpl, d.base, d.limit, cpu.tss);
    if (session->outcome.registers.gs_base != cpu.address)
        session_fail(session, 0, "gs", "entry_init leaves the GS base at the per-CPU block", "it is 0x%" PRIx64,
                     session->outcome.registers.gs_base);
}

/*
 * Whether ring 3 gets at a port, by the bitmap as the processor reads it: two bytes at a time, and what is not wholly within the
 * TSS's limit is closed (SDM vol. 1 §19.5.2). Behind the last port come eight bits that only accesses across the end look at.
 */
static bool port_is_open(const uint8_t *bitmap, uint32_t bytes, unsigned port)
{
    uint32_t last = port < IO_PORTS ? port / 8 + 1 : port / 8;
    return last < bytes && !(bitmap[port / 8] >> port % 8 & 1);
}

static bool is_com1(unsigned port)
{
    return port >= COM1_FIRST && port < COM1_FIRST + COM1_COUNT;
}

static void check_io_bitmap(struct session *session, const struct x86_hidden *hidden)
{
    uint8_t bitmap[IO_BITMAP_BYTES];
    uint16_t offset;
    uint32_t bytes;

    if (!session_read(session, hidden->tr.base + offsetof(struct tss, io_bitmap_offset), &offset, sizeof offset))
        return;
    bytes = hidden->tr.limit < offset ? 0 : hidden->tr.limit - offset + 1;
    if (offset < 104 || bytes < (COM1_FIRST + COM1_COUNT) / 8 + 1) {
        session_fail(session, 0, "segments",
                     "the I/O bitmap begins behind the other fields of the TSS, at 104, and the TSS ends behind the bits of COM1",
                     "the bitmap begins at %u, and the TSS's limit is %" PRIu32, offset, hidden->tr.limit);
        return;
    }
    bytes = bytes < sizeof bitmap ? bytes : sizeof bitmap;
    if (!session_read(session, hidden->tr.base + offset, bitmap, bytes))
        return;
    for (unsigned port = 0; port < IO_PORTS + 8; port++)
        if (port_is_open(bitmap, bytes, port) && port >= IO_PORTS)
            session_fail(session, 0, "segments", "one more byte of ones follows the I/O bitmap's 8192",
                         "it is 0x%x", bitmap[port / 8]);
        else if (port_is_open(bitmap, bytes, port) != is_com1(port))
            session_fail(session, 0, "segments", "the I/O bitmap opens COM1's eight ports (0x3f8 to 0x3ff) and nothing else",
                         "port 0x%x is %s", port, is_com1(port) ? "closed" : "open");
}

void probe_tss(struct session *session)
{
    struct x86_hidden hidden;
    struct x86_memory memory;
    struct x86_tss tss;
    struct witness_cpu cpu;

    if (!boot_to_body(session, &hidden, &memory) || !witness_cpu(session, session->machine, &cpu))
        return;
    if (x86_tss(&memory, session->outcome.registers.cr3, hidden.tr, &tss).code != STATUS_OK) {
        session_fail(session, 0, "segments", "the task register leads to a TSS",
                     "its base is 0x%" PRIx64 ", limit %" PRIu32, hidden.tr.base, hidden.tr.limit);
        return;
    }
    for (unsigned i = 0; i < IST_COUNT; i++)
        if (tss.ist[i + 1] != cpu.ist_top[i])
            session_fail(session, 0, "stacks", "the TSS names the three interrupt stacks, cpu->ist_top[]",
                         "IST %u is 0x%" PRIx64 " instead of 0x%" PRIx64, i + 1, tss.ist[i + 1], cpu.ist_top[i]);
    check_io_bitmap(session, &hidden);
}

/* ---- 1.2 ---- */

static unsigned wanted_ist(unsigned vector)
{
    return vector == VECTOR_DOUBLE_FAULT    ? IST_DOUBLE_FAULT
           : vector == VECTOR_NMI           ? IST_NMI
           : vector == VECTOR_MACHINE_CHECK ? IST_MACHINE_CHECK
                                            : 0;
}

static void check_gate(struct session *session, unsigned vector, const struct x86_gate *g)
{
    bool for_user = vector == VECTOR_BREAKPOINT || vector == VECTOR_OVERFLOW;
    uint64_t stub = 0;

    if (!g->present || g->type != 14)
        session_fail(session, 0, "gates",
                     "every vector has a present interrupt gate (type 14), which switches interrupts off",
                     "the gate of vector %u: %s, type %u%s", vector, g->present ? "present" : "not present", g->type,
                     g->type == 15 ? ", a trap gate" : "");
    if (g->selector != SEL_KERNEL_CODE)
        session_fail(session, 0, "gates", "gates lead to the kernel's code segment", "that of vector %u to 0x%x",
                     vector, g->selector);
    if (g->dpl != (for_user ? 3 : 0))
        session_fail(session, 0, "gates", "ring 3 may raise vectors 3 and 4 with an int instruction, and no others",
                     "the gate of vector %u has DPL %u", vector, g->dpl);
    if (g->ist != wanted_ist(vector))
        session_fail(session, 0, "stacks", "#DF, NMI and #MC use interrupt stacks 1, 2 and 3, all others none",
                     "the gate of vector %u has IST %u", vector, g->ist);
    image_symbol(session->kernel, "kernel_text_end", &stub);
    if (g->offset < KERNEL_BASE || g->offset >= stub)
        session_fail(session, 0, "gates", "each gate leads to its vector's stub", "that of vector %u to 0x%" PRIx64,
                     vector, g->offset);
}

void probe_gates(struct session *session)
{
    struct x86_hidden hidden;
    struct x86_memory memory;
    struct x86_gate gates[VECTOR_COUNT];

    if (!boot_to_body(session, &hidden, &memory))
        return;
    if (hidden.idt.limit < VECTOR_COUNT * sizeof(struct gate) - 1) {
        session_fail(session, 0, "gates", "the IDT has 256 gates", "its limit is %" PRIu32 " instead of 4095",
                     hidden.idt.limit);
        return;
    }
    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++) {
        if (x86_gate(&memory, session->outcome.registers.cr3, hidden.idt, vector, &gates[vector]).code != STATUS_OK)
            session_fail(session, 0, "gates", "the IDT is mapped", "its base is 0x%" PRIx64, hidden.idt.base);
        if (!session_decided(session))
            check_gate(session, vector, &gates[vector]);
    }
    for (unsigned vector = 1; vector < VECTOR_COUNT && !session_decided(session); vector++)
        if (gates[vector].offset == gates[vector - 1].offset)
            session_fail(session, 0, "gates", "each vector has a stub of its own, trap_stubs[vector]",
                         "vectors %u and %u lead to the same one", vector - 1, vector);
}

/* ---- 1.3 ---- */

static uint64_t msr(struct session *session, uint32_t number)
{
    uint64_t value = 0;
    struct status s = machine_msr(session->machine, number, &value);
    if (s.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "MSR 0x%x cannot be read: %s", number, s.message);
    return value;
}

static void check_sfmask(struct session *session, uint64_t mask)
{
    const struct {
        uint64_t bit;
        const char *why;
    } wanted[] = {
        { RFLAGS_IF, "IF: an interrupt could strike before the stack is the kernel's" },
        { RFLAGS_TF, "TF: a single-stepping user would raise #DB inside the kernel" },
        { RFLAGS_DF, "DF: C code copies upwards" },
        { RFLAGS_NT, "NT: the kernel's next iretq would fault" },
        { RFLAGS_AC, "AC: in ring 0 it switches SMAP off" },
    };
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (!(mask & wanted[i].bit))
            session_fail(session, 0, "flags", "SFMASK makes syscall clear IF, TF, DF, NT and AC",
                         "SFMASK is 0x%" PRIx64 ", without %s", mask, wanted[i].why);
}

/* Without NXE a page-table entry that forbids execution is a page fault, at the next such page: this says it earlier. */
static void check_efer(struct session *session, uint64_t efer)
{
    if (!(efer & EFER_NXE))
        session_fail(session, 0, "dispatch", "EFER keeps what the boot code has set, NXE for example, and gets SCE in addition",
                     "EFER is 0x%" PRIx64, efer);
    if (session->outcome.address != session_kernel(session, "body_start"))
        session_not_written(session); /* an exception on the way: not for the lack of SCE, perhaps before it */
    if (!(efer & EFER_SCE))
        session_fail(session, 0, "dispatch", "EFER.SCE switches syscall on", "EFER is 0x%" PRIx64, efer);
}

void probe_msrs(struct session *session)
{
    struct x86_hidden hidden;
    struct x86_memory memory;
    uint64_t text_end = session_kernel(session, "kernel_text_end");

    if (!boot_to_body(session, &hidden, &memory))
        return;
    uint64_t star = msr(session, MSR_STAR), lstar = msr(session, MSR_LSTAR), sfmask = msr(session, MSR_SFMASK);
    if (session_decided(session))
        return;
    check_efer(session, session->outcome.registers.efer);
    if (session_decided(session))
        return;
    if ((star >> 32 & 0xffff) != SEL_KERNEL_CODE)
        session_fail(session, 0, "segments", "STAR[47:32], from which syscall takes CS and SS, is 0x08",
                     "it is 0x%" PRIx64, star >> 32 & 0xffff);
    if (star >> 48 != (SEL_KERNEL_DATA | 3))
        session_fail(
            session, 0, "segments",
            "STAR[63:48] is 0x13: sysretq adds 16 for CS and 8 for SS, and RPL 3 is not added by every processor",
            "it is 0x%" PRIx64, star >> 48);
    if (lstar < KERNEL_BASE || lstar >= text_end)
        session_fail(session, 0, "dispatch", "LSTAR leads to syscall_entry", "it is 0x%" PRIx64, lstar);
    check_sfmask(session, sfmask);
}
