/*
 * Page-table entries and the layout of the address space (SDM vol. 3A §4.5: 4-level paging).
 *
 *   0x0000000000000000  user space; the first and the last page are never mapped
 *   0x0000800000000000  (non-canonical addresses)
 *   0xffff800000000000  DIRECT_BASE: all physical memory, once, readable and writable, never executable
 *   0xffffffff80000000  KERNEL_BASE: physical 0 of the kernel's own image
 *   0xffffffffc0000000  STACK_AREA: kernel stacks with guard pages, then the trace ring, then DEVICE_AREA: device registers
 */
#pragma once

#include <stdint.h>

#define PAGE_SIZE   0x1000
#define PAGE_LARGE  0x200000 /* what one entry of a page directory maps */

#define USER_END    0x00007ffffffff000 /* the last user page stays unmapped: see kernel/contract/1-entry.h, exit_sysret */
#define DIRECT_BASE 0xffff800000000000
#define KERNEL_BASE 0xffffffff80000000
#define STACK_AREA  0xffffffffc0000000
#define DEVICE_AREA 0xfffffffff0000000

/* Bits of an entry. An intermediate entry allows what its leaves may need; the leaf decides. */
#define PTE_PRESENT  0x001
#define PTE_WRITE    0x002
#define PTE_USER     0x004
#define PTE_UNCACHED 0x018 /* PCD and PWT: for device registers */
#define PTE_LARGE    0x080 /* in a page directory: maps 2 MiB */
#define PTE_GLOBAL   0x100 /* survives a change of CR3: the kernel's half is the same everywhere */
#define PTE_NX       0x8000000000000000
#define PTE_ADDRESS  0x000ffffffffff000

#define PAGING_ENTRIES     512
#define PAGING_KERNEL_SLOT 256 /* entries of the root table from here up belong to the kernel and are the same in every space */

/* Where the kernel sees physical memory. */
static inline void *phys_to_virt(uint64_t phys)
{
    return (void *)(DIRECT_BASE + phys);
}

/* The index into the table of a level (3: root, 2, 1, 0: page table) for a virtual address. */
static inline unsigned paging_index(uint64_t virt, unsigned level)
{
    return virt >> (12 + 9 * level) & (PAGING_ENTRIES - 1);
}

