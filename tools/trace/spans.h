/*
 * From single events to stretches of time: which CPU did what from when to when, and for whom.
 */
#pragma once

#include "cast.h"

enum span_mode { SPAN_USER, SPAN_KERNEL, SPAN_IDLE };

#define SPAN_DEPTH 8

struct span {
    uint64_t begin, end; /* ticks of the time-stamp counter */
    enum span_mode mode;
    unsigned cpu;
    int ec;                /* who was current; NOBODY when the CPU was idle */
    size_t cause;          /* index of the record with which it began */
    int chain[SPAN_DEPTH]; /* whom ec works for: chain[0] is the first caller, chain[depth - 1] is ec */
    unsigned depth;
};

struct spans {
    struct span *span; /* ascending by begin on each CPU */
    size_t count;
};

/*
 * What the CPU does between two records follows from the first: behind `exit`, `resume`, `switch` and the delivery of a
 * message a program runs, behind `idle` nobody, behind everything else the kernel. What was before the first record of
 * a CPU is not known and left out.
 */
void spans_find(struct spans *spans, const struct log *log, const struct cast *cast);

/* What the kernel did in this span, e.g. "sm_control" or "#PF". The result lasts until the next call. */
const char *span_words(const struct span *span, const struct log *log);

void spans_free(struct spans *spans);
