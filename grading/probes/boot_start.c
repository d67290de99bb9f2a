/* Stage 2, the way from the loader's jump to 64-bit C: with a friendly loader, over dirty memory, from a rough loader, on an old processor.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pinned.h"
#include "probes/boot_world.h"
#include "probes/probes.h"
#include "x86/registers.h"

#define STACK_BYTES (4 * PAGE_SIZE)
#define EFER_LMA    (1u << 10)
#define CR0_PE      1u

/* ---- What holds in every line of C ---- */

static void check_mode(struct session *session, const struct x86_registers *r)
{
    const char *expected = "C runs in long mode, with no-execute pages and with write protection in ring 0";

    if (!(r->efer & EFER_LMA) || !(r->cr0 & CR0_PG) || !(r->cr0 & CR0_PE) || !(r->cr4 & CR4_PAE))
        session_fail(session, 0, "start", expected, "EFER is 0x%" PRIx64 ", CR0 0x%" PRIx64 ", CR4 0x%" PRIx64, r->efer, r->cr0,
                     r->cr4);
    if (!(r->efer & EFER_NXE))
        session_fail(session, 0, "paging", expected,
                     "EFER.NXE is not set: every entry with no-execute would be a fault (EFER is 0x%" PRIx64 ")", r->efer);
    if (!(r->cr0 & CR0_WP))
        session_fail(session, 0, "start", expected,
                     "CR0.WP is not set: the kernel could write to its own read-only pages (CR0 is 0x%" PRIx64 ")", r->cr0);
}

static void check_place(struct session *session, const struct x86_registers *r)
{
    uint64_t top = session_kernel(session, "boot_stack_top");

    if (r->rip < KERNEL_BASE)
        session_fail(session, 0, "start", "C runs at its link address", "rip is 0x%" PRIx64, r->rip);
    if (r->rsp >= top || r->rsp < top - STACK_BYTES)
        session_fail(session, 0, "start", "C runs on the boot stack, at its link address",
                     "rsp is 0x%" PRIx64 ", and boot_stack_top 0x%" PRIx64, r->rsp, top);
    if (r->rflags & (RFLAGS_IF | RFLAGS_DF))
        session_fail(session, 0, "start", "interrupts are off, and the direction flag is clear, as C code expects",
                     "rflags is 0x%" PRIx64, r->rflags);
}

/* ---- Two stops ---- */

/* The first C of anybody's that the host knows by name: what a stage calls before it can do anything of its own. */
static void stop_at_first_c(struct session *session)
{
    static const char *const name[] = { "serial_init", "print", "region_add", "region_remove", "panic", "kernel_main" };

    for (unsigned i = 0; i < sizeof name / sizeof name[0]; i++)
        session_stop_at(session, session_kernel(session, name[i]));
}

/*
 * The kernel went on: to kernel_main, to a missing answer, or to its end by a mistake of a later task, for which there are other tests.
 * Only what eax and ebx should have brought is looked at here: without it the stage's given code panics.
 */
/* It died under the boot tables, at an address of memory that exists and that they do not show. */
static void check_windows(struct session *session, const struct world *world)
{
    const struct x86_registers *r = &session->outcome.registers;
    struct x86_memory memory = machine_memory(session->machine);
    struct x86_mapping m;
    uint64_t page = (r->cr3 & PTE_ADDRESS) / PAGE_SIZE;
    bool memory_of_ours = r->cr2 - DIRECT_BASE < PLAN_MEMORY || (r->cr2 >= world->image.start && r->cr2 < world->image.end);

    if (session->outcome.kind != MACHINE_SHUTDOWN || !session->outcome.inspectable || page < world->kernel_first ||
        page >= world->kernel_end || !memory_of_ours)
        return;
    if (x86_walk(&memory, r->cr3, r->cr2, &m).code == STATUS_OK && !m.present)
        session_fail(session, r->rip, "start", "the boot tables show all that C looks at before it has tables of its own",
                     "a page fault at 0x%" PRIx64 ", to which they do not lead", r->cr2);
}

static void check_information(struct session *session)
{
    char text[120] = "", *number;

    if (session->outcome.kind != MACHINE_AT_STOP || session->outcome.address != session_kernel(session, "panic"))
        return;
    for (unsigned i = 0; i + 1 < sizeof text; i++)
        if (!session_read(session, session->outcome.registers.rdi + i, &text[i], 1) || !text[i])
            break;
    if ((number = strchr(text, '%'))) /* what it was is printed, and not known here */
        snprintf(number, (size_t)(text + sizeof text - number), "…");
    if (strstr(text, "Multiboot") || strstr(text, "memory map"))
        session_fail(session, 0, "start", "what the loader left in eax and ebx reaches the first C",
                     "the kernel stopped itself: \"%s\"", text);
}

/* In the first C, or where the first missing answer of a later task is. */
static void check_arrival(struct session *session)
{
    const struct x86_registers *r = &session->outcome.registers;

    check_mode(session, r);
    check_place(session, r);
    if (session->outcome.address != session_kernel(session, "not_implemented") && r->rsp % 16 != 8)
        session_fail(session, 0, "start", "the stack is 16-byte aligned before a call to C",
                     "rsp is 0x%" PRIx64 " at the start of a function", r->rsp);
}

/* through: the world to boot in, or NULL for QEMU's own loader. */
static void go_on(struct session *session, struct world *through, struct world *world)
{
    session_stop_at(session, session_kernel(session, "panic"));
    session_stop_at(session, session_kernel(session, "kernel_main"));
    bool stopped = through ? world_boot(through, 0) : session_record_tables(session);
    session->verdict->has_end = false; /* what comes behind is another test's */
    if (session_decided(session))
        return;
    if (stopped)
        check_information(session);
    else
        check_windows(session, world);
}

