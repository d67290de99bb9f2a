/* A course file as a whole, and one exercise in it. See course.h. */
#include "course_private.h"

#include "json_line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct course_place course_inside(const struct course_place *outer, const char *key)
{
    struct course_place place = *outer;
    unsigned depth = 0;
    while (depth < COURSE_DEPTH && place.keys[depth])
        depth++;
    if (depth < COURSE_DEPTH)
        place.keys[depth] = key;
    return place;
}

struct status course_wrong(const struct course_place *place, const char *format, ...)
{
    char what[160], keys[160] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    for (const char *const *key = place->keys; *key; key++) {
        size_t used = strlen(keys);
        snprintf(keys + used, sizeof keys - used, "%s%.36s", used ? "." : "", *key);
    }
    return status_error(STATUS_MISUSE, "%s:%u: %s: %s", place->course->path, json_line(place->course->text, place->keys), keys,
                        what);
}

static const struct key {
    const char *name;
    struct status (*take)(const struct course_place *, const json_t *, struct course_rules *);
    bool everywhere; /* for the whole course as well as for an exercise */
} keys[] = {
    { "hints", course_take_hints, true },
    { "feedback", course_take_feedback, true },
    { "late", course_take_late, true },
    { "due", course_take_due, false },
    { "points", course_take_points, false },
    { "visibility", course_take_visibility, false },
    { "extensions", course_take_extensions, false },
};
#define KEYS (sizeof keys / sizeof keys[0])

static const struct key *key_named(const char *name, bool in_exercise)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0 && (in_exercise || keys[i].everywhere))
            return &keys[i];
    return NULL;
}

/* What needs a due date has one, and an extension is one. */
static struct status check_dates(const struct course_place *place, const json_t *exercise, const struct course_rules *rules)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(exercise, "extensions"), name, value)
    {
        const struct course_place list = course_inside(place, "extensions"), at = course_inside(&list, name);
        struct when until;
        if (!rules->has_due)
            return course_wrong(&list, "there is nothing to extend: give the exercise a \"due\"");
        if (when_read(&until, json_string_value(value)) && until.seconds <= rules->due.seconds)
            return course_wrong(&at, "is not after the due date; leave it out, or make it later");
    }
    json_object_foreach(json_object_get(exercise, "visibility"), name, value)
    {
        const struct course_place list = course_inside(place, "visibility"), at = course_inside(&list, name);
        if (!rules->has_due && course_word(value, course_visibilities) == VISIBILITY_UNTIL_DUE)
            return course_wrong(&at, "until when? Give the exercise a \"due\"");
    }
    return status_ok();
}

static struct status read_exercise(const struct course_place *place, const json_t *exercise, struct course_rules *rules)
{
    const char *name;
    json_t *value;
    if (!json_is_object(exercise))
        return course_wrong(place, "must be an object");
    json_object_foreach((json_t *)exercise, name, value)
    {
        const struct course_place at = course_inside(place, name);
        const struct key *key = key_named(name, true);
        if (!key)
            return course_wrong(&at, "unknown key. There are hints, feedback, late, due, points, visibility, extensions");
        struct status status = key->take(&at, value, rules);
        if (status.code != STATUS_OK)
            return status;
    }
    return check_dates(place, exercise, rules);
}

/* What stands at the top holds for every exercise that says nothing else. */
static struct status read_top(const struct course_place *place, struct course_rules *rules)
{
    const char *name;
    json_t *value, *json = place->course->json;
    const struct course_place schema = course_inside(place, "schema"), exercises = course_inside(place, "exercises");
    static const char *const schemas[] = { "cairn-course/1", NULL };
    *rules = (struct course_rules){ .feedback = FEEDBACK_HINTS, .hints = TEST_HINTS };
    if (course_word(json_object_get(json, "schema"), schemas) < 0)
        return course_wrong(&schema, "must be \"%s\"", schemas[0]);
    if (json_object_get(json, "exercises") && !json_is_object(json_object_get(json, "exercises")))
        return course_wrong(&exercises, "must be an object: {\"1-entry\": {...}}");
    json_object_foreach(json, name, value)
    {
        const struct course_place at = course_inside(place, name);
        const struct key *key = key_named(name, false);
        bool other = strcmp(name, "schema") == 0 || strcmp(name, "exercises") == 0;
        struct status status = status_ok();
        if (key)
            status = key->take(&at, value, rules);
        else if (!other)
            status = course_wrong(&at, "unknown key. There are schema, hints, feedback, late, exercises%s",
                                  key_named(name, true) ? "; this one belongs into an exercise" : "");
        if (status.code != STATUS_OK)
            return status;
    }
    return status_ok();
}

