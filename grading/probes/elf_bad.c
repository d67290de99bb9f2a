/* Files whose header is wrong, or whose numbers lead out of the file. */
#include "probes/elf_draft.h"

static void empty(struct draft *d)
{
    d->size = 0;
}

static void short_file(struct draft *d)
{
    d->size = (uint32_t)draft_draw(d, 1, sizeof d->h);
}

static void one_short(struct draft *d)
{
    d->size = sizeof d->h - 1;
}

static void header_alone(struct draft *d)
{
    d->size = sizeof d->h;
}

static void cut_in_table(struct draft *d)
{
    d->size = (uint32_t)(sizeof d->h + draft_draw(d, 1, 4 * sizeof d->p[0]));
}

static void magic_first(struct draft *d)
{
    d->h.e_ident[0] ^= (uint8_t)draft_draw(d, 1, 256);
}

static void magic_last(struct draft *d)
{
    d->h.e_ident[3] ^= (uint8_t)draft_draw(d, 1, 256);
}

static void class_32(struct draft *d)
{
    d->h.e_ident[EI_CLASS] = ELFCLASS32;
}

static void big_endian(struct draft *d)
{
    d->h.e_ident[EI_DATA] = ELFDATA2MSB;
}

static void ident_version(struct draft *d)
{
    d->h.e_ident[EI_VERSION] = 0;
}

static void version(struct draft *d)
{
    d->h.e_version = 2 + (uint32_t)draft_draw(d, 0, 1000);
}

static void version_high(struct draft *d)
{
    d->h.e_version = 0x10001;
}

static void relocatable(struct draft *d)
{
    d->h.e_type = ET_REL;
}

static void position_independent(struct draft *d)
{
    d->h.e_type = ET_DYN;
}

static void type_high(struct draft *d)
{
    d->h.e_type = 0x100 | ET_EXEC;
}

static void machine_386(struct draft *d)
{
    d->h.e_machine = EM_386;
}

static void machine_other(struct draft *d)
{
    d->h.e_machine = (uint16_t)(0x100 + draft_draw(d, 0, 0x1000)) | EM_X86_64;
}

static void small_entries(struct draft *d)
{
    d->h.e_phentsize = sizeof d->p[0] - 1;
}

static void entries_of_32(struct draft *d)
{
    d->h.e_phentsize = sizeof(Elf32_Phdr);
}

static void entries_of_nothing(struct draft *d)
{
    d->h.e_phentsize = 0;
}

static void no_headers(struct draft *d)
{
    d->h.e_phnum = 0;
}

static void many_headers(struct draft *d)
{
    d->h.e_phnum = 0xffff;
}

/* 8192 times 56 is a multiple of 2^16. */
static void headers_of_16_bits(struct draft *d)
{
    d->h.e_phnum = 8192;
}

static void table_behind(struct draft *d)
{
    d->h.e_phoff = d->size + draft_draw(d, 0, 0x1000);
}

static void table_one_behind(struct draft *d)
{
    d->h.e_phoff = d->size - d->h.e_phnum * sizeof d->p[0] + 1;
}

static void table_wraps(struct draft *d)
{
    d->h.e_phoff = -draft_draw(d, 1, d->h.e_phnum * sizeof d->p[0]);
}

static void table_wraps_to_0(struct draft *d)
{
    d->h.e_phoff = -(uint64_t)(d->h.e_phnum * sizeof d->p[0]);
}

static void large_entries(struct draft *d)
{
    d->h.e_phentsize = (uint16_t)(d->size / 3);
}

static void table_high(struct draft *d)
{
    d->h.e_phoff |= draft_draw(d, 1, 0x1000) << 32;
}

static void contents_one_behind(struct draft *d)
{
    d->fault = (int)d->data;
    d->size = (uint32_t)(d->p[d->data].p_offset + d->p[d->data].p_filesz - 1);
}

static void contents_behind(struct draft *d)
{
    d->fault = (int)d->text;
    d->p[d->text].p_offset += 0x10 * PAGE_SIZE;
}

static void contents_wrap(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->constant];
    d->fault = (int)d->constant;
    p->p_offset = p->p_vaddr % PAGE_SIZE - PAGE_SIZE;
    p->p_filesz = p->p_memsz = PAGE_SIZE + draft_draw(d, 1, 0x100) - p->p_vaddr % PAGE_SIZE;
    p->p_vaddr += 0x10000 * PAGE_SIZE; /* away from the others, because it has grown */
}

