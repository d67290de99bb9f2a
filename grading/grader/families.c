/* Reading families: see families.h. */
#include "families.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct status take(struct family *family, const json_t *entry, const char *path, size_t index)
{
    const struct {
        const char *key;
        const char **to;
    } fields[] = {
        { "id", &family->id }, { "title", &family->title }, { "means", &family->means }, { "section", &family->section }
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        *fields[i].to = json_string_value(json_object_get(entry, fields[i].key));
        if (!*fields[i].to)
            return status_error(STATUS_MISUSE, "%s: family %zu: needs the string \"%s\"", path, index + 1,
                                fields[i].key);
    }
    return status_ok();
}

struct status families_load(struct families *families, const char *directory, const char *stage)
{
    char path[512];
    json_error_t error;
    *families = (struct families){ 0 };
    snprintf(path, sizeof path, "%s/%s.json", directory, stage);
    families->json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!families->json)
        return status_error(STATUS_MISUSE, "%s:%d: %s", path, error.line, error.text);

    const json_t *list = json_object_get(families->json, "families");
    families->count = json_array_size(list);
    families->family = calloc(families->count + 1, sizeof *families->family);
    struct status status = families->family ? status_ok() : status_errno("memory");
    for (size_t i = 0; i < families->count && status.code == STATUS_OK; i++)
        status = take(&families->family[i], json_array_get(list, i), path, i);
    if (status.code == STATUS_OK && !families->count)
        status = status_error(STATUS_MISUSE, "%s: needs the array \"families\"", path);
    if (status.code != STATUS_OK)
        families_free(families);
    return status;
}

void families_free(struct families *families)
{
    free(families->family);
    json_decref(families->json);
    *families = (struct families){ 0 };
}

const struct family *families_find(const struct families *families, const char *id)
{
    for (size_t i = 0; i < families->count; i++)
        if (strcmp(families->family[i].id, id) == 0)
            return &families->family[i];
    return NULL;
}

const char *families_section(const struct family *family, const char *task, char *text, size_t size)
{
    int length = snprintf(text, size, "task-%s", task);
    for (int i = 0; i < length && (size_t)i < size; i++)
        text[i] = text[i] == '.' ? '-' : (char)tolower((unsigned char)text[i]);
    bool is_task = family && strncmp(family->section, "task-", strlen("task-")) == 0;
    if (family && !(is_task && strcmp(family->section, text) > 0))
        snprintf(text, size, "%s", family->section);
    return text;
}
