/*
 * What a host gets from a walk: how far it agrees with the model, and the first difference in words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "walk/run.h"

struct walk_result {
    uint64_t agreed; /* steps that agree with the model */
    bool differs;    /* the next one does not … */
    char step[640];  /* … that step; or else the one that would be next */
    char what[96];   /* what of it differs */
    char expected[128];
    char seen[128];
    const char *family; /* which kind of mistake that is (grading/families/4-caps.json); or in which the next step would fail */
};

/* Compares the whole log; at most size bytes of it are there. False: it is not a log. May be called once in a process. */
bool walk_compare(const struct walk_log *log, size_t size, struct walk_result *result);

/* For each kind of step, how often it ended how. */
void walk_print_counts(void);
