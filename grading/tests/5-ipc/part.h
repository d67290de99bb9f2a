/*
 * Tests of the suite as parts of a larger one, without clean-up between them: for tasks before the one that lets things end.
 */
#pragma once

#include "told/told.h"

static bool part_is(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/* Runs the test of that name, whose family is this. */
static void part(const struct test *group, const char *name, const char *family)
{
    told_family(family);
    for (; group->name; group++)
        if (part_is(group->name, name)) {
            group->run();
            return;
        }
    CHECK(!"there is such a test");
}
