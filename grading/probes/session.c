#include "probes/session.h"

#include "grader/boot_note.h"
#include "grader/clean.h"
#include "grader/task.h"
#include "grading/boot/plan.h"
#include "probes/stray_trap.h"

#include <elf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What QEMU's local APIC counts: nanoseconds of guest time. Given to the kernel, so that no run measures it. */
#define TIMER_OPTION "timer_hz=1000000000 tsc_hz=1000000000"

/* Bytes of a log: ten times what any test of the references writes. A kernel that takes one interrupt after the other is there after
 * seconds; with its few million instructions in each it would come to a limit of instructions after minutes. */
#define EVENTS_MAX (3u << 19)

static void check(struct session *session, struct status status)
{
    if (status.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "%s", status.message);
}

bool session_decided(const struct session *session)
{
    return session->verdict->kind != VERDICT_PASSED;
}

static void open_image(struct session *session, struct image **image, const char *path)
{
    if (path)
        check(session, image_open(image, path));
}

bool session_open(struct session *session, const struct probe_input *input, struct verdict *verdict)
{
    *session = (struct session){ .input = input, .verdict = verdict, .random = input->seed };
    open_image(session, &session->kernel, input->kernel_elf);
    open_image(session, &session->program, input->program_elf);
    open_image(session, &session->partner, input->partner_elf);
    session->program_cmdline = "program";
    snprintf(session->program_path, sizeof session->program_path, "%s", input->program_elf ? input->program_elf : "");
    snprintf(session->partner_path, sizeof session->partner_path, "%s", input->partner_elf ? input->partner_elf : "");
    session->run.magic = STANDIN_MAGIC;
    session->run.key = session_draw(session);
    return !session_decided(session);
}

void session_close(struct session *session)
{
    machine_close(session->machine);
    image_close(session->kernel);
    image_close(session->program);
    image_close(session->partner);
}

/* splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014). */
uint64_t session_draw(struct session *session)
{
    uint64_t z = session->random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint64_t session_draw_below(struct session *session, uint64_t bound)
{
    return session_draw(session) % bound;
}

static uint64_t symbol(struct session *session, const struct image *image, const char *name)
{
    uint64_t address = 0;
    if ((!image || !image_symbol(image, name, &address)) && !session_decided(session))
        verdict_trouble(session->verdict, "the symbol %s does not exist", name);
    return address;
}

uint64_t session_kernel(struct session *session, const char *name)
{
    return symbol(session, session->kernel, name);
}

uint64_t session_program(struct session *session, const char *name)
{
    return symbol(session, session->program, name);
}

uint64_t session_partner(struct session *session, const char *name)
{
    return symbol(session, session->partner, name);
}

uint64_t session_handler(struct session *session, unsigned number)
{
    uint64_t handler = 0;
    uint64_t table = session_kernel(session, "syscall_table");
    if (!image_read(session->kernel, table + 8 * number, &handler, sizeof handler) && !session_decided(session))
        verdict_trouble(session->verdict, "the kit's table of system calls cannot be read");
    return handler;
}

/* ---- Patching programs ---- */

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    if (file && !fseek(file, 0, SEEK_END)) {
        *size = ftell(file);
        rewind(file);
        data = malloc(*size);
        if (data && fread(data, 1, *size, file) != *size) {
            free(data);
            data = NULL;
        }
    }
    if (file)
        fclose(file);
    return data;
}

static bool write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(data, 1, size, file) == size;
    return file && !fclose(file) && good;
}

/* Where in the file the byte at a virtual address lies. The file is the kit's own. */
static char *at_address(char *file, uint64_t address, size_t length)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)file;
    const Elf64_Phdr *p = (const Elf64_Phdr *)(file + header->e_phoff);
    for (unsigned i = 0; i < header->e_phnum; i++)
        if (p[i].p_type == PT_LOAD && address >= p[i].p_vaddr && address + length <= p[i].p_vaddr + p[i].p_filesz)
            return file + p[i].p_offset + (address - p[i].p_vaddr);
    return NULL;
}

