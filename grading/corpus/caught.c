/* See caught.h. A line is "ID TEST", where # begins a comment. */
#include "corpus/caught.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct mutant *find(struct mutant *mutants, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(mutants[i].id, id))
            return &mutants[i];
    return NULL;
}

static int index_of(const struct tests *tests, const char *id)
{
    for (size_t i = 0; i < tests->count; i++)
        if (!strcmp(tests->test[i].id, id))
            return (int)i;
    return -1;
}

struct status caught_read(const char *path, const struct tests *tests, struct mutant *mutants, size_t count)
{
    char line[200], id[64], test[64];
    FILE *file = fopen(path, "r");

    if (!file)
        return errno == ENOENT ? status_ok() : status_errno(path);
    struct status status = status_ok();
    while (status.code == STATUS_OK && fgets(line, sizeof line, file)) {
        if (line[0] == '#')
            continue;
        if (sscanf(line, "%63s %63s", id, test) != 2)
            status = status_error(STATUS_MISUSE, "%.400s: no line \"ID TEST\": %.60s", path, line);
        else if (find(mutants, count, id))
            find(mutants, count, id)->expected = index_of(tests, test);
    }
    fclose(file);
    return status;
}

bool caught_is_stale(const struct mutant *mutant, const struct mutant_result *result)
{
    return mutant->expected != result->first;
}

struct status caught_write(const char *path, const struct tests *tests, const struct mutant *mutants, size_t count)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return status_errno(path);
    fprintf(file, "# The test that is the first to fail with each mutant. Made by: make mutants EX=%c WRITE=1\n",
            tests->test[0].id[0]);
    for (size_t i = 0; i < count; i++)
        if (mutants[i].expected >= 0)
            fprintf(file, "%s %s\n", mutants[i].id, tests->test[mutants[i].expected].id);
    return fclose(file) ? status_errno(path) : status_ok();
}
