/* The names a stage owes, and those it may use: see objects.h. */
#include "object_file.h"
#include "objects.h"

#include "machine/workdir.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 4096

struct names {
    const char *name[NAMES_MAX]; /* into the buffers, or into objects that are still open */
    size_t count;
    char *buffer[16];
    size_t buffers;
};

struct search {
    const struct names *defined; /* by the part */
    const struct names *contracts;
    const struct script *script;
    FILE *complaints;
};

static bool knows(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

static void add(struct names *names, const char *name)
{
    if (names->count < NAMES_MAX)
        names->name[names->count++] = name;
}

/* A contract's list: one name a line. */
static struct status add_list(struct names *names, const char *path)
{
    size_t length;
    if (names->buffers == sizeof names->buffer / sizeof names->buffer[0])
        return status_error(STATUS_SYSTEM, "too many contracts");
    struct status status = read_capped(path, 1u << 20, &names->buffer[names->buffers], &length);
    if (status.code != STATUS_OK)
        return status;
    char *rest = names->buffer[names->buffers++];
    for (char *line; (line = strtok_r(rest, "\n", &rest));)
        add(names, line);
    return status;
}

/* What the stand-in, the examiner and the rig have for the host alone is nobody else's; what a stage calls is in body.symbols too. */
static bool is_hosts(const char *file)
{
    return strcmp(file, "standin.symbols") == 0 || strcmp(file, "examiner.symbols") == 0 || strcmp(file, "rig.symbols") == 0;
}

static struct status add_lists(struct names *names, const char *directory)
{
    DIR *stream = opendir(directory);
    if (!stream)
        return status_errno(directory);
    struct status status = status_ok();
    for (struct dirent *entry; status.code == STATUS_OK && (entry = readdir(stream));) {
        char path[512];
        const char *dot = strrchr(entry->d_name, '.');
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (dot && strcmp(dot, ".symbols") == 0 && !is_hosts(entry->d_name))
            status = add_list(names, path);
    }
    closedir(stream);
    return status;
}

static void forget(struct names *names)
{
    for (size_t i = 0; i < names->buffers; i++)
        free(names->buffer[i]);
    free(names);
}

static void note_defined(const struct object_file *object, const GElf_Sym *symbol, const char *name, void *context)
{
    (void)object;
    if (symbol->st_shndx != SHN_UNDEF)
        add(context, name);
}

static void note_global(const struct object_file *object, const GElf_Sym *symbol, const char *name, void *context)
{
    if (GELF_ST_BIND(symbol->st_info) != STB_LOCAL)
        note_defined(object, symbol, name, context);
}

static void check_used(const struct object_file *object, const GElf_Sym *symbol, const char *name, void *context)
{
    struct search *search = context;
    if (symbol->st_shndx == SHN_UNDEF && name[0] && !knows(search->defined, name) && !knows(search->contracts, name) &&
        !script_defines(search->script, name))
        fprintf(search->complaints, "%s: uses %.80s, which no file of the stage defines and no contract offers\n",
                object->name, name);
}

static void check_uses(const struct object_file *object, void *context)
{
    object_each_symbol(object, check_used, context);
}

/* check_threads and its like exist in a kernel that looks at itself only (kernel.mk, CHECK); this one does not. */
static bool is_self_check(const char *name)
{
    return strncmp(name, "check_", 6) == 0;
}

static void check_owed(const struct names *owed, const struct names *global, const struct names *all, const char *stage,
                       FILE *complaints)
{
    for (size_t i = 0; i < owed->count; i++)
        if (!knows(global, owed->name[i]) && !is_self_check(owed->name[i]))
            fprintf(complaints, "%s is %s: the contract wants it (kernel/contract/%s.h)\n", owed->name[i],
                    knows(all, owed->name[i]) ? "not global" : "missing", stage);
}

/* all: every name the part defines; the others are empty. */
static struct status check(struct names *lists[4], const struct object_file *part, const char *directory,
                           const char *contracts, const char *stage, const struct script *script, FILE *complaints)
{
    struct names *all = lists[0], *global = lists[1], *owed = lists[2], *known = lists[3];
    char path[512];
    object_each_symbol(part, note_defined, all);
    object_each_symbol(part, note_global, global);
    snprintf(path, sizeof path, "%s/%s.symbols", contracts, stage);
    struct status status = add_list(owed, path);
    if (status.code == STATUS_OK)
        status = add_lists(known, contracts);
    if (status.code != STATUS_OK)
        return status;
    check_owed(owed, global, all, stage, complaints);
    struct search search = { all, known, script, complaints };
    return object_each(directory, check_uses, &search);
}

struct status objects_check_names(const char *directory, const char *part, const char *contracts, const char *stage,
                                  const struct script *script, FILE *complaints)
{
    struct object_file object;
    struct names *lists[4] = { NULL };
    struct status status = object_open(&object, part, "the stage");
    if (status.code != STATUS_OK)
        return status;
    for (size_t i = 0; i < 4 && status.code == STATUS_OK; i++)
        if (!(lists[i] = calloc(1, sizeof **lists)))
            status = status_errno("memory");
    if (status.code == STATUS_OK)
        status = check(lists, &object, directory, contracts, stage, script, complaints);
    for (size_t i = 0; i < 4; i++)
        if (lists[i])
            forget(lists[i]);
    object_close(&object);
    return status;
}
