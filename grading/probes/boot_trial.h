/* Stage 2, ELF: one boot with a number of files, each offered to the student's elf_check, and loaded if the trial asks for it. */
#ifndef CAIRN_PROBES_BOOT_TRIAL_H
#define CAIRN_PROBES_BOOT_TRIAL_H

#include "probes/boot_world.h"
#include "probes/elf_draft.h"

struct trial {
    struct world world;
    const struct elf_case *file[EXAM_FILES];
    struct draft *draft[EXAM_FILES];
    unsigned count, plans;
    const struct elf_plan *last_plan; /* not NULL: the first file is loaded by this one, and not by its own */
    struct exam_report *report;
};

/* False when there is trouble. To be closed in any case. */
bool open_trial(struct trial **trial, struct session *session);
void close_trial(struct trial *trial);

/* One more file: the case's change in a draft of its own. Trouble when there are EXAM_FILES already. */
void add_case(struct trial *trial, const struct elf_case *c);

/* Boots with all files. True: trial->report is there and nothing is decided yet. family, expected: for a run that ends badly. */
bool run_trial(struct trial *trial, uint32_t work, const char *family, const char *expected);

/* Where a fault while file i was looked at lies, seen from the file. */
const char *fault_place(const struct trial *trial, unsigned i, uint64_t address);

#endif
