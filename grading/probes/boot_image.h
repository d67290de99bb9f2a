/* The student's kernel as a file: what a boot loader reads of it, and what the linker made of the script.
 *
 * The file comes from the kit's linker with a script of the student's: no number in it is believed to lie within it.
 */
#ifndef CAIRN_PROBES_BOOT_IMAGE_H
#define CAIRN_PROBES_BOOT_IMAGE_H

#include <elf.h>

#include "probes/session.h"

#define BOOT_SEGMENTS 8
#define BOOT_SECTIONS 64

struct boot_section {
    char name[40];
    uint64_t address, size, flags; /* SHF_… */
    bool zeroed;                   /* takes no room in the file: BSS */
};

struct boot_image {
    char *bytes;
    size_t length;
    uint64_t entry;
    Elf64_Phdr segment[BOOT_SEGMENTS]; /* PT_LOAD, with something in them or not */
    unsigned segment_count;
    struct boot_section section[BOOT_SECTIONS]; /* those that take memory */
    unsigned section_count;
    uint64_t start, text_end, rodata_end, end; /* the contract's symbols */
};

/* Reads the session's kernel. Trouble when it is no ELF64 file: the kit's linker has made it. */
bool boot_image_open(struct session *session, struct boot_image *image);
void boot_image_close(struct boot_image *image);

/* The byte of the file's contents at a link address, with length bytes behind it in one segment; NULL when there is none. */
char *boot_image_at(const struct boot_image *image, uint64_t address, size_t length);

/*
 * Whether an answer that the test needs is not even begun, as the skeleton's symbols say (not_implemented_2_1_…): the verdict is
 * then NOT_WRITTEN. Nothing can be booted without the answers that have such a symbol.
 */
bool boot_unwritten(struct session *session);

#endif
