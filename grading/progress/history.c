/* What the records of earlier runs say: see state.h. */
#include "progress/state.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum outcome outcome_named(const char *kind)
{
    static const char *const names[] = { "", "passed", "failed", "not-written", "not-run" };
    for (int i = OUTCOME_PASSED; kind && i <= OUTCOME_NOT_RUN; i++)
        if (!strcmp(kind, names[i]))
            return i;
    return OUTCOME_NONE;
}

/* A test that the kit has no more says nothing. */
static void take_test(struct stage_state *state, const json_t *entry, const char *when)
{
    const char *id = json_string_value(json_object_get(entry, "id"));
    enum outcome outcome = outcome_named(json_string_value(json_object_get(entry, "kind")));

    for (size_t i = 0; id && i < state->tests.count && i < TESTS_MAX; i++) {
        if (strcmp(state->tests.test[i].id, id))
            continue;
        state->outcome[i].now = outcome;
        if (outcome == OUTCOME_PASSED)
            snprintf(state->outcome[i].passed, sizeof state->outcome[i].passed, "%s", when);
    }
}

static void take_record(struct stage_state *state, const char *path, const char *name, time_t changed)
{
    json_t *record = json_load_file(path, 0, NULL), *entry;
    const char *result = json_string_value(json_object_get(record, "result"));
    struct stat status;
    size_t index;

    if (result && !stat(path, &status)) {
        snprintf(state->graded, sizeof state->graded, "%.*s", (int)strcspn(name, "."), name);
        state->compiled = !strcmp(result, "graded");
        state->stale = changed > status.st_mtime;
        json_array_foreach(json_object_get(record, "tests"), index, entry) take_test(state, entry, state->graded);
    }
    json_decref(record);
}

static int is_record(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".json");
}

/* Names are times, so they are read from the oldest to the newest. */
void history_read(struct stage_state *state, const char *folder, time_t changed)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_record, alphasort);

    for (int i = 0; i < count; i++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        take_record(state, path, entries[i]->d_name, changed);
        free(entries[i]);
    }
    free(entries);
}