static void contents_wrap_to_0(struct draft *d)
{
    Elf64_Phdr *p = &d->p[d->constant];
    d->fault = (int)d->constant;
    p->p_offset = p->p_vaddr % PAGE_SIZE - PAGE_SIZE;
    p->p_filesz = p->p_memsz = -p->p_offset;
    p->p_vaddr += 0x10000 * PAGE_SIZE;
}

static void contents_high(struct draft *d)
{
    d->fault = (int)d->data;
    d->p[d->data].p_offset |= draft_draw(d, 1, 0x1000) << 32;
}

static void size_high(struct draft *d)
{
    d->fault = (int)d->data;
    d->p[d->data].p_filesz |= 1ull << 32;
    d->p[d->data].p_memsz |= 1ull << 32;
}

static void contents_at_end(struct draft *d)
{
    d->fault = (int)d->text;
    d->p[d->text].p_offset = -PAGE_SIZE + d->p[d->text].p_vaddr % PAGE_SIZE;
}

#define F "elf-file"

const struct elf_case elf_bad[] = {
    { "a file of 0 bytes", F, "e_ident", empty, false },
    { "a file shorter than an ELF header", F, "e_ident", short_file, false },
    { "a file of 63 bytes", F, "e_ident", one_short, false },
    { "a file that ends behind the ELF header", F, "e_phoff e_phnum e_phentsize", header_alone, false },
    { "a file that ends in the middle of the program headers", F, "e_phoff e_phnum e_phentsize", cut_in_table, false },
    { "the first byte of the magic number is wrong", F, "e_ident", magic_first, false },
    { "the last byte of the magic number is wrong", F, "e_ident", magic_last, false },
    { "a 32-bit file", F, "e_ident", class_32, false },
    { "a big-endian file", F, "e_ident", big_endian, false },
    { "e_ident[EI_VERSION] is 0", F, "e_version e_ident", ident_version, false },
    { "e_version is not 1", F, "e_version", version, false },
    { "e_version is 0x10001", F, "e_version", version_high, false },
    { "an object file (ET_REL)", F, "e_type", relocatable, false },
    { "a position-independent file (ET_DYN)", F, "e_type", position_independent, false },
    { "e_type is 0x102", F, "e_type", type_high, false },
    { "a file for the 80386", F, "e_machine", machine_386, false },
    { "a file for another machine", F, "e_machine", machine_other, false },
    { "e_phentsize is 55", F, "e_phentsize", small_entries, false },
    { "e_phentsize is 32, as in 32-bit files", F, "e_phentsize", entries_of_32, false },
    { "e_phentsize is 0", F, "e_phentsize", entries_of_nothing, false },
    { "e_phnum is 0", F, "e_phnum e_entry", no_headers, false },
    { "e_phnum is 65535", F, "e_phoff e_phnum", many_headers, false },
    { "e_phnum is 8192, and the table's size 0 when it is cut to 16 bits", F, "e_phoff e_phnum", headers_of_16_bits, false },
    { "e_phoff is behind the file's end", F, "e_phoff", table_behind, false },
    { "the program headers end one byte behind the file", F, "e_phoff e_phnum e_phentsize", table_one_behind, false },
    { "e_phoff plus the size of the program headers wraps", F, "e_phoff", table_wraps, false },
    { "e_phoff plus the size of the program headers is 2^64", F, "e_phoff", table_wraps_to_0, false },
    { "e_phentsize is so large that the last program header is outside the file", F, "e_phoff e_phentsize e_phnum", large_entries,
      false },
    { "e_phoff is above 4 GiB, and fits when it is cut to 32 bits", F, "e_phoff", table_high, false },
    { "the contents of a segment end one byte behind the file", F, "p_offset p_filesz", contents_one_behind, false },
    { "the contents of a segment begin behind the file", F, "p_offset p_filesz", contents_behind, false },
    { "p_offset + p_filesz wraps", F, "p_offset p_filesz", contents_wrap, false },
    { "p_offset + p_filesz is 2^64", F, "p_offset p_filesz", contents_wrap_to_0, false },
    { "p_offset is above 4 GiB, and fits when it is cut to 32 bits", F, "p_offset p_filesz", contents_high, false },
    { "p_filesz is above 4 GiB, and fits when it is cut to 32 bits", F, "p_offset p_filesz", size_high, false },
    { "p_offset is in the last page of 2^64", F, "p_offset p_filesz", contents_at_end, false },
};

const unsigned elf_bad_count = sizeof elf_bad / sizeof elf_bad[0];
