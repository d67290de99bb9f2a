/* The file as students get it: see course.h. */
#include "course/course.h"

#include <string.h>

static void without_hidden(json_t *exercise, const char *name, const struct tests *tests)
{
    json_t *table = json_object_get(exercise, name);
    for (size_t i = 0; i < tests->count; i++)
        if (tests->test[i].visibility == VISIBILITY_HIDDEN)
            json_object_del(table, tests->test[i].id);
    if (table && !json_object_size(table))
        json_object_del(exercise, name);
}

void publish(struct course *course, const struct subject *subjects, size_t count)
{
    json_t *all = json_object_get(course->json, "exercises"), *kept = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *exercise = json_object_get(all, subjects[i].stage);
        if (!exercise)
            continue;
        json_object_del(exercise, "extensions");
        without_hidden(exercise, "points", &subjects[i].tests);
        without_hidden(exercise, "visibility", &subjects[i].tests);
        json_object_set(kept, subjects[i].stage, exercise);
    }
    json_object_set_new(course->json, "exercises", kept);
}