bool session_patch(struct session *session, bool partner, const char *name, const void *data, size_t length)
{
    char *path = partner ? session->partner_path : session->program_path;
    uint64_t address = partner ? session_partner(session, name) : session_program(session, name);
    size_t size = 0;
    char *file = read_file(path, &size);
    char *place = file ? at_address(file, address, length) : NULL;

    if (place) {
        memcpy(place, data, length);
        snprintf(path, sizeof session->program_path, "%s/%s.elf", session->input->directory, partner ? "partner" : "program");
    }
    if ((!place || !write_file(path, file, size)) && !session_decided(session))
        verdict_trouble(session->verdict, "%s cannot be patched at %s", path, name);
    free(file);
    return !session_decided(session);
}

/* ---- Recording ---- */

void session_stop_at(struct session *session, uint64_t address)
{
    if (address && session->stop_count < SESSION_STOPS)
        session->stop[session->stop_count++] = address;
}

static bool write_run(struct session *session)
{
    snprintf(session->run_path, sizeof session->run_path, "%s/run-%u", session->input->directory, session->boots);
    snprintf(session->kernel_log, sizeof session->kernel_log, "%s/log-%u", session->input->directory, session->boots);
    session->boots++;
    if (!write_file(session->run_path, &session->run, sizeof session->run))
        verdict_trouble(session->verdict, "cannot write %s", session->run_path);
    return !session_decided(session);
}

/* The kit's boot loader is what QEMU starts, and the kernel is part of the plan. */
static void configure_boot(struct session *session)
{
    session->modules[0] = (struct machine_module){ session->plan_path, "plan" };
    session->config.kernel = session->input->boot_loader;
    session->config.cmdline = NULL;
    session->config.module_count = 1;
    session->config.memory_mib = PLAN_MEMORY >> 20;
}

static void configure(struct session *session)
{
    size_t n = 0;
    if (session->input->loader_elf)
        session->modules[n++] = (struct machine_module){ session->input->loader_elf, "loader" };
    if (session->program)
        session->modules[n++] = (struct machine_module){ session->program_path, session->program_cmdline };
    if (session->partner)
        session->modules[n++] = (struct machine_module){ session->partner_path, "partner" };
    if (session->input->test->id[0] < '3')
        session->modules[n++] = (struct machine_module){ session->run_path, "run" };
    snprintf(session->cmdline, sizeof session->cmdline, "%s%s%s", TIMER_OPTION, session->options ? " " : "",
             session->options ? session->options : "");
    session->config = (struct machine_config){
        .kernel = session->input->kernel_boot,
        .cmdline = session->cmdline,
        .modules = session->modules,
        .module_count = n,
        .log = session->kernel_log,
        .shift = session->shift,
        .beat = session->beat,
        .cpu = session->cpu,
        .uid = session->input->uid,
        .no_sandbox = session->input->no_sandbox,
        .max_events = EVENTS_MAX,
    };
    if (session->plan_path[0])
        configure_boot(session);
}

/* Does the run, up to an outcome. */
static void run(struct session *session)
{
    const struct machine_limits limits = { .instructions = session->input->test->limit };
    struct machine_outcome *outcome = &session->outcome;

    memset(outcome, 0, sizeof *outcome);
    check(session, machine_open(&session->machine, &session->config, MACHINE_RECORD));
    for (unsigned i = 0; i < session->stop_count && !session_decided(session); i++)
        check(session, machine_break(session->machine, session->stop[i]));
    if (!session_decided(session))
        check(session, machine_run(session->machine, &limits, outcome));
    session->verdict->count = outcome->count;
    session->stop_count = 0;
    if (outcome->kind == MACHINE_EMULATOR_STUCK || outcome->kind == MACHINE_EMULATOR_FAILED)
        verdict_trouble(session->verdict, "the emulator: %s", outcome->detail);
}

void session_unwritten(struct session *session, char *title, size_t size)
{
    memset(title, 0, size);
    for (size_t i = 0; i + 1 < size; i++)
        if (!session_read(session, session->outcome.registers.rdi + i, &title[i], 1) || !title[i])
            break;
}

