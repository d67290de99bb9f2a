/*
 * The information page: what the kernel tells the root task about the machine.
 *
 * One page, mapped read-only at INFO_ADDRESS; rdi points to it when the root task starts. Shared by kernel and user.
 */
#pragma once

#include <stdint.h>

#define INFO_ADDRESS 0x00007fffffffe000
#define INFO_MAGIC   0x6e7269614349544eull
#define INFO_VERSION 1

#define INFO_REGIONS 32
#define INFO_MODULES 16
#define INFO_CMDLINE 128 /* bytes, with the final NUL */

struct info_region {
    uint64_t base, size; /* bytes, physical */
};

struct info_module {
    uint64_t base, size; /* bytes, physical */
    char cmdline[INFO_CMDLINE];
};

struct info_page {
    uint64_t magic;
    uint32_t version;
    uint32_t cpu_count;
    uint64_t timer_hz; /* ticks of the kernel's timer in a second */
    uint64_t tsc_hz;   /* ticks of the time-stamp counter in a second: deadlines are in these; 0: not known */
    uint32_t abi_version; /* ABI_VERSION of abi.h */
    uint32_t reserved;
    uint32_t region_count;
    uint32_t module_count;
    struct info_region region[INFO_REGIONS]; /* usable memory, ascending */
    struct info_module module[INFO_MODULES]; /* module 0 is the root task itself */
};

_Static_assert(sizeof(struct info_page) <= 4096, "it is one page");