void probe_boot_arrival(struct session *session)
{
    struct world world;

    if (!world_open(&world, session))
        return;
    stop_at_first_c(session);
    if (session_record_tables(session))
        check_arrival(session);
    else
        world_explain(&world, "start", "QEMU's own loader starts the kernel, and it arrives in 64-bit C");
    if (!session_decided(session))
        go_on(session, NULL, &world);
    world_close(&world);
}

/* ---- The BSS ---- */

/* A word that still holds the loader's dirt: its link address, or 0. */
static uint64_t find_dirt(struct world *world, uint64_t from, uint64_t to)
{
    uint32_t word[1024];

    for (uint64_t at = from; at + 4 <= to; at += sizeof word) {
        size_t length = to - at < sizeof word ? to - at : sizeof word;
        if (machine_read_physical(world->session->machine, at, word, length).code != STATUS_OK)
            return 0;
        for (unsigned i = 0; i < length / 4; i++)
            if (word[i] == plan_dirty((uint32_t)(at + 4 * i), world->key))
                return KERNEL_BASE + at + 4 * i;
    }
    return 0;
}

static void check_zeroed(struct world *world)
{
    for (unsigned i = 0; i < world->image.section_count; i++) {
        const struct boot_section *s = &world->image.section[i];
        uint64_t from = s->address - KERNEL_BASE, dirt = s->zeroed ? find_dirt(world, (from + 3) & ~3ull, from + s->size) : 0;
        if (dirt)
            session_fail(world->session, 0, "start", "the BSS is zeroed from its first byte to its last",
                         "the word at 0x%" PRIx64 " still holds what was in memory before; %s is 0x%" PRIx64 " to 0x%" PRIx64,
                         dirt, s->name, s->address, s->address + s->size);
    }
}

/* What lies in the same page behind the BSS is not the kernel's to clear: a loader may have put its information there. */
static void check_behind(struct world *world)
{
    uint32_t at = (world->image_end + 3) & ~3u, word, end = world->kernel_end * PAGE_SIZE;

    for (; at < end && !session_decided(world->session); at += 4) {
        if (machine_read_physical(world->session->machine, at, &word, 4).code != STATUS_OK)
            return;
        if (!word)
            session_fail(world->session, 0, "start", "nothing behind the BSS is cleared: the boot information may begin there",
                         "the word at 0x%" PRIx64 " is 0, and the BSS ends at 0x%" PRIx64, KERNEL_BASE + at,
                         KERNEL_BASE + (uint64_t)world->image_end);
    }
}

/* Memory as any loader might leave it: one usable range, one module. */
static void plain_machine(struct world *world)
{
    uint32_t end = (0x800 + (uint32_t)session_draw_below(world->session, 0x400)) * PAGE_SIZE;

    world_entry(world, 0, 0x9fc00, 1);
    world_entry(world, 0x9fc00, 0x400, 2);
    world_entry(world, 0x100000, end - 0x100000, 1);
    world_entry(world, end, 0x20000, 2);
    world_module(world, end / 2 & -PAGE_SIZE, 0x1800, NULL, 20);
}

void probe_boot_bss(struct session *session)
{
    struct world world;

    if (world_open(&world, session)) {
        plain_machine(&world);
        stop_at_first_c(session);
        if (world_boot(&world, 0)) {
            check_arrival(session);
            check_zeroed(&world);
            check_behind(&world);
        } else {
            if (session->machine && session->outcome.inspectable)
                check_zeroed(&world); /* tells more than how it died */
            world_explain(&world, "start", "the kernel arrives in 64-bit C although memory was not zero before");
        }
    }
    world_close(&world);
}

/* ---- A rough loader ---- */

void probe_boot_rough(struct session *session)
{
    const char *expected =
        "the kernel arrives in 64-bit C with nothing in its registers but eax and ebx, the direction flag set, no "
        "descriptor table and no stack";
    struct world world;

    if (world_open(&world, session)) {
        plain_machine(&world);
        world.wild = world.tight = true;
        stop_at_first_c(session);
        if (world_boot(&world, 0))
            check_arrival(session);
        else
            world_explain(&world, "start", expected);
        if (!session_decided(session))
            go_on(session, &world, &world);
    }
    world_close(&world);
}

/* ---- Old processors ---- */

static void try_processor(struct session *session, const char *cpu, const char *what)
{
    const struct machine_outcome *o = &session->outcome;

    session->cpu = cpu;
    stop_at_first_c(session);
    bool arrived = session_record_tables(session);
    if (session->verdict->kind != VERDICT_PASSED)
        return;
    if (arrived)
        session_fail(session, 0, "start", "the kernel stops where its processor lacks what it needs", "on one %s it went on",
                     what);
    else if (o->kind != MACHINE_DEAD || (o->inspectable && o->registers.rip >= KERNEL_BASE))
        session_fail(session, 0, "start", "the kernel stops, halted, where its processor lacks what it needs",
                     "on one %s it did not get to too_old: %s", what,
                     o->kind == MACHINE_SHUTDOWN ? "the processor shut down (a triple fault)" : machine_outcome_name(o->kind));
}

void probe_boot_old(struct session *session)
{
    struct world world;

    if (!world_open(&world, session))
        return;
    try_processor(session, PINNED_CPU ",-nx", "without no-execute pages");
    if (!session_decided(session))
        try_processor(session, PINNED_CPU ",-lm", "without long mode");
    world_close(&world);
}
