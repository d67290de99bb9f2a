/* See result.h. */
#include "result.h"

unsigned result_points(const struct result *result)
{
    unsigned points = 0;
    for (size_t i = 0; i < result->tests->count; i++)
        if (result->selected[i] && result->verdicts[i].kind == VERDICT_PASSED)
            points += result->tests->test[i].points;
    return points;
}

unsigned result_max(const struct result *result)
{
    unsigned points = 0;
    for (size_t i = 0; i < result->tests->count; i++)
        if (result->selected[i])
            points += result->tests->test[i].points;
    return points;
}

bool result_complete(const struct result *result)
{
    for (size_t i = 0; i < result->tests->count; i++)
        if (!result->selected[i])
            return false;
    return true;
}

const struct verdict *result_first_failure(const struct result *result, const struct test **test)
{
    for (size_t i = 0; i < result->tests->count; i++)
        if (result->selected[i] && result->verdicts[i].kind == VERDICT_FAILED) {
            *test = &result->tests->test[i];
            return &result->verdicts[i];
        }
    return NULL;
}
