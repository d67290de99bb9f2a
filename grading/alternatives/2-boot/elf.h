/*
 * The two structures of an ELF64 file that a loader needs (System V gABI, chapters 4 and 5). Section headers are for linkers
 * and debuggers; a stripped file has none.
 */
#pragma once

#include <stdint.h>

struct elf_header {
    uint8_t magic[4]; /* 0x7f 'E' 'L' 'F' */
    uint8_t class, data, ident_version, abi[9];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_program_header {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

enum {
    ELF_CLASS_64 = 2,
    ELF_DATA_LITTLE_ENDIAN = 1,
    ELF_VERSION = 1,
    ELF_TYPE_EXECUTABLE = 2,
    ELF_MACHINE_X86_64 = 62,

    ELF_LOAD = 1,
    ELF_DYNAMIC = 2,
    ELF_INTERPRETER = 3,

    ELF_EXECUTE = 1,
    ELF_WRITE = 2,
};

_Static_assert(sizeof(struct elf_header) == 64, "gABI figure 4-3");
_Static_assert(sizeof(struct elf_program_header) == 56, "gABI figure 5-1");
