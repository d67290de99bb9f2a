/*
 * A trace with everything that is known about it, and the forms in which it can be shown.
 */
#pragma once

#include <stdio.h>

#include "cast.h"
#include "choice.h"
#include "log.h"
#include "spans.h"
#include "symbols.h"

/* The names of one program's functions. */
struct program {
    const char *pd; /* name of the PD that it runs in; NULL: any */
    struct symbols symbols;
};

enum view_size { SIZE_FREE, SIZE_SLIDE, SIZE_A4 };

struct view {
    struct log log;
    struct cast cast;
    struct spans spans;
    const struct program *program;
    size_t program_count;
    double ticks_per_us;
    bool instructions; /* a tick is an instruction; else times are told in microseconds */
    const char *title;
    enum view_size size;
    struct choice choice; /* what of all this is to be shown */
};

/* Microseconds since the first record; the same in what the view tells time in, and the word for that. */
double view_us(const struct view *view, uint64_t time);
double view_time(const struct view *view, uint64_t time);
const char *view_unit(const struct view *view);

/* That time to be read: "14 237 544" or "1 234.5". Returns text. */
char *view_clock(const struct view *view, uint64_t time, char *text, size_t size);

/* Microseconds or instructions of so many ticks. */
double view_ticks(const struct view *view, double ticks);

/* Whether record i and what this actor did is to be shown. */
static inline bool view_shows(const struct view *view, size_t i)
{
    return view->choice.record[i];
}

static inline bool view_chosen(const struct view *view, int actor)
{
    return actor != NOBODY && view->choice.actor[actor];
}

/* "0x401000", with the function's name before it if it is known. Returns text. */
char *view_code(const struct view *view, int pd, uint64_t rip, char *text, size_t size);

/* What record i says besides time, CPU and EC, in words. Returns text. */
char *view_record(const struct view *view, size_t i, char *text, size_t size);

/* Span i as far as it is to be shown; false: not at all. */
bool view_span(const struct view *view, size_t i, struct span *span);

/* "reader of client": an EC and its PD. Returns text. */
char *view_ec(const struct view *view, int ec, char *text, size_t size);

/* What a descriptor says: "3 words, 1 item". Returns text. */
char *view_message(uint64_t descriptor, char *text, size_t size);

/* The forms. Each writes a whole file; whether that has worked is seen by ferror. */
typedef void writer(const struct view *view, FILE *out);

writer write_text;       /* a line for each record */
writer write_chart;      /* mscgen: who calls whom */
writer write_tree;       /* Graphviz: who has which capability from whom */
writer write_timeline;   /* SVG: what ran when */
writer write_speedscope; /* JSON for speedscope.app */
writer write_chrome;     /* JSON for Perfetto and chrome://tracing */
