#include "spans.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "words.h"

#define CPUS 64

struct walk {
    struct spans *spans;
    const struct log *log;
    const struct cast *cast;
    int *caller; /* of each actor: whose call it is serving */
    struct span now[CPUS];
    bool known[CPUS];
};

static void chain(struct walk *w, struct span *span)
{
    int list[SPAN_DEPTH];
    unsigned n = 0;

    for (int ec = span->ec; ec != NOBODY && n < SPAN_DEPTH; ec = w->caller[ec])
        list[n++] = ec;
    span->depth = n;
    for (unsigned i = 0; i < n; i++)
        span->chain[i] = list[n - 1 - i];
}

/* From record i on, its CPU does something else. */
static void turn(struct walk *w, size_t i, enum span_mode mode, int ec)
{
    const struct trace_record *r = &w->log->record[i];
    struct span *now = &w->now[r->cpu % CPUS];
    bool *known = &w->known[r->cpu % CPUS];

    if (*known && now->mode == mode && now->ec == ec && mode != SPAN_KERNEL)
        return;
    if (*known && r->time > now->begin) {
        now->end = r->time;
        w->spans->span[w->spans->count++] = *now;
    }
    *now = (struct span){ .begin = r->time, .mode = mode, .cpu = r->cpu, .ec = ec, .cause = i };
    *known = true;
    chain(w, now);
}

static void step(struct walk *w, size_t i)
{
    const struct trace_record *r = &w->log->record[i];
    const struct parts *p = &w->cast->parts[i];
    const struct span *now = &w->now[r->cpu % CPUS];

    switch (r->event) {
    case TRACE_EXIT:
    case TRACE_RESUME:
        turn(w, i, SPAN_USER, p->ec);
        break;
    case TRACE_SWITCH:
        turn(w, i, SPAN_USER, p->object);
        break;
    case TRACE_CALL:
    case TRACE_EVENT:
        if (p->a != NOBODY)
            w->caller[p->a] = p->ec;
        turn(w, i, SPAN_USER, p->a);
        break;
    case TRACE_REPLY:
        if (p->ec != NOBODY)
            w->caller[p->ec] = NOBODY;
        if (p->b != NOBODY || p->object != NOBODY)
            turn(w, i, SPAN_USER, p->b != NOBODY ? p->b : p->object);
        break;
    case TRACE_HELP:
        turn(w, i, SPAN_USER, p->b);
        break;
    case TRACE_SM_UP:
    case TRACE_SM_WAKE:
    case TRACE_SM_DOWN:
        if (r->event == TRACE_SM_DOWN && r->detail)
            turn(w, i, SPAN_KERNEL, p->ec);
        break; /* else whoever was at work goes on: a short call leaves no other record */
    case TRACE_IDLE:
        turn(w, i, SPAN_IDLE, NOBODY);
        break;
    case TRACE_ENTRY:
    case TRACE_TRAP:
        turn(w, i, SPAN_KERNEL, p->ec);
        break;
    default:
        if (!w->known[r->cpu % CPUS] || now->mode != SPAN_KERNEL)
            turn(w, i, SPAN_KERNEL, p->ec);
    }
}

void spans_find(struct spans *spans, const struct log *log, const struct cast *cast)
{
    struct walk w = { .spans = spans, .log = log, .cast = cast };

    *spans = (struct spans){ malloc((log->count + CPUS) * sizeof *spans->span), 0 };
    w.caller = malloc((cast->count + 1) * sizeof *w.caller);
    if (!spans->span || !w.caller)
        errx(3, "there is not enough memory for so many records: use --last");
    for (size_t i = 0; i < cast->count; i++)
        w.caller[i] = NOBODY;
    for (size_t i = 0; i < log->count; i++)
        step(&w, i);
    /* What begins with the last record has no end: nobody knows how long it went on. */
    free(w.caller);
}

const char *span_words(const struct span *span, const struct log *log)
{
    static char text[64];
    const struct trace_record *r = &log->record[span->cause];

    if (span->mode == SPAN_USER)
        return "ring 3";
    if (span->mode == SPAN_IDLE)
        return "idle";
    if (r->event == TRACE_ENTRY)
        snprintf(text, sizeof text, "kernel: %s (%u)", call_word(r->detail), r->detail);
    else if (r->event == TRACE_TRAP)
        snprintf(text, sizeof text, "kernel: %s %s", r->detail < 32 ? "exception" : "interrupt",
                 vector_word(r->detail));
    else
        snprintf(text, sizeof text, "kernel: %s", event_word(r->event));
    return text;
}

void spans_free(struct spans *spans)
{
    free(spans->span);
    *spans = (struct spans){ 0 };
}
