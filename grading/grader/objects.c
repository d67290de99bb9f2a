/* Checking object files: see objects.h. Names against the contracts: object_names.c. */
#include "object_file.h"
#include "objects.h"

#include "clean.h"

#include <stdlib.h>
#include <string.h>

/* An exact name, or with a final '.' or '_' a beginning. */
static bool ordinary(const char *name)
{
    static const char *const names[] = { "",
                                         ".text",
                                         ".text.",
                                         ".rodata",
                                         ".rodata.",
                                         ".data",
                                         ".data.",
                                         ".bss",
                                         ".bss.",
                                         ".debug_",
                                         ".rel.",
                                         ".rela.",
                                         ".comment",
                                         ".symtab",
                                         ".strtab",
                                         ".shstrtab",
                                         ".eh_frame",
                                         ".note.GNU-stack",
                                         ".note.gnu.property" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        bool beginning = length && (names[i][length - 1] == '.' || names[i][length - 1] == '_');
        if (beginning ? strncmp(name, names[i], length) == 0 : strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* ".rela.init_array" says nothing that ".init_array" did not. */
static bool is_relocation(const GElf_Shdr *header)
{
    return header->sh_type == SHT_RELA || header->sh_type == SHT_REL;
}

struct check {
    const char *stage;
    FILE *complaints;
};

static void check_sections(const struct object_file *object, const struct check *check)
{
    FILE *complaints = check->complaints;
    size_t names = 0;
    GElf_Shdr header;
    elf_getshdrstrndx(object->elf, &names);
    for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section));) {
        if (!gelf_getshdr(section, &header) || is_relocation(&header))
            continue;
        const char *name = elf_strptr(object->elf, names, header.sh_name);
        char safe[80];
        clean_copy(safe, sizeof safe, name ? name : "?");
        bool multiboot = name && check->stage[0] == '2' && strcmp(name, ".multiboot") == 0;
        if (!name || (!ordinary(name) && !multiboot))
            fprintf(complaints,
                    "%s: the section %s is not allowed: only .text, .rodata, .data and .bss are the stage's\n",
                    object->name, safe);
        else if ((header.sh_flags & (SHF_WRITE | SHF_EXECINSTR)) == (SHF_WRITE | SHF_EXECINSTR))
            fprintf(complaints, "%s: the section %s is writable and executable\n", object->name, safe);
    }
}

static bool plain(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$@?~#";
    return strlen(name) < 200 && strspn(name, allowed) == strlen(name);
}

static void check_symbol(const struct object_file *object, const GElf_Sym *symbol, const char *name, void *context)
{
    FILE *complaints = context;
    char safe[80];
    clean_copy(safe, sizeof safe, name);
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    if (!plain(name) && type != STT_FILE)
        fprintf(complaints, "%s: the name \"%s\" is not allowed\n", object->name, safe);
    else if (type > STT_FILE && type != STT_COMMON)
        fprintf(complaints, "%s: %s is of a kind that a kernel has no use for\n", object->name, safe);
    else if (symbol->st_shndx == SHN_COMMON)
        fprintf(complaints, "%s: %s is a common symbol: define it in .bss\n", object->name, safe);
}

static void check_object(const struct object_file *object, void *context)
{
    const struct check *check = context;
    check_sections(object, check);
    object_each_symbol(object, check_symbol, check->complaints);
}

struct status objects_check(const char *directory, const char *stage, FILE *complaints)
{
    struct check check = { stage, complaints };
    return object_each(directory, check_object, &check);
}
