/*
 * A trace with everything that is known about it, and the forms in which it can be shown.
 */
#pragma once

#include <stdio.h>

#include "cast.h"
#include "log.h"
#include "spans.h"
#include "symbols.h"

/* The names of one program's functions. */
struct program {
    const char *pd; /* name of the PD that it runs in; NULL: any */
    struct symbols symbols;
};

struct view {
    struct log log;
    struct cast cast;
    struct spans spans;
    const struct program *program;
    size_t program_count;
    double ticks_per_us;
    const char *title;
};

/* Microseconds since the first record. */
double view_us(const struct view *view, uint64_t time);

/* "0x401000", with the function's name before it if it is known. Returns text. */
char *view_code(const struct view *view, int pd, uint64_t rip, char *text, size_t size);

/* What record i says besides time, CPU and EC, in words. Returns text. */
char *view_record(const struct view *view, size_t i, char *text, size_t size);

/* The forms. Each writes a whole file; whether that has worked is seen by ferror. */
typedef void writer(const struct view *view, FILE *out);

writer write_text;       /* a line for each record */
writer write_chart;      /* mscgen: who calls whom */
writer write_tree;       /* Graphviz: who has which capability from whom */
writer write_timeline;   /* SVG: what ran when */
writer write_speedscope; /* JSON for speedscope.app */
writer write_chrome;     /* JSON for Perfetto and chrome://tracing */
