/*
 * Stage 2, boot: from the boot loader's jump to the first line of C in a 64-bit kernel, and the root task from its module.
 *
 * The stage is the Multiboot header, the linker script (kernel.ld), the way from 32-bit code to long mode, and four pieces
 * of C: the memory map, the kernel's page tables, the check of an ELF file, and the loading of one.
 *
 * Files: kernel.ld and any *.c, *.asm and *.h.
 *
 * How it starts: Multiboot 1 (specification 0.6.96 §3.2): 32-bit protected mode, paging off, EAX = 0x2badb002, EBX = physical address
 * of the boot information; no stack. Modules and the boot information may lie anywhere in memory below 4 GiB that the kernel's
 * program headers do not cover: before it, behind it, or far away.
 * Whatever else is in memory is other people's: nobody has zeroed the BSS. Registers but EAX and EBX and flags but IF and VM mean nothing.
 * On a processor without long mode or without no-execute pages the stage halts, with interrupts off.
 *
 * How it ends: kernel_main(boot) is called on the boot stack, in long mode, interrupts off, with the address space of
 * x86/paging.h: the kernel's image with each page either writable or executable and read-only data neither, the direct map,
 * and nothing below USER_END.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "cairn/info.h"
#include "region.h"
#include "x86/paging.h"

/*
 * Copied from what the boot loader left: nothing in here points into memory that may be handed out. Regions: all usable memory, with
 * what the kernel and the modules take; whole pages, in order. Modules: base need not be aligned. Command lines that do not fit are cut.
 */
//! slide: boot-info begin
struct boot_info {
    uint32_t region_count;
    uint32_t module_count;
    struct info_region region[INFO_REGIONS];
    struct info_module module[INFO_MODULES];
    char cmdline[INFO_CMDLINE];
};
//! slide: boot-info end

/* ---- What the stage defines ----------------------------------------------------------------------------------------- */

/* Bounds of the image as linked (addresses of these symbols, not their contents; page-aligned). */
extern char kernel_start[], kernel_end[];       /* everything, BSS included */
extern char kernel_text_end[], kernel_rodata_end[]; /* text from kernel_start, then read-only data, then data and BSS */
extern char boot_stack_top[];                        /* of the stack, of four pages, on which kernel_main is called */

/*
 * Takes a free page of physical memory for the kernel's own use, filled with zeros. Never one that the kernel's image, a
 * module or a former call occupies, nor one below 1 MiB. Returns its physical address, or 0 when none is left.
 * Only while booting.
 */
uint64_t phys_alloc(void);

/* The usable memory that phys_alloc has not given yet. */
const struct region_list *phys_vacant(void);

/* How much of physical memory the direct map shows, from 0: at least all that is usable or in use, in whole large pages. */
uint64_t direct_size(void);

/* The root page table of the kernel's own address space; nothing is mapped in its user half. */
extern uint64_t kernel_space;

/*
 * Makes an address space: a root page table whose kernel half is everybody's and whose user half is empty. Returns its
 * physical address, or 0 when memory is out. Not before paging is set up.
 */
uint64_t paging_new_space(void);

enum paging_rights {
    PAGING_WRITE = 1,
    PAGING_EXECUTE = 2,
    PAGING_USER = 4,
    PAGING_DEVICE = 8, /* uncached */
};

/*
 * Maps the page at virt to the frame at phys (both page-aligned; virt canonical, not mapped yet) in the address space space.
 * rights: PAGING_… ; reading is always allowed; PAGING_WRITE and PAGING_EXECUTE together are refused.
 * Returns false, with nothing mapped, when refused, already mapped or out of memory.
 */
bool paging_map(uint64_t space, uint64_t virt, uint64_t phys, unsigned rights);

#define ELF_SEGMENTS 8

/* One loadable segment: memsz bytes at vaddr, of which the first filesz come from the file at offset, the rest are zero. */
struct elf_segment {
    uint64_t vaddr, offset, filesz, memsz;
    unsigned rights; /* PAGING_WRITE, PAGING_EXECUTE */
};

/* header: on refusal the index of the program header at fault, or -1 for the file header. */
//! slide: elf-plan begin
struct elf_plan {
    uint64_t entry;
    unsigned count;
    struct elf_segment segment[ELF_SEGMENTS];
    int header;
};
//! slide: elf-plan end

/*
 * Checks that image, size bytes that nobody vouches for, is a static x86-64 ELF executable that can be loaded below
 * user_end, and fills plan. Reads nothing outside the image, needs no alignment, allocates nothing.
 *
 * Returns NULL, or a message that begins with the name of the field at fault, e.g. "e_machine: not x86-64 (62)". Where two
 * fields contradict each other, the name of either.
 *
 * Accepted: ELF64, little-endian, ET_EXEC, section headers or not, program headers anywhere in the file and of any stated size from
 * 56 bytes up, segments in any order, segments of size 0 (skipped), headers of other types (skipped, except PT_INTERP and PT_DYNAMIC).
 * Refused: whatever lies outside the file or wraps, p_filesz > p_memsz, addresses not from 0x1000 to user_end, offset and
 * address that differ within the page, writable and executable together, two segments in one page, more than ELF_SEGMENTS,
 * an entry that is not in an executable segment.
 */
const char *elf_check(const void *image, uint64_t size, uint64_t user_end, struct elf_plan *plan);

/*
 * Loads image as plan says into fresh pages of space, an address space from paging_new_space. Returns false when memory is out; the
 * space is then only good for nothing. The image itself is not changed.
 */
bool elf_load(uint64_t space, const void *image, const struct elf_plan *plan);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/* Given: everything behind booting. Boot stack, interrupts off. boot stays valid for ever. */
noreturn void kernel_main(const struct boot_info *boot);
