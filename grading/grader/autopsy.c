/* Looking at a death in replays: see autopsy.h. */
#include "autopsy.h"

#include "boot_note.h"
#include "clean.h"
#include "frame.h"
#include "x86/paging.h"

#include <stdio.h>
#include <string.h>

struct autopsy_tools {
    struct autopsy *autopsy;
    const struct image *kernel;
    struct machine *machine;
    uint64_t panic, panic_frame; /* addresses; 0 when the kernel has no such symbol */
};

static const struct machine_limits no_limits;

/* Before paging the kernel's code runs at its physical address: KERNEL_BASE lower than its symbols say. */
static bool is_low_code(const struct image *kernel, uint64_t address)
{
    const uint8_t *bytes;
    uint64_t start;
    size_t length;
    const uint64_t linked = address + KERNEL_BASE;
    return image_text(kernel, &start, &bytes, &length) && linked >= start && linked - start < length;
}

/* "trap.asm:57 in trap_entry+0x1c", "in trap_entry+0x1c", or where else the address is. */
static void describe(const struct image *kernel, uint64_t address, bool with_line, char *text, size_t size)
{
    char line[64] = "", function[80] = "";
    const bool low = is_low_code(kernel, address);
    const uint64_t linked = low ? address + KERNEL_BASE : address;
    bool has_line = with_line && image_line(kernel, linked, line, sizeof line);
    bool has_function = image_function(kernel, linked, function, sizeof function);
    const char *outside = address >> 47 ? "outside the kernel's code" : "in the lower half, where programs are";
    snprintf(text, size, "%s%s%s%s", line, has_line && has_function ? " in " : "", has_function ? function : outside,
             low && with_line ? " (at its physical address)" : "");
}

static void read_string(struct machine *machine, uint64_t address, char *text, size_t size)
{
    char raw[160] = "";
    for (size_t i = 0; i + 1 < sizeof raw && i + 1 < size; i++)
        if (machine_read_virtual(machine, address + i, &raw[i], 1).code != STATUS_OK || !raw[i])
            break;
    clean_copy(text, size, raw);
}

/* The registers that the frame holds replace those of the moment in which panic was called; cr2 and the bases stay. */
static void take_frame(struct autopsy *autopsy, const struct frame *f)
{
    struct x86_registers *r = &autopsy->at;
    r->rax = f->rax, r->rbx = f->rbx, r->rcx = f->rcx, r->rdx = f->rdx;
    r->rsi = f->rsi, r->rdi = f->rdi, r->rbp = f->rbp, r->rsp = f->rsp;
    r->r8 = f->r8, r->r9 = f->r9, r->r10 = f->r10, r->r11 = f->r11;
    r->r12 = f->r12, r->r13 = f->r13, r->r14 = f->r14, r->r15 = f->r15;
    r->rip = f->rip, r->rflags = f->rflags;
    r->cs = (uint16_t)f->cs, r->ss = (uint16_t)f->ss;
    autopsy->vector = f->vector;
    autopsy->error = f->error;
    autopsy->has_vector = true;
}

static void at_panic(struct autopsy_tools *tools, const struct machine_outcome *stop)
{
    struct autopsy *autopsy = tools->autopsy;
    struct frame frame;
    autopsy->panicked = true;
    autopsy->at = stop->registers;
    bool with_frame = stop->address == tools->panic_frame;
    read_string(tools->machine, with_frame ? stop->registers.rsi : stop->registers.rdi, autopsy->message,
                sizeof autopsy->message);
    if (with_frame && machine_read_virtual(tools->machine, stop->registers.rdi, &frame, sizeof frame).code == STATUS_OK)
        take_frame(autopsy, &frame);
}

/* What only the stopped machine can say about the moment in `at`. */
static void look_around(struct autopsy_tools *tools)
{
    struct autopsy *autopsy = tools->autopsy;
    struct x86_hidden hidden;
    struct x86_mapping mapping = { 0 };
    struct x86_memory memory = machine_memory(tools->machine);
    autopsy->has_code =
        machine_read_virtual(tools->machine, autopsy->at.rip, autopsy->code, sizeof autopsy->code).code == STATUS_OK;
    if (machine_hidden(tools->machine, &hidden).code == STATUS_OK)
        autopsy->idt_limit = hidden.idt.limit;
    autopsy->stack_mapped = x86_walk(&memory, autopsy->at.cr3, autopsy->at.rsp - 8, &mapping).code == STATUS_OK &&
                            mapping.present && mapping.writable;
}

