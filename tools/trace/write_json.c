/*
 * The two JSON forms: speedscope's evented profiles, and the trace-event format of Chrome and Perfetto.
 *
 *   speedscope    https://www.speedscope.app/file-format-schema.json: one profile for each CPU; the stack is the chain
 * of calls, so that "Left Heavy" shows on whose behalf the time went Chrome        "Trace Event Format": a thread for
 * each EC, complete events (X), instants (i), flows (s, f) for messages
 */
#include <err.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"
#include "words.h"

enum { PROCESS_ECS = 1, IDLE_THREAD = 0, DIGITS = 12 };

static void dump(json_t *root, FILE *out)
{
    if (!root || json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS)))
        errx(3, "the JSON could not be written");
    fputc('\n', out);
    json_decref(root);
}

/* ---- speedscope ---- */

/* The index of a frame name; a frame that is new is appended. */
static size_t frame(json_t *frames, json_t *index, const char *name)
{
    json_t *known = json_object_get(index, name);

    if (!known) {
        known = json_integer(json_array_size(frames));
        json_array_append_new(frames, json_pack("{s:s}", "name", name));
        json_object_set_new(index, name, known);
    }
    return json_integer_value(known);
}

struct stack {
    size_t frame[SPAN_DEPTH + 1];
    unsigned depth;
};

static struct stack stack_of(const struct view *view, const struct span *s, json_t *frames, json_t *index)
{
    struct stack stack = { .depth = 0 };

    for (unsigned i = 0; i < s->depth; i++)
        stack.frame[stack.depth++] = frame(frames, index, cast_name(&view->cast, s->chain[i]));
    stack.frame[stack.depth++] = frame(frames, index, span_words(s, &view->log));
    return stack;
}

/* Closes what the two stacks do not have in common, from the top, and opens what is new. */
static void change(json_t *events, const struct stack *from, const struct stack *to, double from_end, double at)
{
    unsigned same = 0;

    while (from_end == at && same < from->depth && same < to->depth && from->frame[same] == to->frame[same])
        same++;
    for (unsigned i = from->depth; i-- > same;)
        json_array_append_new(
            events, json_pack("{s:s, s:f, s:I}", "type", "C", "at", from_end, "frame", (json_int_t)from->frame[i]));
    for (unsigned i = same; i < to->depth; i++)
        json_array_append_new(events,
                              json_pack("{s:s, s:f, s:I}", "type", "O", "at", at, "frame", (json_int_t)to->frame[i]));
}

static json_t *profile(const struct view *view, unsigned cpu, json_t *frames, json_t *index)
{
    const struct stack nothing = { .depth = 0 };
    struct stack now = nothing;
    json_t *events = json_array();
    double begin = 0, end = 0;
    char name[16];

    for (size_t i = 0; i < view->spans.count; i++) {
        struct span shown;
        const struct span *s = &shown;
        if (!view_span(view, i, &shown) || s->cpu != cpu)
            continue;
        struct stack next = stack_of(view, s, frames, index);
        begin = now.depth ? begin : view_us(view, s->begin);
        change(events, &now, &next, now.depth ? end : view_us(view, s->begin), view_us(view, s->begin));
        now = next;
        end = view_us(view, s->end);
    }
    change(events, &now, &nothing, end, end);
    snprintf(name, sizeof name, "CPU %u", cpu);
    return json_pack("{s:s, s:s, s:s, s:f, s:f, s:o}", "type", "evented", "name", name, "unit", "microseconds",
                     "startValue", begin, "endValue", end, "events", events);
}

