/* What a probe found out. */
#ifndef CAIRN_GRADER_VERDICT_H
#define CAIRN_GRADER_VERDICT_H

#include "machine/machine.h"

#include <stdint.h>

enum verdict_kind {
    VERDICT_PASSED,
    VERDICT_FAILED,
    VERDICT_NOT_WRITTEN, /* ran into a NOT_IMPLEMENTED of the skeleton; `seen` holds its title */
    VERDICT_NOT_RUN,     /* a presupposed test has failed; `seen` names it */
    VERDICT_TROUBLE,     /* the grader's or the host's fault: no statement about the submission; `seen` says what */
};

struct verdict {
    enum verdict_kind kind;
    char family[32];    /* FAILED: exactly one id */
    char expected[512]; /* FAILED: what should have been, in a sentence without a full stop */
    char seen[512];     /* what was there instead; PASSED: the answer whose lack ended the test early, or empty */
    char place[160];    /* FAILED: "trap.asm:57 in trap_entry", or empty: where in the student's files it shows */
    uint64_t count;     /* instructions run until the verdict was reached (the recording's) */
    bool early;         /* FAILED: before the first thing that the test tries; then the family is a guess */
    bool has_end;       /* the run ended badly: triple fault, panic, hang; then for the autopsy: */
    struct machine_outcome end;
    char log[256];      /* path of the recording, for an autopsy's replays; empty when there is none */
};

/* Fills kind, family, expected and seen; `expected` and `seen` are taken as they are, the formats as printf's. */
void verdict_fail(struct verdict *verdict, const char *family, const char *expected, const char *seen_format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for trouble of our own. */
void verdict_trouble(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "passed", "failed", "not-written", "not-run", "trouble": as written into records. */
const char *verdict_kind_name(enum verdict_kind kind);

#endif
