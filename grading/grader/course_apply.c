/* What a course says of single tests: see course_apply in course.h. */
#include "course_private.h"

#include <stdlib.h>
#include <string.h>

static struct test *test_named(const struct tests *tests, const char *id)
{
    for (size_t i = 0; i < tests->count; i++)
        if (strcmp(tests->test[i].id, id) == 0)
            return &tests->test[i];
    return NULL;
}

static struct status check_names(const struct course_place *place, const json_t *exercise, const char *table,
                                 const struct tests *tests)
{
    const struct course_place list = course_inside(place, table);
    const char *id;
    json_t *value;
    json_object_foreach(json_object_get(exercise, table), id, value)
    {
        const struct course_place at = course_inside(&list, id);
        if (!test_named(tests, id))
            return course_wrong(&at, "there is no such test. The exercise's README lists them; this one begins with %s",
                                tests->test[0].id);
    }
    return status_ok();
}

static enum visibility visibility_of(const json_t *exercise, const char *id)
{
    const json_t *value = json_object_get(json_object_get(exercise, "visibility"), id);
    return value ? (enum visibility)course_word(value, course_visibilities) : VISIBILITY_SHOWN;
}

/* "Not run, after 1.first" would tell of a test that nobody is to know of. */
static struct status check_order(const struct course_place *place, const json_t *exercise, const struct tests *tests)
{
    const struct course_place list = course_inside(place, "visibility");
    for (size_t i = 0; i < tests->count; i++)
        for (const char **before = tests->test[i].presupposes; *before; before++)
            if (visibility_of(exercise, *before) > visibility_of(exercise, tests->test[i].id)) {
                const struct course_place at = course_inside(&list, *before);
                return course_wrong(&at, "%.40s presupposes it and is not hidden as well: hide both, or show this one",
                                    tests->test[i].id);
            }
    return status_ok();
}

struct status course_apply(const struct course *course, const char *stage, struct tests *tests)
{
    const struct course_place top = { .course = course }, list = course_inside(&top, "exercises"),
                              place = course_inside(&list, stage);
    const json_t *exercise = json_object_get(json_object_get(course->json, "exercises"), stage), *points;
    struct status status = check_names(&place, exercise, "points", tests);
    if (status.code == STATUS_OK)
        status = check_names(&place, exercise, "visibility", tests);
    if (status.code == STATUS_OK)
        status = check_order(&place, exercise, tests);
    if (status.code != STATUS_OK)
        return status;
    for (size_t i = 0; i < tests->count; i++) {
        struct test *test = &tests->test[i];
        points = json_object_get(json_object_get(exercise, "points"), test->id);
        if (points)
            test->points = (unsigned)json_integer_value(points);
        test->visibility = visibility_of(exercise, test->id);
    }
    return status;
}

bool course_shows(const struct test *test, bool passed)
{
    return test->visibility == VISIBILITY_SHOWN || (test->visibility == VISIBILITY_UNTIL_DUE && passed);
}
