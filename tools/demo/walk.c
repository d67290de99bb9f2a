/*
 * walk: what state the processor is in at chosen places of one run, in the order in which it comes there.
 *
 *     walk --kernel FILE --module "FILE NAME" --steps FILE mode|registers
 *
 * A line of the steps file is `ADDRESS TITLE`: a linear address in hexadecimal, and what people are told. ADDRESS
 * `reset` is the processor's first instruction. A step counts only after the one before it, so a program chooses which
 * of many system calls is meant. The run is recorded first and then replayed with stops, which do not disturb it there
 * (grading/DETERMINISM.md).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 64, TITLE = 96, CR0_PE = 1, CR0_WP = 1 << 16, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21 };
#define CR0_PG   0x80000000ull
#define EFER_LMA 0x400ull
#define EFER_NXE 0x800ull

struct step {
    uint64_t address; /* 0: reset */
    char title[TITLE];
};

struct walk {
    struct step step[STEPS_MAX];
    size_t count, at;
    bool registers;
    struct x86_registers before; /* of the last step, for marking what has changed */
};

static int trouble(const char *what, const char *why)
{
    fprintf(stderr, "walk: %s: %s\n", what, why);
    return 2;
}

static bool read_steps(struct walk *walk, const char *path)
{
    char line[256], address[32];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    while (walk->count < STEPS_MAX && fgets(line, sizeof line, file)) {
        struct step *step = &walk->step[walk->count];
        if (sscanf(line, "%31s %95[^\n]", address, step->title) != 2)
            continue;
        step->address = strcmp(address, "reset") == 0 ? 0 : strtoull(address, NULL, 16);
        walk->count++;
    }
    fclose(file);
    return walk->count > 0;
}

/* ---- The mode of the processor
 * ---------------------------------------------------------------------------------------- */

/* SDM vol. 3A §2.2: which mode, from what switches it. In long mode the code segment says whether it is 64-bit code. */
static const char *mode_name(struct machine *machine, const struct x86_registers *r, const struct x86_hidden *hidden)
{
    struct x86_memory memory = machine_memory(machine);
    struct x86_descriptor code = { 0 };
    if (!(r->cr0 & CR0_PE))
        return "real, 16-bit";
    if (!(r->efer & EFER_LMA))
        return "protected, 32-bit";
    if (x86_descriptor(&memory, r->cr3, hidden->gdt, r->cs, &code).code != STATUS_OK)
        return r->rip >> 32 ? "long, 64-bit" : "long"; /* the table is out of reach, but 32-bit code cannot be there */
    return code.long_mode ? "long, 64-bit" : "long, 32-bit";
}

/* What page the processor executes from, and what is allowed there. */
static void page_text(struct machine *machine, const struct x86_registers *r, char *text, size_t size)
{
    struct x86_memory memory = machine_memory(machine);
    struct x86_mapping m = { 0 };
    snprintf(text, size, "-");
    if (!(r->cr0 & CR0_PG) || x86_walk(&memory, r->cr3, r->rip, &m).code != STATUS_OK || !m.present)
        return;
    snprintf(text, size, "%s r%c%c%s", m.size > 4096 ? "2 MiB" : "4 KiB", m.writable ? 'w' : '-',
             m.executable ? 'x' : '-', m.user ? " user" : "");
}

static void print_mode(struct machine *machine, const struct machine_outcome *stop, const struct step *step)
{
    struct x86_registers r = stop->registers;
    struct x86_hidden hidden = { 0 };
    char page[32];
    machine_hidden(machine, &hidden);
    const bool real = !(r.cr0 & CR0_PE);
    /* After a reset the base of CS is not 16 times its selector (SDM vol. 3A §9.1.4). */
    const uint64_t rip = real && !step->address ? 0xfffffff0 : r.rip;
    page_text(machine, &r, page, sizeof page);
    printf("%12llu  %016llx  %-18s %u   %-14s %s%s%s%s%s\n", (unsigned long long)stop->count, (unsigned long long)rip,
           mode_name(machine, &r, &hidden), hidden.cpl, page, r.cr0 & CR0_PG ? "paging" : "",
           r.efer & EFER_NXE ? " NX" : "", r.cr0 & CR0_WP ? " WP" : "", r.cr4 & CR4_SMEP ? " SMEP" : "",
           r.cr4 & CR4_SMAP ? " SMAP" : "");
    printf("%14s%s\n", "", step->title);
}

/* ---- Its registers
 * ---------------------------------------------------------------------------------------------------- */

struct shown {
    const char *name;
    size_t offset;
};

static const struct shown shown[] = {
#define SHOW(name)                                                                                                     \
    {                                                                                                                  \
#name, offsetof(struct x86_registers, name)                                                                    \
    }
    SHOW(rip), SHOW(rsp), SHOW(rflags), SHOW(rax), SHOW(rcx), SHOW(rdx),
    SHOW(rsi), SHOW(rdi), SHOW(r10),    SHOW(r11), SHOW(rbx),
#undef SHOW
};

