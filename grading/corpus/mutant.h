/* One mutant: the reference with one bug in it, from its patch to its verdicts. See grading/mutants/README.md.
 */
#ifndef CAIRN_CORPUS_MUTANT_H
#define CAIRN_CORPUS_MUTANT_H

#include "grader/build.h"
#include "grader/families.h"
#include "grader/kit.h"
#include "grader/test.h"
#include "grader/verdict.h"

#include <stdbool.h>
#include <stdint.h>

#define MUTANT_TESTS 64

struct mutant {
    char id[64], what[256], family[32];
    char path[512]; /* of the patch */
    int expected;   /* index of the test that is known to be the first to fail (caught.h), or -1 */
};

/* What a mutant's run has found out. Plain data: it crosses from one process to another. */
struct mutant_result {
    bool done;
    bool built;                           /* there is a kernel */
    bool same;                            /* and it is corpus->reference, byte for byte: not run */
    char trouble[300];                    /* why there is no verdict; else empty */
    enum verdict_kind kind[MUTANT_TESTS]; /* of each test that was run */
    bool run[MUTANT_TESTS];
    unsigned points; /* of the tests that were run */
    int first;       /* index of the first failed test, or -1 */
    char family[32]; /* the one it shows */
};

struct corpus {
    struct kit *kit;
    struct tests *tests;
    const char *stage;
    uint64_t seed;
    const char *reference; /* a kernel.boot that a mutant is compared with; NULL: with none */
    bool in_order;         /* nothing is tried before its turn: `first` is the first in order */
    bool full;             /* every test, not only up to the first failure; implies in_order */
};

/* Reads the header. STATUS_MISUSE names the file and what its header lacks. */
struct status mutant_read(struct mutant *mutant, const char *path, const struct families *families);

/* A change to a copy of the reference; without a function there is none. */
struct mutant_change {
    struct status (*make)(const char *folder, const void *what);
    const void *what;
};

/* Makes its kernel in dir. STATUS_MISUSE when it does not compile. */
struct status mutant_build(const struct corpus *corpus, const struct mutant_change *change, const struct workdir *dir,
                           struct build *build);

/* Changes, builds and grades it. Everything that goes wrong is in result->trouble. */
void mutant_grade(const struct corpus *corpus, const struct mutant_change *change, struct mutant_result *result);

/* The same with its patch, and unless in_order with the expected test before all others: if that fails and shows the mutant's own family,
 * nothing else is run. */
void mutant_run(const struct corpus *corpus, const struct mutant *mutant, struct mutant_result *result);

/* Whether it is caught: a test fails, and the first one that was seen to do so shows the mutant's own family. */
bool mutant_caught(const struct mutant *mutant, const struct mutant_result *result);

#endif
