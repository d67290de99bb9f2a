/* Walking over object files: see object_file.h. */
#include "object_file.h"

#include "machine/workdir.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECT_MAX (64u << 20)

struct status object_open(struct object_file *object, const char *path, const char *name)
{
    size_t length = 0;
    *object = (struct object_file){ 0 };
    snprintf(object->name, sizeof object->name, "%s", name);
    elf_version(EV_CURRENT);
    struct status status = read_capped(path, OBJECT_MAX, &object->bytes, &length);
    if (status.code != STATUS_OK)
        return status;
    object->elf = elf_memory(object->bytes, length);
    if (object->elf && elf_kind(object->elf) == ELF_K_ELF && gelf_getclass(object->elf) == ELFCLASS64)
        return status_ok();
    object_close(object);
    return status_error(STATUS_MISUSE, "%s did not become an object file", name);
}

void object_close(struct object_file *object)
{
    elf_end(object->elf);
    free(object->bytes);
    *object = (struct object_file){ 0 };
}

static int is_object(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 2 && strcmp(entry->d_name + length - 2, ".o") == 0;
}

static struct status visit_one(const char *directory, char *file, object_fn *visit, void *context)
{
    char path[512];
    struct object_file object;
    snprintf(path, sizeof path, "%s/%s", directory, file);
    file[strlen(file) - 2] = '\0';
    struct status status = object_open(&object, path, file);
    if (status.code != STATUS_OK)
        return status;
    visit(&object, context);
    object_close(&object);
    return status;
}

struct status object_each(const char *directory, object_fn *visit, void *context)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_object, alphasort);
    if (count < 0)
        return status_errno(directory);
    struct status status = status_ok();
    for (int i = 0; i < count; i++) {
        if (status.code == STATUS_OK)
            status = visit_one(directory, entries[i]->d_name, visit, context);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static void each_in(const struct object_file *object, Elf_Scn *section, const GElf_Shdr *header,
                    object_symbol_fn *visit, void *context)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
    for (size_t i = 1; i < count; i++) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, (int)i, &symbol))
            return;
        const char *name = elf_strptr(object->elf, header->sh_link, symbol.st_name);
        visit(object, &symbol, name ? name : "?\n", context);
    }
}

void object_each_symbol(const struct object_file *object, object_symbol_fn *visit, void *context)
{
    GElf_Shdr header;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section));)
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            each_in(object, section, &header, visit, context);
}