void write_speedscope(const struct view *view, FILE *out)
{
    json_t *frames = json_array(), *index = json_object(), *profiles = json_array();
    unsigned cpus = 1;

    for (size_t i = 0; i < view->spans.count; i++)
        cpus = view->spans.span[i].cpu >= cpus ? view->spans.span[i].cpu + 1 : cpus;
    for (unsigned cpu = 0; cpu < cpus; cpu++)
        json_array_append_new(profiles, profile(view, cpu, frames, index));
    json_decref(index);
    dump(json_pack("{s:s, s:s, s:s, s:{s:o}, s:o}", "$schema", "https://www.speedscope.app/file-format-schema.json",
                   "name", view->title, "exporter", "cairn trace", "shared", "frames", frames, "profiles", profiles),
         out);
}

/* ---- Chrome ---- */

static int thread_of(int ec)
{
    return ec == NOBODY ? IDLE_THREAD : ec + 1;
}

static void name_threads(const struct view *view, json_t *events)
{
    bool *seen = calloc(view->cast.count + 1, sizeof *seen);

    if (!seen)
        errx(3, "there is not enough memory for so many records: use --last");
    for (size_t i = 0; i < view->spans.count; i++)
        seen[thread_of(view->spans.span[i].ec)] = true;
    for (size_t i = 0; i < view->log.count; i++)
        seen[thread_of(view->cast.parts[i].ec)] = true;
    json_array_append_new(events, json_pack("{s:s, s:s, s:i, s:{s:s}}", "ph", "M", "name", "process_name", "pid",
                                            PROCESS_ECS, "args", "name", view->title));
    for (size_t i = 0; i <= view->cast.count; i++)
        if (seen[i])
            json_array_append_new(events, json_pack("{s:s, s:s, s:i, s:i, s:{s:s}}", "ph", "M", "name", "thread_name",
                                                    "pid", PROCESS_ECS, "tid", (int)i, "args", "name",
                                                    i ? view->cast.actor[i - 1].name : "idle"));
    free(seen);
}

static void instant(const struct view *view, size_t i, json_t *events)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const int to = r->event == TRACE_REPLY ? p->object : p->a;
    const bool message = r->event == TRACE_CALL || r->event == TRACE_EVENT || r->event == TRACE_REPLY;
    const double us = view_us(view, r->time);
    char text[400];

    json_array_append_new(events, json_pack("{s:s, s:s, s:s, s:f, s:i, s:i, s:{s:s, s:I, s:i}}", "ph", "i", "s", "t",
                                            "name", event_word(r->event), "ts", us, "pid", PROCESS_ECS, "tid",
                                            thread_of(p->ec), "args", "what", view_record(view, i, text, sizeof text),
                                            "record", (json_int_t)r->sequence, "cpu", (int)r->cpu));
    if (!message || to == NOBODY)
        return;
    for (int end = 0; end < 2; end++)
        json_array_append_new(events,
                              json_pack("{s:s, s:s, s:s, s:s, s:I, s:f, s:i, s:i}", "ph", end ? "f" : "s", "cat", "ipc",
                                        "bp", "e", "name", event_word(r->event), "id", (json_int_t)r->sequence, "ts",
                                        us, "pid", PROCESS_ECS, "tid", thread_of(end ? to : p->ec)));
}

void write_chrome(const struct view *view, FILE *out)
{
    json_t *events = json_array();

    name_threads(view, events);
    for (size_t i = 0; i < view->spans.count; i++) {
        struct span shown;
        const struct span *s = &shown;
        if (view_span(view, i, &shown))
            json_array_append_new(events, json_pack("{s:s, s:s, s:f, s:f, s:i, s:i, s:{s:i}}", "ph", "X", "name",
                                                    span_words(s, &view->log), "ts", view_us(view, s->begin), "dur",
                                                    (s->end - s->begin) / view->ticks_per_us, "pid", PROCESS_ECS, "tid",
                                                    thread_of(s->ec), "args", "cpu", (int)s->cpu));
    }
    for (size_t i = 0; i < view->log.count; i++)
        if (view_shows(view, i))
            instant(view, i, events);
    dump(json_pack("{s:s, s:o}", "displayTimeUnit", "ns", "traceEvents", events), out);
}