/* Runs to the panic, or else to the end of what was recorded. */
static struct status run_to_death(struct autopsy_tools *tools)
{
    struct machine_outcome stop;
    struct status status = status_ok();
    if (tools->panic)
        status = machine_break(tools->machine, tools->panic);
    if (status.code == STATUS_OK && tools->panic_frame)
        status = machine_break(tools->machine, tools->panic_frame);
    if (status.code == STATUS_OK)
        status = machine_run(tools->machine, &no_limits, &stop);
    if (status.code != STATUS_OK)
        return status;
    if (stop.kind == MACHINE_AT_STOP)
        at_panic(tools, &stop);
    else if (stop.inspectable)
        tools->autopsy->at = stop.registers;
    else
        return status_error(STATUS_CLOSED, "the replay ended early");
    look_around(tools);
    return status;
}

/* Steps through the last instructions before `count`. A place that repeats is noted once. */
static struct status follow(struct autopsy_tools *tools, uint64_t count)
{
    enum { STEPS = 24 };
    struct autopsy *autopsy = tools->autopsy;
    struct machine_outcome at;
    struct status status = machine_run_to(tools->machine, count > STEPS ? count - STEPS : 0, &no_limits, &at);
    for (int i = 0; i < STEPS && status.code == STATUS_OK && at.inspectable && at.kind != MACHINE_SHUTDOWN; i++) {
        char place[160];
        describe(tools->kernel, at.registers.rip, false, place, sizeof place);
        if (strcmp(place, autopsy->trail[AUTOPSY_TRAIL - 1]) != 0) {
            memmove(autopsy->trail, autopsy->trail + 1, sizeof autopsy->trail - sizeof autopsy->trail[0]);
            memcpy(autopsy->trail[AUTOPSY_TRAIL - 1], place, sizeof place);
        }
        status = machine_step(tools->machine, &at);
    }
    return status;
}

/* For a run that went on and on: where it was at some moments near its end, and at exactly the end. */
static struct status sample(struct autopsy_tools *tools, uint64_t end)
{
    struct autopsy *autopsy = tools->autopsy;
    struct status status = status_ok();
    for (int i = 0; i < AUTOPSY_TRAIL && status.code == STATUS_OK; i++) {
        uint64_t back = (uint64_t)(AUTOPSY_TRAIL - 1 - i) * 10007;
        struct machine_outcome at;
        status = machine_run_to(tools->machine, end > back ? end - back : 0, &no_limits, &at);
        if (status.code != STATUS_OK || !at.inspectable)
            return status;
        describe(tools->kernel, at.registers.rip, false, autopsy->trail[i], sizeof autopsy->trail[i]);
        autopsy->at = at.registers;
        if (at.kind != MACHINE_AT_COUNT) /* nothing more was recorded: as near to the end as one can look */
            break;
    }
    look_around(tools);
    return status;
}

/* Opens a replay for one look. */
static struct status look(struct autopsy_tools *tools, const struct machine_config *config, bool death)
{
    const struct machine_outcome *end = &tools->autopsy->end;
    struct status status = machine_open(&tools->machine, config, MACHINE_REPLAY);
    if (status.code != STATUS_OK)
        return status;
    if (!death)
        status = follow(tools, end->count);
    else if (end->kind == MACHINE_OVER_LIMIT)
        status = sample(tools, end->count);
    else
        status = run_to_death(tools);
    machine_close(tools->machine);
    tools->machine = NULL;
    return status;
}

struct status autopsy_make(struct autopsy *autopsy, const struct verdict *verdict, const struct image *kernel)
{
    struct boot_note note;
    struct autopsy_tools tools = { .autopsy = autopsy, .kernel = kernel };
    *autopsy = (struct autopsy){ .end = verdict->end, .at = verdict->end.registers };
    if (!verdict->has_end || !verdict->log[0])
        return status_error(STATUS_MISUSE, "there is no recording of a bad end");
    image_symbol(kernel, "panic", &tools.panic);
    image_symbol(kernel, "panic_frame", &tools.panic_frame);
    struct status status = boot_note_read(&note, verdict->log);
    if (status.code != STATUS_OK)
        return status;
    status = look(&tools, &note.config, true);
    if (status.code == STATUS_OK && verdict->end.kind == MACHINE_SHUTDOWN && !autopsy->panicked)
        look(&tools, &note.config, false);
    if (status.code == STATUS_OK)
        describe(kernel, autopsy->at.rip, true, autopsy->place, sizeof autopsy->place);
    autopsy->low_code = !(autopsy->at.cs & 3) && is_low_code(kernel, autopsy->at.rip);
    boot_note_free(&note);
    return status;
}
