/*
 * Holds the two JSON forms to what their readers rely on.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: json_test speedscope FILE | json_test chrome FILE; exit code 0: good; 1: not, and why
 *
 * speedscope   https://www.speedscope.app/file-format-schema.json, and what it cannot say: events in order of time and inside their
 *              profile, openings and closings nested like brackets, nothing left open
 * chrome       "Trace Event Format": a known phase with its fields, threads that have names, spans of a thread that do not overlap,
 *              both ends of each arrow
 */
#include <err.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NEED(condition, ...)     \
    do {                         \
        if (!(condition))        \
            errx(1, __VA_ARGS__); \
    } while (0)

enum { DEPTH_MAX = 64, THREADS_MAX = 100000 };
#define ROUNDING 0.002 /* µs: a time has twelve digits */

static const char *text(json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    NEED(s, "no text \"%s\"", key);
    return s;
}

static double number(json_t *object, const char *key)
{
    json_t *n = json_object_get(object, key);
    NEED(json_is_number(n), "no number \"%s\"", key);
    return json_number_value(n);
}

static size_t check_profile(json_t *profile, size_t frames)
{
    const double start = number(profile, "startValue"), end = number(profile, "endValue");
    json_t *event, *events = json_object_get(profile, "events");
    size_t i, stack[DEPTH_MAX];
    unsigned depth = 0;
    double now = start;

    NEED(!strcmp(text(profile, "type"), "evented") && !strcmp(text(profile, "unit"), "microseconds") && *text(profile, "name"),
         "a profile of another kind");
    NEED(json_is_array(events), "no events");
    json_array_foreach(events, i, event) {
        const double at = number(event, "at");
        const size_t frame = json_integer_value(json_object_get(event, "frame"));
        NEED(json_object_size(event) == 3 && json_is_integer(json_object_get(event, "frame")) && frame < frames, "event %zu: its frame", i);
        NEED(at >= now && at <= end, "event %zu: at %f, behind %f, in a profile to %f", i, at, now, end);
        now = at;
        if (!strcmp(text(event, "type"), "O")) {
            NEED(depth < DEPTH_MAX, "event %zu: too deep", i);
            stack[depth++] = frame;
        } else {
            NEED(!strcmp(text(event, "type"), "C"), "event %zu: neither O nor C", i);
            NEED(depth && stack[--depth] == frame, "event %zu closes what is not the innermost", i);
        }
    }
    NEED(!depth, "%u frames stay open", depth);
    return json_array_size(events);
}

static void check_speedscope(json_t *root)
{
    json_t *profile, *frames = json_object_get(json_object_get(root, "shared"), "frames"), *frame;
    size_t i, events = 0;

    NEED(!strcmp(text(root, "$schema"), "https://www.speedscope.app/file-format-schema.json"), "another schema");
    NEED(json_is_array(frames), "no shared frames");
    json_array_foreach(frames, i, frame) {
        NEED(*text(frame, "name"), "frame %zu has no name", i);
    }
    json_array_foreach(json_object_get(root, "profiles"), i, profile) {
        events += check_profile(profile, json_array_size(frames));
    }
    NEED(events, "no events at all");
}


static void check_chrome(json_t *root)
{
    static double end[THREADS_MAX];
    static bool named[THREADS_MAX], used[THREADS_MAX];
    json_t *event, *arrows = json_object(), *events = json_object_get(root, "traceEvents");
    size_t i, spans = 0;
    char key[32];

    NEED(json_is_array(events), "no traceEvents");
    json_array_foreach(events, i, event) {
        const char *phase = text(event, "ph");
        const size_t thread = json_integer_value(json_object_get(event, "tid"));
        NEED(*text(event, "name") && json_is_integer(json_object_get(event, "pid")) && thread < THREADS_MAX, "event %zu: its fields", i);
        if (!strcmp(phase, "M")) {
            NEED(*text(json_object_get(event, "args"), "name"), "event %zu names nothing", i);
            named[thread] |= !strcmp(text(event, "name"), "thread_name");
            continue;
        }
        const double at = number(event, "ts");
        used[thread] = true;
        if (!strcmp(phase, "X")) {
            NEED(number(event, "dur") >= 0 && at >= end[thread] - ROUNDING, "event %zu: spans of thread %zu overlap", i, thread);
            end[thread] = at + number(event, "dur");
            spans++;
        } else if (!strcmp(phase, "s") || !strcmp(phase, "f")) {
            snprintf(key, sizeof key, "%s %lld", phase, (long long)json_integer_value(json_object_get(event, "id")));
            NEED(!json_object_get(arrows, key), "event %zu: an arrow with two such ends", i);
            json_object_set_new(arrows, key, json_real(at));
        } else {
            NEED(!strcmp(phase, "i") && !strcmp(text(event, "s"), "t"), "event %zu: phase %s", i, phase);
        }
    }
    const char *one;
    json_t *at;
    json_object_foreach(arrows, one, at) {
        snprintf(key, sizeof key, "%s%s", *one == 's' ? "f" : "s", one + 1);
        NEED(json_object_get(arrows, key), "an arrow without its other end: %s", one);
    }
    for (i = 0; i < THREADS_MAX; i++)
        NEED(named[i] || !used[i], "thread %zu has no name", i);
    NEED(spans, "no spans at all");
    json_decref(arrows);
}

int main(int argc, char **argv)
{
    json_error_t error;
    json_t *root = argc == 3 ? json_load_file(argv[2], 0, &error) : NULL;

    if (argc != 3)
        errx(2, "usage: json_test speedscope|chrome FILE");
    NEED(root, "%s:%d: %s", argv[2], error.line, error.text);
    strcmp(argv[1], "chrome") ? check_speedscope(root) : check_chrome(root);
    json_decref(root);
    return 0;
}
