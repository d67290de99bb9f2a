/* See course.h. */
#include "course.h"

#include <string.h>

static struct status wrong(const char *path, const char *key, const char *what)
{
    return status_error(STATUS_MISUSE, "%s: \"%.60s\": %s", path, key, what);
}

static struct status set_points(const char *path, struct tests *tests, const char *id, const json_t *value)
{
    json_int_t points = json_is_integer(value) ? json_integer_value(value) : -1;
    if (points < 0 || points > 100000)
        return wrong(path, id, "points are a whole number that is not negative");
    for (size_t i = 0; i < tests->count; i++)
        if (strcmp(tests->test[i].id, id) == 0) {
            tests->test[i].points = (unsigned)points;
            return status_ok();
        }
    return wrong(path, id, "there is no such test");
}

static struct status apply_exercise(const char *path, const json_t *exercise, struct tests *tests)
{
    const char *key, *id;
    json_t *value, *points;
    json_object_foreach((json_t *)exercise, key, value)
    {
        if (strcmp(key, "points") != 0 || !json_is_object(value))
            return wrong(path, key, "an exercise has \"points\", an object");
        json_object_foreach(value, id, points)
        {
            struct status status = set_points(path, tests, id, points);
            if (status.code != STATUS_OK)
                return status;
        }
    }
    return status_ok();
}

static struct status apply(const char *path, const json_t *course, const char *stage, struct tests *tests, int *hints)
{
    const char *key;
    json_t *value;
    const char *schema = json_string_value(json_object_get(course, "schema"));
    if (!schema || strcmp(schema, "cairn-course/1") != 0)
        return wrong(path, "schema", "must be \"cairn-course/1\"");
    json_object_foreach((json_t *)course, key, value)
    {
        if (strcmp(key, "hints") == 0) {
            *hints = json_is_integer(value) ? (int)json_integer_value(value) : -1;
            if (*hints < 0 || *hints > TEST_HINTS)
                return wrong(path, key, "0, 1, 2 or 3");
        } else if (strcmp(key, "schema") != 0 && strcmp(key, "exercises") != 0) {
            return wrong(path, key, "unknown key");
        }
    }
    return apply_exercise(path, json_object_get(json_object_get(course, "exercises"), stage), tests);
}

struct status course_apply(const char *path, const char *stage, struct tests *tests, int *hints)
{
    json_error_t error;
    json_t *course = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!course)
        return status_error(STATUS_MISUSE, "%s:%d: %s", path, error.line, error.text);
    struct status status = apply(path, course, stage, tests, hints);
    json_decref(course);
    return status;
}
