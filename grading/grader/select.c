/* See select.h. */
#include "select.h"

#include <stdio.h>
#include <string.h>

static bool is_called(const char *id, const char *word, size_t length)
{
    const char *dot = strchr(id, '.');
    bool whole = strlen(id) == length && strncmp(id, word, length) == 0;
    return whole || (dot && strlen(dot + 1) == length && strncmp(dot + 1, word, length) == 0);
}

static bool mark(const struct tests *tests, const char *word, size_t length, bool *selected)
{
    for (size_t i = 0; i < tests->count; i++)
        if (is_called(tests->test[i].id, word, length))
            return selected[i] = true;
    return false;
}

/* What is presupposed comes before, so one pass from the end finds all of it. */
static void add_presupposed(const struct tests *tests, bool *selected)
{
    for (size_t i = tests->count; i-- > 0;)
        for (const char **id = tests->test[i].presupposes; selected[i] && *id; id++)
            mark(tests, *id, strlen(*id), selected);
}

struct status select_tests(const struct tests *tests, const char *only, bool *selected)
{
    for (size_t i = 0; i < tests->count; i++)
        selected[i] = !only;
    for (const char *word = only; word && *word; word += strcspn(word, ","), word += *word == ',') {
        size_t length = strcspn(word, ",");
        if (length && !mark(tests, word, length, selected))
            return status_error(STATUS_MISUSE, "there is no test \"%.*s\" in this exercise. Its README lists them; the first is %s",
                                (int)(length < 60 ? length : 60), word, tests->test[0].id);
    }
    add_presupposed(tests, selected);
    return status_ok();
}
