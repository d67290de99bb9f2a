/* Checking test records: see test_check.h. */
#include "test_check.h"

#include "probes/probe.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Names become file names and words on command lines. */
static bool plain(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    return name[0] != '.' && name[0] != '-' && strlen(name) < 48 && strspn(name, allowed) == strlen(name);
}

/* "1.gates" stands in STAGE/gates.json, so no two tests share an id. */
static bool is_file_name(const char *id, const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strchr(id, '.');
    const char *base = slash ? slash + 1 : path;
    size_t length = dot ? strlen(dot + 1) : 0;
    return length && strlen(base) == length + strlen(".json") && strncmp(base, dot + 1, length) == 0;
}

struct status test_check_alone(const struct test *test, const char *path)
{
    if (!plain(test->id))
        return test_complain(path, "id", "may hold a-z, 0-9, '.' and '-' only");
    if (!is_file_name(test->id, path))
        return test_complain(path, "id", "must be the stage's number, a dot and the file's name");
    if (test->program && !plain(test->program))
        return test_complain(path, "program", "is not a plain name");
    if (test->partner && !plain(test->partner))
        return test_complain(path, "partner", "is not a plain name");
    if (!probe_exists(test->probe))
        return test_complain(path, "probe", "there is no such probe in grading/probes");
    if (!test->families[0])
        return test_complain(path, "families", "must name at least the test's own");
    if (!test->limit)
        return test_complain(path, "limit", "must not be 0");
    return status_ok();
}

static const struct test *before(const struct tests *tests, size_t index, const char *id)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(tests->test[i].id, id) == 0)
            return &tests->test[i];
    return NULL;
}

static struct status check_one(const struct tests *tests, size_t index, const char *path,
                               const struct families *families)
{
    const struct test *test = &tests->test[index];
    char what[128];
    for (const char **id = test->presupposes; *id; id++)
        if (!before(tests, index, *id)) {
            snprintf(what, sizeof what, "\"%.60s\" does not exist, or runs later", *id);
            return test_complain(path, "presupposes", what);
        }
    for (const char **id = test->families; families && *id; id++)
        if (!families_find(families, *id)) {
            snprintf(what, sizeof what, "the stage has no family \"%.60s\"", *id);
            return test_complain(path, "families", what);
        }
    return status_ok();
}

struct status test_check_together(const struct tests *tests, const char *folder, const struct families *families)
{
    struct status status = status_ok();
    for (size_t i = 0; i < tests->count && status.code == STATUS_OK; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s.json", folder, strchr(tests->test[i].id, '.') + 1);
        status = check_one(tests, i, path, families);
    }
    return status;
}
