/* See replay.h. */
#include "replay.h"

#include "clean.h"
#include "machine/workdir.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_MAX (16u << 20)

static const char *word(const json_t *object, const char *key, const char *otherwise)
{
    const char *string = json_string_value(json_object_get(object, key));
    return string ? string : otherwise;
}

static const json_t *test_named(const json_t *record, const char *id)
{
    size_t index;
    const json_t *test;
    json_array_foreach(json_object_get(record, "tests"), index,
                       test) if (strcmp(word(test, "id", ""), id) == 0) return test;
    return NULL;
}

static void describe(const json_t *test, char *text, size_t size)
{
    char family[48] = "";
    const char *name = word(test, "family", NULL);
    if (name)
        snprintf(family, sizeof family, " (%.40s)", name);
    snprintf(text, size, "%.16s%s", word(test, "kind", "not there"), family);
    clean(text);
}

static bool is_shown(const struct result *shown, const char *id)
{
    for (size_t i = 0; i < shown->tests->count; i++)
        if (strcmp(shown->tests->test[i].id, id) == 0)
            return shown->selected[i];
    return false;
}

static void compare_tests(FILE *out, const json_t *old, const json_t *new, const struct result *shown)
{
    size_t index, changed = 0;
    const json_t *test;
    json_array_foreach(json_object_get(new, "tests"), index, test)
    {
        char was[80], is[80];
        const json_t *before = test_named(old, word(test, "id", ""));
        if (!is_shown(shown, word(test, "id", "")))
            continue;
        describe(before, was, sizeof was);
        describe(test, is, sizeof is);
        if (before && strcmp(was, is) != 0) {
            fprintf(out, "  %s: was %s, is %s\n", word(test, "id", "?"), was, is);
            changed++;
        }
    }
    if (!changed)
        fputs("  every test that is shown ends as before\n", out);
}

void replay_compare(FILE *out, const char *path, const char *record, const struct result *shown)
{
    char *before = NULL;
    size_t length = 0;
    if (read_capped(path, RECORD_MAX, &before, &length).code != STATUS_OK || !length) {
        fputs("\nNo record with this seed is kept here, so there is nothing to compare with.\n", out);
    } else if (strcmp(before, record) == 0) {
        fputs("\nIdentical with the record of this seed, byte for byte.\n", out);
    } else {
        json_t *old = json_loads(before, 0, NULL), *new = json_loads(record, 0, NULL);
        fputs("\nCompared with the record of this seed:\n", out);
        compare_tests(out, old, new, shown);
        json_decref(old);
        json_decref(new);
    }
    free(before);
}