/* Fails when it does not hold for every exercise that is named. */
static struct status check(const struct course *course, const char *families)
{
    const char *stage;
    json_t *exercise;
    const struct course_place top = { .course = course }, list = course_inside(&top, "exercises");
    struct course_rules rules;
    struct status status = read_top(&top, &rules);
    if (status.code != STATUS_OK)
        return status;
    json_object_foreach(json_object_get(course->json, "exercises"), stage, exercise)
    {
        const struct course_place at = course_inside(&list, stage);
        char path[700];
        snprintf(path, sizeof path, "%.500s/%.100s.json", families, stage);
        if (!stage[0] || strchr(stage, '/') || access(path, R_OK) < 0)
            return course_wrong(&at, "there is no such exercise; the name is that of its folder, as in 1-entry");
        struct course_rules own = rules;
        if ((status = read_exercise(&at, exercise, &own)).code != STATUS_OK)
            return status;
    }
    return status_ok();
}

static struct status read_text(struct course *course)
{
    size_t size = 0;
    FILE *file = fopen(course->path, "r");
    if (!file)
        return status_errno(course->path);
    errno = 0;
    if (getdelim(&course->text, &size, '\0', file) < 0 && course->text)
        course->text[0] = '\0';
    struct status status = !errno && course->text ? status_ok() : status_errno(course->path);
    fclose(file);
    return status;
}

struct status course_open(struct course *course, const char *path, const char *families)
{
    json_error_t error;
    *course = (struct course){ 0 };
    snprintf(course->path, sizeof course->path, "%s", path);
    struct status status = read_text(course);
    if (status.code == STATUS_OK && !(course->json = json_loads(course->text, JSON_REJECT_DUPLICATES, &error)))
        status = status_error(STATUS_MISUSE, "%s:%d: %s", path, error.line, error.text);
    if (status.code == STATUS_OK && !json_is_object(course->json))
        status = status_error(STATUS_MISUSE, "%s:1: a course is one JSON object", path);
    if (status.code == STATUS_OK)
        status = check(course, families);
    if (status.code != STATUS_OK)
        course_close(course);
    return status;
}

void course_close(struct course *course)
{
    json_decref(course->json);
    free(course->text);
    *course = (struct course){ 0 };
}

static const json_t *exercise_of(const struct course *course, const char *stage)
{
    return json_object_get(json_object_get(course->json, "exercises"), stage);
}

static const char *extension_of(const struct course *course, const char *stage, const char *student)
{
    const json_t *extensions = json_object_get(exercise_of(course, stage), "extensions");
    return student ? json_string_value(json_object_get(extensions, student)) : NULL;
}

struct course_rules course_rules(const struct course *course, const char *stage, const char *student)
{
    const struct course_place top = { .course = course };
    const json_t *exercise = exercise_of(course, stage);
    const char *extension = extension_of(course, stage, student);
    struct course_rules rules;
    read_top(&top, &rules);
    if (exercise)
        read_exercise(&top, exercise, &rules);
    if (extension)
        when_read(&rules.due, extension);
    if (rules.feedback < FEEDBACK_HINTS)
        rules.hints = 0;
    return rules;
}

bool course_extended(const struct course *course, const char *stage, const char *student)
{
    return extension_of(course, stage, student) != NULL;
}
