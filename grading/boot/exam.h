/*
 * What the host orders the examiner to do with stage 2, and what the examiner has seen.
 *
 * Both structures are variables of the examiner. The host writes the orders into the kernel's image before it boots, so that they
 * need nothing of the student's to arrive, and reads the report from the stopped machine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "contract/2-boot.h"

#define EXAM_MAGIC  0x72656e696d617865ull
#define EXAM_PAGES  4096 /* more than the host's memory maps have */
#define EXAM_MAPS   24
#define EXAM_SPACES 3 /* the kernel's own, and two new ones */
#define EXAM_FILES  112
#define EXAM_PLANS  16
#define EXAM_TEXT   64
#define EXAM_WINDOW 0xffffffffe0000000 /* files are shown here, with nothing mapped behind each */

enum exam_work {
    EXAM_MEMORY = 1,    /* take pages until none is left */
    EXAM_MAP = 2,       /* make spaces, map the pages of map[] */
    EXAM_CHECK = 4,     /* offer every file to elf_check */
    EXAM_LOAD = 8,      /* load the files that have a plan, each into a new space */
    EXAM_OUT = 16,      /* behind EXAM_MEMORY: ask for more */
    EXAM_LOAD_OUT = 32, /* make a space, take pages until leave are left, load the first file */
};

struct exam_map {
    uint32_t space;  /* index into report.space */
    uint32_t rights; /* enum paging_rights */
    uint64_t virt;
};

/* A file lies in whole pages of the archive, its last byte at the end of the last of them. */
struct exam_file {
    uint32_t first_page, pages;
    uint32_t size; /* bytes; may be 0 */
    int32_t plan;  /* index into plan[], or -1: not to be loaded */
    uint64_t user_end;
};

struct exam_orders {
    uint64_t magic;
    uint32_t work;
    uint32_t map_count, file_count, plan_count, leave;
    uint8_t first_bytes[8]; /* of phys_alloc, when its first call is to lead to exam_first_page */
    uint64_t archive;       /* physical address of the module with the files */
    struct exam_map map[EXAM_MAPS];
    struct exam_file file[EXAM_FILES];
    struct elf_plan plan[EXAM_PLANS]; /* the host's own: loading is tried whatever the student's check says */
};

/* An exception that a function of the student's raised; vector 0: none. (None of the contract's functions divides.) */
struct exam_fault {
    uint64_t vector, address, rip;
};

struct exam_checked {
    bool done, refused;
    char text[EXAM_TEXT]; /* the message, cut */
    struct elf_plan plan;
    struct exam_fault fault;
};

struct exam_loaded {
    bool done, good;
    uint64_t space;
    struct exam_fault fault;
};

struct exam_report {
    const struct boot_info *boot; /* as given to body_start; NULL: not reached */
    const char *unwritten;        /* title of the first answer that is missing, when that was noticed instead */
    uint64_t direct_size;
    struct region_list vacant; /* before the first page was taken */
    struct region_list left;   /* after the last one */
    uint32_t page_count;
    bool page_dirty[EXAM_PAGES]; /* was not zero when it was given */
    uint64_t page[EXAM_PAGES];
    struct exam_fault fault; /* in phys_alloc, or at the first touch of what it gave */
    uint64_t space[EXAM_SPACES];
    bool mapped[EXAM_MAPS];
    uint64_t frame[EXAM_MAPS];
    struct exam_fault map_fault;
    bool window_failed; /* the files could not be shown: paging_map refused */
    uint32_t at_file;   /* where it was when it did not come back */
    struct exam_checked checked[EXAM_FILES];
    struct exam_loaded loaded[EXAM_PLANS];
    bool out_done, out_mapped, out_loaded;
    uint64_t out_space;
    struct exam_fault out_fault;
};

#define EXAM_OUT_ADDRESS 0x00003f0000000000 /* where EXAM_OUT tries to map: no table leads there yet */
