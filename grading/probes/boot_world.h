/* A machine as a boot loader leaves it: dirty memory, a memory map, modules and boot information at places of the host's choice.
 *
 *     world_open(&world, session);              the kernel's file; an empty machine of PLAN_MEMORY bytes
 *     world_entry(&world, base, length, type);  the memory map, in this order
 *     world_module(&world, start, ...);         modules, in this order
 *     world_boot(&world);                       composes the plan (grading/boot/plan.h) and records a run
 *     world_close(&world);
 *
 * What is expected of the kernel is worked out here too, page by page, from what was put in.
 */
#ifndef CAIRN_PROBES_BOOT_WORLD_H
#define CAIRN_PROBES_BOOT_WORLD_H

#include "grading/boot/exam.h"
#include "grading/boot/plan.h"
#include "probes/boot_image.h"

#define WORLD_PAGES   (PLAN_MEMORY / PAGE_SIZE)
#define WORLD_ENTRIES 48
#define WORLD_MODULES 16
#define WORLD_STRING  300

struct world_entry {
    uint64_t base, length;
    uint32_t type;
    uint32_t size; /* of the entry, as its first field says it: 20 or more */
};

struct world_module {
    uint32_t start, length;
    char cmdline[WORLD_STRING];
    uint8_t *bytes;
};

struct world {
    struct session *session;
    struct boot_image image;
    uint32_t kernel_first, kernel_end; /* pages that the image has, in physical memory */
    uint32_t image_end;                /* the byte behind what the program headers cover */
    struct world_entry entry[WORLD_ENTRIES];
    unsigned entry_count;
    struct world_module module[WORLD_MODULES];
    unsigned module_count;
    char cmdline[WORLD_STRING];
    bool no_map;     /* only mem_lower and mem_upper, from the first two usable entries */
    bool no_modules; /* the flag is not set, and where the number would be stands something else */
    bool tight;      /* the boot information begins right behind the last byte of the BSS */
    bool wild;       /* registers hold rubbish, and DF is set */
    bool catches;    /* a missing answer of 2.5 or later leads to exam_unwritten */
    bool first_page; /* the first call of phys_alloc leads to exam_first_page */
    struct exam_orders orders;
    uint32_t key;                                /* of the dirt */
    bool info[WORLD_PAGES];                      /* pages with boot information; as good as free */
    bool usable[WORLD_PAGES], free[WORLD_PAGES]; /* filled by world_boot; free before the first allocation */
};

bool world_open(struct world *world, struct session *session);
void world_close(struct world *world);

/* type 1 is usable. The usual size of an entry is 20. */
void world_entry(struct world *world, uint64_t base, uint64_t length, uint32_t type);

/* A module of random bytes, or of `bytes` (copied); its command line is made from `name` and something random, `words` bytes long. */
struct world_module *world_module(struct world *world, uint32_t start, uint32_t length, const void *bytes, unsigned words);

/* Composes and runs. stop: an address besides exam_done; 0: none. As session_record: true at a stop. */
bool world_boot(struct world *world, uint64_t stop);

/* The examiner's report, from the stopped machine; NULL (and trouble) when it cannot be read. To be freed. */
struct exam_report *world_report(struct world *world);

/* The same after a run that has ended badly: what is left of it. NULL when there is nothing to be read. */
struct exam_report *world_remains(struct world *world);

/* The end of what is usable or in use. */
uint64_t world_memory_end(const struct world *world);

/* Fails the test for a run that did not reach its stop: with what the kernel's panic says, or how it ended. */
void world_explain(struct world *world, const char *family, const char *expected);

/* What is wrong with giving away a page: "the second module's", or NULL when it is free. */
const char *world_owner(const struct world *world, uint64_t page);

#endif
