/* See boot_note.h. */
#include "boot_note.h"

#include <stdio.h>

static void path_of(const char *log, char *path, size_t size)
{
    snprintf(path, size, "%s.boot", log);
}

struct status boot_note_write(const struct machine_config *config)
{
    char path[320];
    json_t *modules = json_array();
    for (size_t i = 0; i < config->module_count; i++)
        json_array_append_new(modules,
                              json_pack("{s:s, s:s}", "path", config->modules[i].path, "cmdline", config->modules[i].cmdline));
    json_t *note = json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:I, s:b, s:I, s:b}", "kernel", config->kernel, "cmdline",
                             config->cmdline ? config->cmdline : "", "cpu", config->cpu ? config->cpu : "", "modules", modules,
                             "memory_mib", (int)config->memory_mib, "shift", (int)config->shift, "beat", (json_int_t)config->beat,
                             "full_bios", config->full_bios, "uid", (json_int_t)config->uid, "no_sandbox", config->no_sandbox);
    path_of(config->log, path, sizeof path);
    bool good = note && json_dump_file(note, path, JSON_INDENT(2)) == 0;
    json_decref(note);
    return good ? status_ok() : status_error(STATUS_SYSTEM, "%s cannot be written", path);
}

static struct status read_modules(struct boot_note *note, const json_t *modules)
{
    size_t count = json_array_size(modules);
    if (count > BOOT_NOTE_MODULES)
        return status_error(STATUS_MISUSE, "a boot note with %zu modules", count);
    for (size_t i = 0; i < count; i++) {
        const json_t *module = json_array_get(modules, i);
        note->modules[i].path = json_string_value(json_object_get(module, "path"));
        note->modules[i].cmdline = json_string_value(json_object_get(module, "cmdline"));
        if (!note->modules[i].path || !note->modules[i].cmdline)
            return status_error(STATUS_MISUSE, "a boot note without a module's path");
    }
    note->config.modules = note->modules;
    note->config.module_count = count;
    return status_ok();
}

struct status boot_note_read(struct boot_note *note, const char *log)
{
    char path[320];
    *note = (struct boot_note){ 0 };
    path_of(log, path, sizeof path);
    snprintf(note->log, sizeof note->log, "%s", log);
    note->json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!note->json)
        return status_error(STATUS_MISUSE, "the probe has left no note of how it booted");
    const char *cmdline = json_string_value(json_object_get(note->json, "cmdline"));
    const char *cpu = json_string_value(json_object_get(note->json, "cpu"));
    note->config = (struct machine_config){
        .kernel = json_string_value(json_object_get(note->json, "kernel")),
        .cmdline = cmdline && cmdline[0] ? cmdline : NULL,
        .cpu = cpu && cpu[0] ? cpu : NULL,
        .memory_mib = (unsigned)json_integer_value(json_object_get(note->json, "memory_mib")),
        .shift = (unsigned)json_integer_value(json_object_get(note->json, "shift")),
        .beat = (uint32_t)json_integer_value(json_object_get(note->json, "beat")),
        .full_bios = json_is_true(json_object_get(note->json, "full_bios")),
        .uid = (uid_t)json_integer_value(json_object_get(note->json, "uid")),
        .no_sandbox = json_is_true(json_object_get(note->json, "no_sandbox")),
        .log = note->log,
    };
    struct status status = read_modules(note, json_object_get(note->json, "modules"));
    if (status.code != STATUS_OK)
        boot_note_free(note);
    return status;
}

void boot_note_free(struct boot_note *note)
{
    json_decref(note->json);
    note->json = NULL;
}
