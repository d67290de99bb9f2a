/*
 * What a told program leaves in its memory for the host: the words of `told`. Shared by the program and the probe "told".
 *
 * Nothing of this is believed: the host replays the run and looks at the places where it was written.
 */
#pragma once

#include <stdint.h>

enum told_state {
    TOLD_RUNNING, /* at told_end: somebody has jumped there */
    TOLD_PASSED,
    TOLD_FAILED,
    TOLD_UNKNOWN, /* the program's table names a test that its group does not have: `what` */
    TOLD_REACHES, /* passed if the kernel comes to an answer of a later task now */
};

/* Each check goes through one of these places, its number modulo this: so the host can look at some of very many. A power
 * of two; a page of them. */
#define TOLD_DOORS      1024
#define TOLD_DOOR_BYTES 4

/* Addresses are those of strings in the program's file. */
struct told {
    uint64_t challenge; /* patched by the host before the start: told_random comes from it */
    uint64_t state;
    uint64_t index;  /* of the running test in told_tests; beyond all of them: the kit's own preparations */
    uint64_t family; /* when the run ends now, or the next check fails */
    uint64_t checks; /* made so far, in all threads */
    uint64_t file, line, what, kind, got, expected; /* the first that failed; kind as in kit/check.c */
};

/* One line of told_tests as it lies in the program's file. */
struct told_line {
    uint64_t name, group, family;
};
