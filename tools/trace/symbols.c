#include "symbols.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_address(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

/*
 * Assembly's labels have neither size nor type: a label in code is a function that goes on to the next symbol, at most
 * to the end of its section. code_end: 0 where the symbol is none in code.
 */
static void take(struct symbols *symbols, const GElf_Sym *s, const char *name, uint64_t code_end)
{
    unsigned type = GELF_ST_TYPE(s->st_info);
    bool function = type == STT_FUNC || (type == STT_NOTYPE && code_end);
    uint64_t size = s->st_size || !function || code_end < s->st_value ? s->st_size : code_end - s->st_value;

    if (!name || !*name || s->st_shndx == SHN_UNDEF || (!function && type != STT_OBJECT))
        return;
    symbols->symbol[symbols->count++] = (struct symbol){ s->st_value, size, function, strdup(name) };
}

static uint64_t code_end(Elf *elf, const GElf_Sym *s)
{
    GElf_Shdr header;
    Elf_Scn *section = s->st_shndx < SHN_LORESERVE ? elf_getscn(elf, s->st_shndx) : NULL;
    return section && gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR
               ? header.sh_addr + header.sh_size
               : 0;
}

static const char *read_table(struct symbols *symbols, Elf *elf)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        Elf_Data *data;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !header.sh_entsize ||
            !(data = elf_getdata(section, NULL)))
            continue;
        size_t count = data->d_size / header.sh_entsize;
        symbols->symbol = calloc(count + 1, sizeof *symbols->symbol);
        for (size_t i = 0; symbols->symbol && i < count; i++) {
            GElf_Sym s;
            if (gelf_getsym(data, i, &s))
                take(symbols, &s, elf_strptr(elf, header.sh_link, s.st_name), code_end(elf, &s));
        }
        qsort(symbols->symbol, symbols->count, sizeof *symbols->symbol, by_address);
        return NULL;
    }
    return "it has no symbols: give the file that the linker made, not a stripped one";
}

const char *symbols_read(struct symbols *symbols, const char *path)
{
    const char *error = "it is no ELF file: give kernel.elf, or the program as it was linked";
    int file = open(path, O_RDONLY | O_CLOEXEC);

    *symbols = (struct symbols){ 0 };
    if (file < 0)
        return "it cannot be opened";
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(file, ELF_C_READ, NULL);
    if (elf && elf_kind(elf) == ELF_K_ELF)
        error = read_table(symbols, elf);
    elf_end(elf);
    close(file);
    return error;
}

bool symbols_name(const struct symbols *symbols, uint64_t address, bool function, char *text, size_t size)
{
    const struct symbol *best = NULL;
    size_t low = 0, high = symbols->count;

    *text = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (symbols->symbol[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; !best && i-- > 0 && low - i < 64;) {
        const struct symbol *s = &symbols->symbol[i];
        if (s->function == function && address - s->address < s->size)
            best = s;
    }
    if (!best)
        return false;
    if (address == best->address)
        snprintf(text, size, "%s", best->name);
    else
        snprintf(text, size, "%s+%#llx", best->name, (unsigned long long)(address - best->address));
    return true;
}

void symbols_free(struct symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++)
        free(symbols->symbol[i].name);
    free(symbols->symbol);
    *symbols = (struct symbols){ 0 };
}
