/* Finding the built kit: see kit.h. */
#include "kit.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct status own_directory(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0)
        return status_errno("/proc/self/exe");
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    return status_ok();
}

static struct status absolute(const char *name, char *path, size_t size)
{
    char *real = realpath(name, NULL);
    if (!real)
        return status_errno(name);
    snprintf(path, size, "%s", real);
    free(real);
    return status_ok();
}

static struct status take_strings(struct kit *kit, const char *path)
{
    const json_t *tools = json_object_get(kit->json, "tools");
    kit->hash = json_string_value(json_object_get(kit->json, "hash"));
    kit->compiler = json_string_value(json_object_get(tools, "compiler"));
    kit->linker = json_string_value(json_object_get(tools, "linker"));
    kit->assembler = json_string_value(json_object_get(tools, "assembler"));
    if (!kit->hash || !kit->compiler || !kit->linker || !kit->assembler)
        return status_error(STATUS_MISUSE, "%s is of another version of the kit: build it again", path);
    return status_ok();
}

struct status kit_open(struct kit *kit, const char *source, const char *build)
{
    char path[600];
    *kit = (struct kit){ 0 };
    struct status status =
        build ? absolute(build, kit->build, sizeof kit->build) : own_directory(kit->build, sizeof kit->build);
    if (status.code != STATUS_OK)
        return status;
    snprintf(path, sizeof path, "%s/kit.json", kit->build);
    kit->json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!kit->json)
        return status_error(STATUS_MISUSE, "the kit is not built in %s: run 'make grade EX=1' once, or say --build",
                            kit->build);
    status = take_strings(kit, path);
    const char *from = source ? source : json_string_value(json_object_get(kit->json, "source"));
    if (status.code == STATUS_OK)
        status = absolute(from ? from : "", kit->source, sizeof kit->source); /* patches are applied from other folders */
    if (status.code == STATUS_OK)
        snprintf(kit->cache, sizeof kit->cache, "%s/cache/%s", kit->build, kit->hash);
    if (status.code == STATUS_OK && access(kit->cache, R_OK) < 0)
        status = status_errno(kit->cache);
    if (status.code != STATUS_OK)
        kit_close(kit);
    return status;
}

void kit_close(struct kit *kit)
{
    json_decref(kit->json);
    *kit = (struct kit){ 0 };
}

static int is_stage(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return name[0] >= '0' && name[0] <= '9' && name[strspn(name, "0123456789")] == '-';
}

static bool names(const char *exercise, const char *stage)
{
    size_t digits = strspn(exercise, "0123456789");
    return strcmp(exercise, stage) == 0 ||
           (digits && !exercise[digits] && strncmp(exercise, stage, digits) == 0 && stage[digits] == '-');
}

struct status kit_stage(const char *tests, const char *exercise, char *stage, size_t size)
{
    struct dirent **entries = NULL;
    char known[160] = "";
    int count = scandir(tests, &entries, is_stage, alphasort);
    stage[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (names(exercise, entries[i]->d_name))
            snprintf(stage, size, "%s", entries[i]->d_name);
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%.40s", used ? ", " : "", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (count < 0)
        return status_errno(tests);
    if (!stage[0])
        return status_error(STATUS_REFUSED, "there is no exercise \"%.40s\" to grade. There are: %s", exercise,
                            known[0] ? known : "none");
    return status_ok();
}
