/* Boots one step's machine. */
#ifndef CAIRN_SCENARIO_RUN_H
#define CAIRN_SCENARIO_RUN_H

#include "judge.h"
#include "machine/status.h"
#include "scenario.h"

struct system_files {
    const char *kernel;   /* that QEMU can load */
    const char *programs; /* a folder with PROGRAM.elf */
    const char *cmdline;  /* for the kernel; NULL: none */
    unsigned shift;       /* an instruction is 2^shift ns of guest time */
};

struct step_result {
    char *output; /* the serial line, malloc'ed; NULL after a failure */
    enum ending ending;
    unsigned long long instructions;
    char detail[512]; /* of ENDED_FAILED and ENDED_RESET */
};

/* Runs it to its end. An error status is the host's trouble: a missing program, no sandbox, no emulator. */
struct status step_run(const struct scenario *scenario, const struct step *step, const struct system_files *system,
                       struct step_result *result);

#endif
