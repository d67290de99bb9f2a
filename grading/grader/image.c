/* Reading ELF files with libelf: see image.h. Source lines: image_line.c. */
#include "image_private.h"

#include "machine/workdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_MAX (64u << 20) /* as large as a file may become in the sandbox */

/* By address; where several symbols share one, the most telling comes last. */
static int by_address(const void *left, const void *right)
{
    const struct image_name *a = left, *b = right;
    if (a->address != b->address)
        return a->address > b->address ? 1 : -1;
    if (a->function != b->function)
        return a->function - b->function;
    return a->global != b->global ? a->global - b->global : strcmp(a->name, b->name);
}

/* File and section symbols, `.L` labels and NASM's `..@` ones tell nobody anything. */
static bool telling(const GElf_Sym *symbol, const char *name)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    return name && name[0] && name[0] != '.' && symbol->st_shndx != SHN_UNDEF &&
           (type == STT_NOTYPE || type == STT_OBJECT || type == STT_FUNC);
}

static void take_symbols(struct image *image, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
    struct image_name *names = realloc(image->names, (image->count + count + 1) * sizeof *names);
    if (!names)
        return;
    image->names = names;
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        const char *name =
            gelf_getsym(data, (int)i, &symbol) ? elf_strptr(image->elf, header->sh_link, symbol.st_name) : NULL;
        if (telling(&symbol, name))
            names[image->count++] =
                (struct image_name){ symbol.st_value, symbol.st_size, name, GELF_ST_BIND(symbol.st_info) != STB_LOCAL,
                                     GELF_ST_TYPE(symbol.st_info) == STT_FUNC };
    }
}

static void read_symbols(struct image *image)
{
    GElf_Shdr header;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(image->elf, section));)
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            take_symbols(image, section, &header);
    if (image->count)
        qsort(image->names, image->count, sizeof *image->names, by_address);
}

struct status image_open(struct image **out, const char *path)
{
    struct image *image = calloc(1, sizeof *image);
    *out = NULL;
    if (!image)
        return status_errno("memory");
    elf_version(EV_CURRENT);
    struct status status = read_capped(path, IMAGE_MAX, &image->bytes, &image->length);
    if (status.code == STATUS_OK) {
        image->path = realpath(path, NULL);
        image->elf = elf_memory(image->bytes, image->length);
        if (!image->elf || elf_kind(image->elf) != ELF_K_ELF || gelf_getclass(image->elf) != ELFCLASS64)
            status = status_error(STATUS_MISUSE, "%s: not a readable ELF64 file", path);
    }
    if (status.code != STATUS_OK) {
        image_close(image);
        return status;
    }
    read_symbols(image);
    *out = image;
    return status;
}

void image_close(struct image *image)
{
    if (!image)
        return;
    elf_end(image->elf);
    free(image->names);
    free(image->bytes);
    free(image->path);
    free(image);
}

bool image_symbol(const struct image *image, const char *name, uint64_t *address)
{
    for (size_t i = 0; i < image->count; i++)
        if (image->names[i].global && strcmp(image->names[i].name, name) == 0) {
            *address = image->names[i].address;
            return true;
        }
    return false;
}

bool image_first_symbol(const struct image *image, const char *prefix, char *name, size_t size)
{
    const char *first = NULL;
    for (size_t i = 0; i < image->count; i++)
        if (strncmp(image->names[i].name, prefix, strlen(prefix)) == 0 && (!first || strcmp(image->names[i].name, first) < 0))
            first = image->names[i].name;
    if (first)
        snprintf(name, size, "%s", first);
    return first;
}

/* The last header that covers [address, address + length) of the file's contents or, with length 0, of memory. */
static bool segment_at(const struct image *image, uint64_t address, size_t length, GElf_Phdr *segment)
{
    size_t count = 0;
    elf_getphdrnum(image->elf, &count);
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(image->elf, (int)i, segment) || segment->p_type != PT_LOAD || address < segment->p_vaddr)
            continue;
        uint64_t offset = address - segment->p_vaddr, size = length ? segment->p_filesz : segment->p_memsz;
        if (offset < size && length <= size - offset)
            return true;
    }
    return false;
}

bool image_function(const struct image *image, uint64_t address, char *text, size_t size)
{
    const struct image_name *best = NULL;
    GElf_Phdr segment;
    if (!segment_at(image, address, 0, &segment) || !(segment.p_flags & PF_X))
        return false;
    for (size_t i = 0; i < image->count && image->names[i].address <= address; i++)
        if (image->names[i].address >= segment.p_vaddr)
            best = &image->names[i];
    if (!best)
        return false;
    if (address == best->address)
        snprintf(text, size, "%s", best->name);
    else
        snprintf(text, size, "%s+0x%llx", best->name, (unsigned long long)(address - best->address));
    return true;
}

bool image_text(const struct image *image, uint64_t *start, const uint8_t **bytes, size_t *length)
{
    size_t count = 0;
    GElf_Phdr segment;
    elf_getphdrnum(image->elf, &count);
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(image->elf, (int)i, &segment) || segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))
            continue;
        if (segment.p_offset > image->length || segment.p_filesz > image->length - segment.p_offset)
            return false;
        *start = segment.p_vaddr;
        *bytes = (const uint8_t *)image->bytes + segment.p_offset;
        *length = segment.p_filesz;
        return true;
    }
    return false;
}

bool image_read(const struct image *image, uint64_t address, void *data, size_t length)
{
    GElf_Phdr segment;
    if (!length || !segment_at(image, address, length, &segment))
        return false;
    uint64_t offset = segment.p_offset + (address - segment.p_vaddr);
    if (offset < segment.p_offset || offset > image->length || length > image->length - offset)
        return false;
    memcpy(data, image->bytes + offset, length);
    return true;
}
