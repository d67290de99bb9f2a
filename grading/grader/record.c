/* Making and writing records: see record.h. */
#include "record.h"

#include "clean.h"
#include "machine/pinned.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* jansson refuses what is not UTF-8; nothing uncleaned gets into a record. */
static json_t *text(const char *string)
{
    char safe[1024];
    clean_copy(safe, sizeof safe, string);
    return json_string(safe);
}

static json_t *text_or_null(const char *string)
{
    return string && string[0] ? text(string) : json_null();
}

static json_t *names(const struct submission *submission)
{
    json_t *list = json_array();
    for (size_t i = 0; i < submission->count; i++)
        json_array_append_new(list, text(submission->file[i].name));
    return list;
}

static json_t *ignored(const struct submission *submission)
{
    json_t *list = json_array();
    for (size_t i = 0; i < submission->ignored_count; i++)
        json_array_append_new(list, text(submission->ignored[i]));
    return list;
}

static json_t *lines(const char *messages)
{
    json_t *list = json_array();
    for (const char *at = messages ? messages : ""; *at; at += strcspn(at, "\n"), at += *at == '\n')
        json_array_append_new(list, json_stringn(at, strcspn(at, "\n")));
    return list;
}

static json_t *test_entry(const struct test *test, const struct verdict *verdict)
{
    bool passed = verdict->kind == VERDICT_PASSED, failed = verdict->kind == VERDICT_FAILED;
    json_t *entry = json_pack(
        "{s:o, s:o, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:I}", "id", text(test->id), "task", text(test->task), "kind",
        verdict_kind_name(verdict->kind), "points", passed ? (int)test->points : 0, "max", (int)test->points, "family",
        text_or_null(failed ? verdict->family : NULL), "expected", text_or_null(failed ? verdict->expected : NULL),
        "seen", text_or_null(passed ? NULL : verdict->seen), "place", text_or_null(failed ? verdict->place : NULL),
        "count", (json_int_t)verdict->count);
    if (test->visibility == VISIBILITY_HIDDEN)
        json_object_set_new(entry, "visibility", json_string("hidden"));
    else if (test->visibility == VISIBILITY_UNTIL_DUE)
        json_object_set_new(entry, "visibility", json_string("until-due"));
    return entry;
}

static json_t *test_entries(const struct result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->tests->count; i++)
        if (result->selected[i])
            json_array_append_new(list, test_entry(&result->tests->test[i], &result->verdicts[i]));
    return list;
}

static json_t *heading(const struct result *result)
{
    char seed[24];
    const struct kit *kit = result->kit;
    snprintf(seed, sizeof seed, "%" PRIu64, result->seed);
    return json_pack("{s:s, s:s, s:s, s:{s:s, s:o}, s:{s:o, s:o, s:o}, s:o, s:o, s:o}", "schema", "cairn-record/1",
                     "exercise", result->stage, "seed", seed, "machine", "name", PINNED_NAME, "qemu",
                     text(result->qemu), "tools", "compiler", text(kit->compiler), "linker", text(kit->linker),
                     "assembler", text(kit->assembler), "kit", text(kit->hash), "files", names(result->submission),
                     "ignored", ignored(result->submission));
}

static json_t *body(const struct result *result)
{
    const struct test *test;
    const struct verdict *first = result->build->good ? result_first_failure(result, &test) : NULL;
    if (!result->build->good)
        return json_pack("{s:s, s:o}", "result", "not-compiled", "messages", lines(result->build->messages));
    return json_pack("{s:s, s:b, s:i, s:i, s:o, s:o}", "result", "graded", "complete", result_complete(result),
                     "points", (int)result_points(result), "max", (int)result_max(result), "family",
                     text_or_null(first ? first->family : NULL), "tests", test_entries(result));
}

/* Being late is a matter of every submission that has a due date, of one that does not compile as well. */
static json_t *late_entry(const struct result *result)
{
    bool good = result->build->good;
    return deadline_record(result->deadline, good ? result_points(result) : 0, result_max(result));
}

struct status record_make(const struct result *result, char **record)
{
    json_t *all = heading(result), *rest = body(result);
    json_t *late = late_entry(result);
    char *dump = NULL;
    if (all && late)
        json_object_set_new(all, "late", late);
    if (all && rest && json_object_update(all, rest) == 0)
        dump = json_dumps(all, JSON_INDENT(2));
    json_decref(all);
    json_decref(rest);
    *record = dump ? realloc(dump, strlen(dump) + 2) : NULL;
    if (!*record) {
        free(dump);
        return status_error(STATUS_SYSTEM, "the record cannot be made: out of memory");
    }
    strcat(*record, "\n");
    return status_ok();
}

/* A file is replaced as a whole; what is there and no file (a device, a link such as /dev/stdout) is written to. */
struct status record_write(const char *path, const char *record)
{
    char part[1100];
    struct stat there;
    bool replace = lstat(path, &there) < 0 || S_ISREG(there.st_mode);
    snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(replace ? part : path, "w");
    if (!file)
        return status_errno(path);
    bool good = fputs(record, file) >= 0;
    if (fclose(file) != 0 || !good || (replace && rename(part, path) < 0)) {
        struct status status = status_errno(path);
        if (replace)
            unlink(part);
        return status;
    }
    return status_ok();
}

struct status record_directory(const struct kit *kit, char *path, size_t size)
{
    snprintf(path, size, "%s/grades", kit->build);
    return mkdir(path, 0755) < 0 && errno != EEXIST ? status_errno(path) : status_ok();
}

struct status record_path(const struct result *result, char *path, size_t size)
{
    char directory[600];
    struct status status = record_directory(result->kit, directory, sizeof directory);
    snprintf(path, size, "%s/%s-%" PRIu64 ".json", directory, result->stage, result->seed);
    return status;
}
