/* The command line of the pinned machine. See machine.h and pinned.h.
 *
 * QEMU always runs with in/ as its working directory and names everything relative to it, because
 * the guest sees the names of its kernel and modules: with host paths in them, a run in another
 * directory would be another run. */
#include "machine_private.h"
#include "metronome.h"
#include "pinned.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool plain_name(const char *name, size_t length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return length > 0 && length < 64 && name[0] != '.' && strspn(name, allowed) >= length;
}

static struct status copy_in(struct machine *machine, const char *from, const char *name)
{
    char to[192];
    struct status status = workdir_path(&machine->dir, "in", name, to, sizeof to);
    return status.code == STATUS_OK ? copy_file(from, to, 0) : status;
}

/* One module into in/, and its words into the list, where a comma must be doubled. */
static struct status add_module(struct machine *machine, const struct machine_module *module, FILE *list)
{
    char name[64] = "";
    size_t length = strcspn(module->cmdline, " ");
    if (!plain_name(module->cmdline, length))
        return status_error(STATUS_MISUSE, "module \"%s\" does not begin with a plain name", module->cmdline);
    memcpy(name, module->cmdline, length);
    if (strcmp(name, "kernel") == 0 || strcmp(name, "log") == 0)
        return status_error(STATUS_MISUSE, "a module may not be called \"%s\"", name);
    for (const char *c = module->cmdline; *c; c++)
        fputs(*c == ',' ? ",," : (const char[]){ *c, '\0' }, list);
    return copy_in(machine, module->path, name);
}

static struct status add_modules(struct machine *machine, const struct machine_config *config, struct arguments *args)
{
    char *text = NULL;
    size_t size = 0;
    FILE *list = open_memstream(&text, &size);
    if (!list)
        return status_errno("memory");
    struct status status = status_ok();
    for (size_t i = 0; i < config->module_count && status.code == STATUS_OK; i++) {
        if (i)
            fputc(',', list);
        status = add_module(machine, &config->modules[i], list);
    }
    if (fclose(list) != 0 && status.code == STATUS_OK)
        status = status_errno("memory");
    if (status.code == STATUS_OK && config->module_count)
        arguments_append(args, "-initrd", text);
    free(text);
    return status;
}

static void add_pinned(const struct machine_config *config, struct arguments *args)
{
    arguments_append(args, config->qemu ? config->qemu : PINNED_QEMU, "-machine", PINNED_MACHINE, "-nodefaults",
                     "-no-user-config", "-display", "none", "-smp", "1", "-cpu", config->cpu ? config->cpu : PINNED_CPU,
                     "-m");
    arguments_add(args, "%u", config->memory_mib ? config->memory_mib : PINNED_MEMORY_MIB);
    arguments_append(args, "-rtc", PINNED_RTC, "-action", PINNED_ACTION, "-bios",
                     config->full_bios ? PINNED_BIOS_FULL : PINNED_BIOS_FAST, "-global", METRONOME_GLOBAL);
}

/* Serial output goes to a file because writes to a file never have to be retried: with a pipe or
 * socket the guest would see a transmitter that is sometimes busy, depending on the host. */
static void add_channels(struct arguments *args)
{
    arguments_append(args, "-chardev", "socket,id=qmp,path=../run/qmp,server=on,wait=off", "-mon",
                     "chardev=qmp,mode=control", "-chardev", "socket,id=gdb,path=../run/gdb,server=on,wait=off", "-gdb",
                     "chardev:gdb", "-S", "-chardev", "file,id=com1,path=../run/serial", "-serial", "chardev:com1",
                     "-d", "cpu_reset", "-D", "../run/resets");
}

struct status machine_command_line(struct machine *machine, const struct machine_config *config, struct arguments *args)
{
    if (!config->kernel || config->shift > 7)
        return status_error(STATUS_MISUSE, "no kernel, or an icount shift above 7");
    if (machine->mode == MACHINE_REPLAY && !config->log)
        return status_error(STATUS_MISUSE, "a replay needs a log");
    add_pinned(config, args);
    arguments_append(args, "-icount");
    arguments_add(args, "shift=%u,sleep=off,rr=%s", config->shift,
                  machine->mode == MACHINE_RECORD ? "record,rrfile=../run/log" : "replay,rrfile=log");
    add_channels(args);
    for (size_t i = 0; config->devices && config->devices[i]; i++)
        arguments_append(args, "-device", config->devices[i]);
    arguments_append(args, "-kernel", "kernel", "-append", config->cmdline ? config->cmdline : "");
    struct status status = add_modules(machine, config, args);
    if (status.code == STATUS_OK)
        status = copy_in(machine, config->kernel, "kernel");
    if (status.code == STATUS_OK && machine->mode == MACHINE_REPLAY)
        status = copy_in(machine, config->log, "log");
    if (status.code == STATUS_OK && args->failed)
        status = status_error(STATUS_SYSTEM, "out of memory");
    return status;
}
