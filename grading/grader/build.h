/* Building a kernel from the kit and a student's stage, in the sandbox.
 *
 *     WORKDIR/in/kit/          the kit's cache, copied                        seen as /kit, read-only
 *     WORKDIR/in/submission/   the student's files                            seen as /submission, read-only
 *     WORKDIR/run/             what make writes                               seen as /box
 *     WORKDIR/kernel.elf, kernel.boot, rig.*   the results, copied out of reach
 */
#ifndef CAIRN_GRADER_BUILD_H
#define CAIRN_GRADER_BUILD_H

#include "kit.h"
#include "machine/workdir.h"
#include "submission.h"
#include "test.h"

#include <stdbool.h>

struct build_input {
    const struct kit *kit;
    const struct submission *submission;
    const char *stage;
    const struct workdir *dir;
    unsigned jobs;
    uid_t uid; /* as struct sandbox */
};

/* elf: with symbols; boot: the same for QEMU. */
struct built_kernel {
    char elf[128], boot[128];
};

struct build {
    bool good;       /* there is a kernel */
    char *messages;  /* what to show the student, or NULL: reasons when not good, else warnings; lines, cleaned */
    struct built_kernel kernel;
    struct built_kernel rig; /* the stage in the rig (grading/rig), for tests whose probe is "rig" */
    struct built_kernel standin; /* all the reference's, for tests whose probe is "uthreads" */
    char uthreads_elf[128];      /* the library of user/ with the program that tries it (grading/uthreads); empty: there is none */
};

/* Whether there is a rig for the stage. */
bool build_has_rig(const char *stage);

/* STATUS_OK when it was found out whether the submission is good; anything else is trouble of ours. */
struct status build_kernel(struct build *build, const struct build_input *input);
/* The kernel that a test runs. */
const struct built_kernel *build_for(const struct build *build, const struct test *test);
void build_free(struct build *build);

#endif
