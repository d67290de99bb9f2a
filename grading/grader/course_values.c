/* The values in a course file, each checked for itself. See course_private.h. */
#include "course_private.h"

#include <string.h>

const char *const course_visibilities[] = { "shown", "until-due", "hidden", NULL };

int course_word(const json_t *value, const char *const *words)
{
    const char *word = json_string_value(value);
    for (int i = 0; word && words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

struct status course_take_due(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    const char *text = json_string_value(value);
    rules->has_due = text && when_read(&rules->due, text);
    return rules->has_due ? status_ok() : course_wrong(place, "no such time. Write " WHEN_FORM);
}

struct status course_take_feedback(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    static const char *const words[] = { "points", "family", "seen", "hints", NULL };
    int word = course_word(value, words);
    if (word < 0)
        return course_wrong(place, "must be \"points\", \"family\", \"seen\" or \"hints\"");
    rules->feedback = (enum feedback)word;
    return status_ok();
}

struct status course_take_hints(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    json_int_t hints = json_is_integer(value) ? json_integer_value(value) : -1;
    if (hints < 0 || hints > TEST_HINTS)
        return course_wrong(place, "must be 0, 1, 2 or 3");
    rules->hints = (int)hints;
    return status_ok();
}

struct status course_take_points(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    const char *id;
    json_t *points;
    (void)rules;
    if (!json_is_object(value))
        return course_wrong(place, "must be an object: {\"1.gates\": 10}");
    json_object_foreach((json_t *)value, id, points)
    {
        const struct course_place at = course_inside(place, id);
        json_int_t number = json_is_integer(points) ? json_integer_value(points) : -1;
        if (number < 0 || number > 100000)
            return course_wrong(&at, "points are a whole number from 0 to 100000");
    }
    return status_ok();
}

struct status course_take_visibility(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    const char *id;
    json_t *visibility;
    (void)rules;
    if (!json_is_object(value))
        return course_wrong(place, "must be an object: {\"1.gates\": \"hidden\"}");
    json_object_foreach((json_t *)value, id, visibility)
    {
        const struct course_place at = course_inside(place, id);
        if (course_word(visibility, course_visibilities) < 0)
            return course_wrong(&at, "must be \"shown\", \"until-due\" or \"hidden\"");
    }
    return status_ok();
}

struct status course_take_extensions(const struct course_place *place, const json_t *value, struct course_rules *rules)
{
    const char *student;
    json_t *until;
    struct when when;
    (void)rules;
    if (!json_is_object(value))
        return course_wrong(place, "must be an object: {\"ada\": \"2026-11-09T23:59:00+01:00\"}");
    json_object_foreach((json_t *)value, student, until)
    {
        const struct course_place at = course_inside(place, student);
        const char *text = json_string_value(until);
        if (!text || !when_read(&when, text))
            return course_wrong(&at, "no such time. Write " WHEN_FORM);
    }
    return status_ok();
}
