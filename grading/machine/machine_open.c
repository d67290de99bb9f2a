/* Starting and ending the emulator. See machine.h. */
#include "machine_private.h"

#include "clock.h"
#include "metronome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 20000
#define QUIT_MS    10000
#define LOG_BYTES  (512ull << 20) /* a recording of a minute is far below */

/* The words of the command line, quoted where a shell would need it. */
static char *join(const struct arguments *args)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    for (size_t i = 0; i < args->count; i++) {
        bool quote = !args->list[i][0] || strpbrk(args->list[i], " \t*'\"\\$&;()<>|");
        fprintf(out, quote ? "%s'%s'" : "%s%s", i ? " " : "", args->list[i]);
    }
    return fclose(out) == 0 ? text : (free(text), NULL);
}

static struct status spawn(struct machine *machine, const struct machine_config *config, const struct arguments *args)
{
    char in[128], run[128];
    snprintf(in, sizeof in, "%s/in", machine->dir.path);
    snprintf(run, sizeof run, "%s/run", machine->dir.path);
    struct sandbox_bind binds[] = { { in, "/machine/in", false }, { run, "/machine/run", true } };
    struct sandbox box = {
        .binds = binds,
        .bind_count = 2,
        .directory = config->no_sandbox ? in : "/machine/in",
        .limits = sandbox_default_limits(),
        .uid = config->uid,
        .off = config->no_sandbox,
    };
    box.limits.file_size = LOG_BYTES;
    box.limits.cpu_seconds = 3600; /* machine_run watches the clock */
    box.limits.wall_ms = 0;
    return sandbox_spawn(&box, (const char *const *)args->list, &machine->process);
}

/* Why nobody listens, if it is that the emulator has already ended. */
static struct status connect_failure(struct machine *machine, struct status status)
{
    if (sandbox_poll(&machine->process, 0))
        return status;
    struct status verdict = sandbox_verdict(&machine->process);
    if (verdict.code != STATUS_OK)
        return verdict;
    return status_error(STATUS_CLOSED, "QEMU ended at once: %s", machine->process.result.output);
}

/* Tries in short turns, so that an emulator that died is noticed without waiting in vain. */
static struct status connect_both(struct machine *machine)
{
    char path[128];
    uint64_t deadline = clock_ms() + CONNECT_MS;
    struct status status = workdir_path(&machine->dir, "run", "qmp", path, sizeof path);
    if (status.code != STATUS_OK)
        return status;
    do
        status = qmp_open(&machine->qmp, path, 100);
    while (status.code == STATUS_TIMEOUT && clock_ms() < deadline && sandbox_poll(&machine->process, 0));
    if (status.code == STATUS_OK)
        status = workdir_path(&machine->dir, "run", "gdb", path, sizeof path);
    if (status.code == STATUS_OK)
        status = rsp_open(&machine->rsp, path, 2000);
    return status.code == STATUS_OK ? status : connect_failure(machine, status);
}

static struct status start(struct machine *machine, const struct machine_config *config)
{
    struct arguments args = { 0 };
    struct status status = workdir_make(&machine->dir, config->uid ? config->uid : SANDBOX_NOBODY);
    if (status.code == STATUS_OK)
        status = machine_command_line(machine, config, &args);
    if (status.code == STATUS_OK && !(machine->command = join(&args)))
        status = status_error(STATUS_SYSTEM, "out of memory");
    if (status.code == STATUS_OK)
        status = spawn(machine, config, &args);
    arguments_free(&args);
    if (status.code == STATUS_OK)
        status = connect_both(machine);
    if (status.code == STATUS_OK)
        status = metronome_start(machine->rsp, config->shift, machine->beat);
    return status;
}

static void release(struct machine *machine)
{
    qmp_close(machine->qmp);
    rsp_close(machine->rsp);
    sandbox_end(&machine->process);
    sandbox_result_free(&machine->process.result);
    workdir_remove(&machine->dir);
    free(machine->command);
    free(machine->log);
    free(machine->breakpoints);
    free(machine);
}

struct status machine_open(struct machine **out, const struct machine_config *config, enum machine_mode mode)
{
    *out = NULL;
    struct machine *machine = calloc(1, sizeof *machine);
    if (!machine)
        return status_errno("memory");
    machine->mode = mode;
    machine->process.ended = true;
    machine->process.pid_fd = machine->process.output_fd = machine->process.report_fd = -1;
    machine->max_serial = config->max_serial ? config->max_serial : MACHINE_DEFAULT_SERIAL;
    machine->max_events = mode == MACHINE_RECORD ? config->max_events : 0;
    machine->beat = config->beat ? config->beat : METRONOME_BEAT;
    machine->no_sandbox = config->no_sandbox;
    machine->stopped = true;
    struct status status = status_ok();
    if (mode == MACHINE_RECORD && config->log && !(machine->log = strdup(config->log)))
        status = status_errno("memory");
    if (status.code == STATUS_OK)
        status = start(machine, config);
    if (status.code != STATUS_OK) {
        release(machine);
        return status;
    }
    *out = machine;
    return status;
}

/* QEMU writes the end of its log only when it leaves in good order. */
static struct status keep_log(struct machine *machine)
{
    char path[192];
    struct status status = qmp_execute(machine->qmp, "quit", NULL, NULL);
    uint64_t deadline = clock_ms() + QUIT_MS;
    while (sandbox_poll(&machine->process, 100) && clock_ms() < deadline)
        ;
    if (!machine->process.ended || machine->process.result.exit_code != 0)
        return status_error(STATUS_CLOSED, "the emulator did not complete its log");
    if (status.code == STATUS_OK)
        status = workdir_path(&machine->dir, "run", "log", path, sizeof path);
    return status.code == STATUS_OK ? copy_file(path, machine->log, 1) : status;
}

struct status machine_close(struct machine *machine)
{
    if (!machine)
        return status_ok();
    struct status status = machine->log ? keep_log(machine) : status_ok();
    release(machine);
    return status;
}

const char *machine_command(const struct machine *machine)
{
    return machine->command;
}
