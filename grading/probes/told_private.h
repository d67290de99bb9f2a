/* What told.c and told_replay.c share: the told program as its file has it. */
#ifndef CAIRN_PROBES_TOLD_PRIVATE_H
#define CAIRN_PROBES_TOLD_PRIVATE_H

#include "probes/session.h"

#include "tests/told/told_words.h"

#define TOLD_TESTS 64
#define TOLD_TEXT  160
#define TOLD_WAYS  4

struct told_program {
    struct session *session;
    const struct image *image; /* whose: a program's, or the kernel's for the rig */
    unsigned ring;
    bool rig;
    uint64_t first, last;                            /* of its tests: those that run */
    uint64_t told, begins, ends, family, end, doors; /* places.asm */
    uint64_t way[TOLD_WAYS];  /* functions through which all checks go to told_check: four in a program, one in the rig */
    uint64_t failure;         /* where a program's failed checks go, or 0: the rig */
    uint64_t check, text_end; /* told_check, and the end of the code of those who make checks */
    uint64_t count;           /* lines of told_tests */
    struct told_line line[TOLD_TESTS];
};

/* Finds the places of a told program, or of the rig in the kernel. False: trouble. */
bool told_open(struct told_program *program, struct session *session, bool rig);

/* Whether the record lists the families of all tests that run; trouble if not. */
bool told_check_families(const struct told_program *program);

/* The recording has stopped at told_end. */
void told_judge(const struct told_program *program);

/* It has not, and ended badly. */
void told_explain_end(const struct told_program *program);

/* Fails the test with what stands in told. */
void told_fail_check(const struct told_program *program, const struct told *told);

/* A string of the program's file; cut if it is longer; false when none lies there, as when the guest made the address up. */
bool told_string(const struct told_program *program, uint64_t address, char *text, size_t size);

/* Where a run was when it ended badly. */
struct told_place {
    uint64_t index;  /* of the test in told_tests; count: in none */
    uint64_t family; /* address of its name */
};

/* Replays a run that did not end at told_end. */
struct told_place told_last_place(const struct told_program *program);

/* Replays a run that is said to have passed with so many checks. Fails the test when it was not the program that made them.
 * unwritten: the run ends where the kernel came to an answer of a later task, behind these checks; otherwise at told_end. */
void told_verify(const struct told_program *program, uint64_t checks, bool unwritten);

/* Whether the processor stands in the program's ring, in a page that holds what the program's file has there. `why` is filled if not. */
bool told_genuine(const struct told_program *program, struct machine *machine, const struct x86_registers *registers, char *why,
                  size_t size);

/* Says that the evidence is not the program's. */
void told_forged(struct session *session, const char *why);

#endif
