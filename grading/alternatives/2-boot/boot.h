/*
 * What the files of this stage share among themselves.
 */
#pragma once

#include "contract/2-boot.h"

/* Task 2.4: reads the boot information at physical address information into boot, and prepares phys_alloc. */
void memory_init(struct boot_info *boot, uint32_t information);

/* How much of physical memory the boot tables show: more can be touched only with those of paging_init. */
#define BOOT_REACH 0x100000000

/* Task 2.5: builds the kernel's address space and changes to it. */
void paging_init(void);
