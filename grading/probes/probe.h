/* Probes: the host's judgement of one test. Each boots the kernel under test with the test's program, one or more
 * times, looks at the machine from outside, and comes to a verdict.
 */
#ifndef CAIRN_PROBES_PROBE_H
#define CAIRN_PROBES_PROBE_H

#include "grader/image.h"
#include "grader/test.h"
#include "grader/verdict.h"
#include "machine/machine.h"

struct probe_input {
    const struct test *test;
    const char *kernel_elf;  /* with symbols */
    const char *kernel_boot; /* the same for QEMU */
    const char *program_elf; /* or NULL */
    const char *partner_elf; /* or NULL */
    const char *loader_elf;  /* the root task that loads the program; NULL: the kernel takes the program itself */
    const char *boot_loader; /* stage 2: the kit's boot loader, a kernel that QEMU starts; else NULL */
    const char *directory;   /* an empty private directory for recordings and run data; kept for the autopsy */
    uint64_t seed;           /* of this test; everything random comes from it */
    uid_t uid;               /* as struct machine_config */
    bool no_sandbox;
};

/* Runs the test and fills *verdict, always. */
void probe_run(const struct probe_input *input, struct verdict *verdict);

/* Whether a probe of that name exists (for checking records). */
bool probe_exists(const char *name);

#endif
