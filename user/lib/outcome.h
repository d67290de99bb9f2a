/*
 * What came of an operation that may fail. One list for all interfaces: a client passes on what its server said, and a line
 * of the log means the same everywhere.
 */
#pragma once

#include <stdint.h>

/* Whoever calls must look at the result: it is how a component learns that something has run out. */
#define MUST_USE __attribute__((warn_unused_result))

#define OUTCOMES(NAME)                                                                                                           \
    NAME(OK)                                                                                                                     \
    NAME(PENDING)           /* begun; a signal will tell its end */                                                              \
    NAME(DENIED)            /* nobody offers it, or policy refuses */                                                            \
    NAME(INSUFFICIENT_RAM)  /* the quota sent along is too small: come back with more */                                         \
    NAME(INSUFFICIENT_CAPS)                                                                                                      \
    NAME(OUT_OF_RAM)        /* an account is empty: rpc_lacking() says how much is missing */                                    \
    NAME(OUT_OF_CAPS)                                                                                                            \
    NAME(INVALID)           /* an argument that cannot be right */                                                               \
    NAME(OVERLAP)           /* the place is taken */                                                                             \
    NAME(WOULD_BLOCK)       /* asked in a handler, where nobody may wait */                                                      \
    NAME(NOTHING)           /* there is none, or no more */                                                                      \
    NAME(GONE)              /* the other side does not exist any more, or never did */

enum outcome {
#define OUTCOME_NAME(name) name,
    OUTCOMES(OUTCOME_NAME)
#undef OUTCOME_NAME
    OUTCOME_COUNT
};

/* "OUT_OF_RAM" and so on; for numbers beyond the list "?". */
const char *outcome_name(enum outcome outcome);

/* What a kernel call's status means to a component. lacking: rdx of the call. */
MUST_USE enum outcome outcome_of_status(uint64_t status);