static void not_written(struct session *session, bool later_is_reached)
{
    char title[64];

    session_unwritten(session, title, sizeof title);
    if (!session_decided(session) && !later_is_reached && stray_trap_title(session, title) && stray_trap_explain(session, title))
        return;
    if (session_decided(session) || (later_is_reached && task_order(title, session->input->test->task) > 0))
        return;
    session->verdict->kind = VERDICT_NOT_WRITTEN;
    snprintf(session->verdict->seen, sizeof session->verdict->seen, "%s", title);
}

static bool record(struct session *session, bool later_is_reached)
{
    uint64_t missing = session_kernel(session, "not_implemented");

    machine_close(session->machine);
    session->machine = NULL;
    if (!session->no_stop_unwritten)
        session_stop_at(session, missing);
    if (session_decided(session) || !write_run(session))
        return false;
    configure(session);
    check(session, boot_note_write(&session->config));
    run(session);
    if (session_decided(session))
        return false;
    if (session->outcome.kind != MACHINE_AT_STOP) {
        session->verdict->has_end = true;
        session->verdict->end = session->outcome;
        memcpy(session->verdict->log, session->kernel_log, sizeof session->verdict->log);
        return false;
    }
    if (session->outcome.address == missing)
        not_written(session, later_is_reached);
    return !session_decided(session);
}

bool session_record(struct session *session)
{
    return record(session, false);
}

bool session_record_tables(struct session *session)
{
    return record(session, true);
}

void session_not_written(struct session *session)
{
    not_written(session, false);
}

bool session_read(struct session *session, uint64_t address, void *data, size_t length)
{
    check(session, machine_read_virtual(session->machine, address, data, length));
    return !session_decided(session);
}

/* ---- Verdicts ---- */

static void describe_place(struct session *session, uint64_t address, char *text, size_t size)
{
    char line[96] = "", function[96] = "";
    if (!address)
        return;
    bool has_line = image_line(session->kernel, address, line, sizeof line);
    bool has_function = image_function(session->kernel, address, function, sizeof function);
    snprintf(text, size, "%.64s%s%.64s", line, has_line && has_function ? " in " : "", function);
}

void session_fail(struct session *session, uint64_t address, const char *family, const char *expected, const char *seen, ...)
{
    char text[sizeof session->verdict->seen];
    va_list arguments;

    if (session_decided(session))
        return;
    va_start(arguments, seen);
    vsnprintf(text, sizeof text, seen, arguments);
    va_end(arguments);
    verdict_fail(session->verdict, family, expected, "%s", text);
    describe_place(session, address, session->verdict->place, sizeof session->verdict->place);
}

const char *session_end_text(const struct session *session, char *text, size_t size)
{
    static const char *const words[] = {
        [MACHINE_AT_STOP] = "it stopped elsewhere",
        [MACHINE_SHUTDOWN] = "the processor shut down: a triple fault, or a reset",
        [MACHINE_PANICKED] = "the machine was told to stop",
        [MACHINE_DEAD] = "the kernel halted with interrupts off",
        [MACHINE_IDLE] = "the processor waits for an interrupt that never comes",
        [MACHINE_OVER_LIMIT] = "it went on and on",
        [MACHINE_FLOOD] = "it printed without end",
        [MACHINE_STORM] = "it was interrupted again and again, without end",
    };
    const char *word = session->outcome.kind < sizeof words / sizeof words[0] ? words[session->outcome.kind] : NULL;
    if (session->outcome.kind == MACHINE_OVER_LIMIT)
        snprintf(text, size, "%s: more than %" PRIu64 " instructions", word, session->input->test->limit);
    else
        snprintf(text, size, "%s", word ? word : machine_outcome_name(session->outcome.kind));
    return text;
}

void session_last_words(const struct session *session, char *text, size_t size)
{
    char *serial = NULL;
    size_t length = 0;

    text[0] = '\0';
    if (!session->machine || machine_serial(session->machine, &serial, &length).code != STATUS_OK)
        return;
    for (char *line = strtok(serial, "\r\n"); line; line = strtok(NULL, "\r\n"))
        if (strstr(line, "panic"))
            clean_copy(text, size, line);
    free(serial);
}