static uint64_t value(const struct x86_registers *r, const struct shown *s)
{
    return *(const uint64_t *)((const char *)r + s->offset);
}

/* The words at the top of the kernel's stack: what the processor has pushed, and what the entry has added. */
static void print_stack(struct machine *machine, const struct x86_registers *r)
{
    uint64_t word[6];
    if (r->cs & 3 || !(r->rsp >> 63) || machine_read_virtual(machine, r->rsp, word, sizeof word).code != STATUS_OK)
        return;
    printf("    stack  ");
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        printf("%llx%s", (unsigned long long)word[i], i + 1 < sizeof word / sizeof *word ? "  " : "\n");
}

/* The first step shows all of them, each later one what has changed since the one before. */
static void print_registers(struct machine *machine, const struct machine_outcome *stop, struct walk *walk)
{
    const struct x86_registers *r = &stop->registers;
    struct x86_hidden hidden = { 0 };
    unsigned printed = 0;
    machine_hidden(machine, &hidden);
    printf("%zu. %s\n    ring %u, cs %02x, interrupts %s, gs base %llx\n", walk->at, walk->step[walk->at - 1].title,
           hidden.cpl, r->cs, r->rflags & X86_RFLAGS_IF ? "on" : "off", (unsigned long long)r->gs_base);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (walk->at == 1 || value(r, &shown[i]) != value(&walk->before, &shown[i]))
            printf("%s%-6s %-16llx",
                   printed++ % 4 ? "   "
                   : printed > 1 ? "\n    "
                                 : "    ",
                   shown[i].name, (unsigned long long)value(r, &shown[i]));
    if (printed)
        putchar('\n');
    print_stack(machine, r);
    walk->before = *r;
}

/* ---- The run
 * ---------------------------------------------------------------------------------------------------------- */

static void print_step(struct machine *machine, const struct machine_outcome *stop, struct walk *walk)
{
    const struct step *step = &walk->step[walk->at++];
    if (walk->registers)
        print_registers(machine, stop, walk);
    else
        print_mode(machine, stop, step);
}

/* Only the next place has a breakpoint: kernels come to the same places thousands of times. */
static bool at_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct walk *walk = context;
    print_step(machine, stop, walk);
    return machine_unbreak(machine, stop->address).code == STATUS_OK && walk->at < walk->count &&
           machine_break(machine, walk->step[walk->at].address).code == STATUS_OK;
}

static struct status record(const struct machine_config *config, const struct machine_limits *limits)
{
    struct machine *machine = NULL;
    struct machine_outcome outcome;
    struct status status = machine_open(&machine, config, MACHINE_RECORD);
    if (status.code == STATUS_OK)
        status = machine_run(machine, limits, &outcome);
    struct status closed = machine_close(machine);
    return status.code == STATUS_OK ? closed : status;
}

static struct status replay(const struct machine_config *config, struct walk *walk, const struct machine_limits *limits)
{
    struct machine_outcome last;
    if (!walk->step[0].address) {
        struct machine *machine = NULL;
        struct machine_outcome start = { 0 };
        struct status status = machine_open(&machine, config, MACHINE_REPLAY);
        if (status.code == STATUS_OK)
            status = machine_registers(machine, &start.registers);
        if (status.code == STATUS_OK)
            print_step(machine, &start, walk);
        machine_close(machine);
        if (status.code != STATUS_OK)
            return status;
    }
    return machine_replay(config, &walk->step[walk->at].address, 1, limits, at_stop, walk, &last);
}

int main(int argc, char **argv)
{
    static struct walk walk;
    struct machine_module module = { 0 };
    struct machine_config config = {
        .modules = &module, .module_count = 1, .log = "walk.log", .cmdline = "timer_hz=1000000000 tsc_hz=1000000000"
    };
    const struct machine_limits limits = { .instructions = 400000000, .wall_ms = 120000 };
    if (argc != 8 || strcmp(argv[1], "--kernel") || strcmp(argv[3], "--module") || strcmp(argv[5], "--steps"))
        return trouble("usage", "walk --kernel FILE --module FILE=NAME --steps FILE mode|registers");
    char *name = strchr(argv[4], '=');
    if (!name || !read_steps(&walk, argv[6]))
        return trouble(argv[6], "no steps, or a module without a name");
    *name++ = '\0';
    config.kernel = argv[2];
    module = (struct machine_module){ .path = argv[4], .cmdline = name };
    walk.registers = strcmp(argv[7], "registers") == 0;
    struct status status = record(&config, &limits);
    if (status.code == STATUS_OK)
        status = replay(&config, &walk, &limits);
    if (status.code != STATUS_OK)
        return trouble(config.kernel, status.message);
    if (walk.at < walk.count)
        return trouble(walk.step[walk.at].title, "the run does not come there");
    return 0;
}
