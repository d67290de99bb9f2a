#include "run.h"

#include "machine/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 512, WALL_MS = 300000, SERIAL_MAX = 1 << 20 };

/* The modules of a step: programs from the build's folder, then its ROMs, written into a folder of this run. */
struct modules {
    struct machine_module *module;
    char (*path)[PATH_ROOM];
    size_t count;
    char folder[64];
};

static struct status add(struct modules *m, const char *folder, const char *name, const char *ending)
{
    const int length = snprintf(m->path[m->count], PATH_ROOM, "%s/%s%s", folder, name, ending);
    if (length >= PATH_ROOM)
        return status_error(STATUS_MISUSE, "the path of %s is too long", name);
    m->module[m->count] = (struct machine_module){ .path = m->path[m->count], .cmdline = name };
    m->count++;
    return status_ok();
}

static struct status add_program(struct modules *m, const struct system_files *system, const char *name)
{
    struct status status = add(m, system->programs, name, ".elf");
    if (status.code == STATUS_OK && access(m->path[m->count - 1], R_OK) != 0)
        status = status_error(STATUS_MISUSE, "there is no program %s (%s)", name, m->path[m->count - 1]);
    return status;
}

static struct status add_rom(struct modules *m, const struct rom *rom)
{
    struct status status = add(m, m->folder, rom->name, "");
    if (status.code != STATUS_OK)
        return status;
    FILE *file = fopen(m->path[m->count - 1], "w");
    if (!file)
        return status_errno(m->path[m->count - 1]);
    fputs(rom->text, file);
    return fclose(file) == 0 ? status_ok() : status_errno("writing a ROM");
}

static struct status modules_make(struct modules *m, const struct scenario *scenario, const struct step *step,
                                  const struct system_files *system)
{
    const size_t count = scenario->programs.count + step->rom_count;
    *m = (struct modules){ .folder = "/tmp/cairn-scenario-XXXXXX" };
    m->module = calloc(count, sizeof *m->module);
    m->path = calloc(count, sizeof *m->path);
    if (!m->module || !m->path || !mkdtemp(m->folder)) {
        m->folder[0] = '\0';
        return status_errno("the folder for ROMs");
    }
    struct status status = status_ok();
    for (size_t i = 0; i < scenario->programs.count && status.code == STATUS_OK; i++)
        status = add_program(m, system, scenario->programs.text[i]);
    for (size_t i = 0; i < step->rom_count && status.code == STATUS_OK; i++)
        status = add_rom(m, &step->roms[i]);
    return status;
}

static void modules_free(struct modules *m, size_t programs)
{
    for (size_t i = programs; i < m->count; i++)
        unlink(m->path[i]);
    if (m->folder[0])
        rmdir(m->folder);
    free(m->module);
    free(m->path);
}

static enum ending ending_of(enum machine_outcome_kind kind)
{
    switch (kind) {
    case MACHINE_DEAD:
        return ENDED_HALT;
    case MACHINE_IDLE:
        return ENDED_IDLE;
    case MACHINE_OVER_LIMIT:
        return ENDED_LIMIT;
    case MACHINE_SHUTDOWN:
        return ENDED_RESET;
    case MACHINE_FLOOD:
        return ENDED_FLOOD;
    default:
        return ENDED_FAILED;
    }
}

static struct status machine_once(const struct machine_config *config, const struct machine_limits *limits,
                                  struct step_result *result)
{
    struct machine *machine = NULL;
    struct machine_outcome outcome = { 0 };
    size_t length;
    struct status status = machine_open(&machine, config, MACHINE_RECORD);
    if (status.code != STATUS_OK)
        return status;
    status = machine_run(machine, limits, &outcome);
    if (status.code == STATUS_OK)
        status = machine_serial(machine, &result->output, &length);
    machine_close(machine);
    result->ending = ending_of(outcome.kind);
    result->instructions = outcome.count;
    snprintf(result->detail, sizeof result->detail, "%s", outcome.detail);
    return status;
}

struct status step_run(const struct scenario *scenario, const struct step *step, const struct system_files *system,
                       struct step_result *result)
{
    struct modules modules;
    *result = (struct step_result){ 0 };
    struct status status = modules_make(&modules, scenario, step, system);
    if (status.code == STATUS_OK) {
        const struct machine_config config = {
            .kernel = system->kernel,
            .cmdline = system->cmdline,
            .modules = modules.module,
            .module_count = modules.count,
            .shift = step->shift >= 0 ? (unsigned)step->shift : system->shift,
            .max_serial = SERIAL_MAX,
        };
        const struct machine_limits limits = { .guest_seconds = step->seconds, .wall_ms = WALL_MS };
        status = machine_once(&config, &limits, result);
    }
    modules_free(&modules, scenario->programs.count < modules.count ? scenario->programs.count : modules.count);
    return status;
}
