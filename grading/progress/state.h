/* How far somebody is: what is written, what has passed, what has been lost again. */
#ifndef CAIRN_PROGRESS_STATE_H
#define CAIRN_PROGRESS_STATE_H

#include "grader/deadline.h"
#include "grader/families.h"
#include "grader/test.h"
#include "machine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define ANSWERS_MAX 32
#define TESTS_MAX   64
#define STAGES_MAX  9

/* An answer of the skeleton. It is written when no place says any more that it is not. */
struct answer {
    char number[8], title[96]; /* "1.4", "3.A1" */
    unsigned places, missing;  /* lines that say "not implemented": in the skeleton, in the student's files */
};

/* What the newest record that has this test says of it. */
enum outcome { OUTCOME_NONE, OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_NOT_WRITTEN, OUTCOME_NOT_RUN };

struct outcome_of {
    enum outcome now;
    char passed[32]; /* when it last passed, as the record is named; empty: never */
};

struct stage_state {
    char name[64]; /* "1-entry" */
    bool begun;    /* there is a folder in work/ */
    struct answer answer[ANSWERS_MAX];
    size_t answers;
    struct families families;
    struct deadline deadline;
    struct tests tests; /* that may be shown; none where the exercise is not graded */
    struct outcome_of outcome[TESTS_MAX];
    char graded[32]; /* name of the newest record; empty: none */
    bool compiled;   /* then */
    bool stale;      /* a file of the student's is newer than that */
};

/* Where everything is. */
struct places {
    const char *source;  /* of the kit: exercises/, work/, grading/ */
    const char *history; /* HISTORY/1-entry/2026-11-21-163012.json: one record for each time that was graded */
};

/* Fills the state of the exercise whose folder is `name`. */
struct status state_read(struct stage_state *state, const struct places *places, const char *name);

/* The parts of it: which answers there are, and lack; what the records say. */
/* Returns when the newest of the student's files was written. */
time_t answers_read(struct stage_state *state, const char *skeleton, const char *work);
void history_read(struct stage_state *state, const char *folder, time_t changed);

/* Counts. */
size_t state_written(const struct stage_state *state);
size_t state_passed(const struct stage_state *state, unsigned *points);
bool state_regressed(const struct stage_state *state, size_t test);
bool state_complete(const struct stage_state *state);

#endif
