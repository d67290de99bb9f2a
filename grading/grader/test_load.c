/* Reading test records, one file each. What they say about each other is checked in test_check.c. */
#include "test_check.h"

#include "probes/probe.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jansson knows no places of keys: the first line that holds the key in quotes is what a person looks for. */
static unsigned line_of(const char *path, const char *key)
{
    char line[1024], quoted[80];
    unsigned number = 0, found = 0;
    FILE *file = fopen(path, "r");
    snprintf(quoted, sizeof quoted, "\"%.64s\"", key);
    while (file && !found && fgets(line, sizeof line, file)) {
        number++;
        if (strstr(line, quoted))
            found = number;
    }
    if (file)
        fclose(file);
    return found ? found : 1;
}

struct status test_complain(const char *path, const char *key, const char *what)
{
    return status_error(STATUS_MISUSE, "%s:%u: \"%s\": %s", path, line_of(path, key), key, what);
}

enum kind { SCHEMA, TEXT, TEXT_OR_NULL, COUNT, WORDS, HINTS };

static const struct field {
    const char *key;
    enum kind kind;
    size_t offset; /* in struct test */
    bool optional;
} fields[] = {
    { "schema", SCHEMA, 0, false },
    { "id", TEXT, offsetof(struct test, id), false },
    { "title", TEXT, offsetof(struct test, title), false },
    { "task", TEXT, offsetof(struct test, task), false },
    { "shows", TEXT, offsetof(struct test, shows), false },
    { "probe", TEXT, offsetof(struct test, probe), false },
    { "program", TEXT_OR_NULL, offsetof(struct test, program), true },
    { "partner", TEXT_OR_NULL, offsetof(struct test, partner), true },
    { "order", COUNT, offsetof(struct test, order), false },
    { "points", COUNT, offsetof(struct test, points), false },
    { "limit", COUNT, offsetof(struct test, limit), false },
    { "presupposes", WORDS, offsetof(struct test, presupposes), true },
    { "families", WORDS, offsetof(struct test, families), false },
    { "hints", HINTS, offsetof(struct test, hints), false },
};
#define FIELDS (sizeof fields / sizeof fields[0])

static bool take_words(const char ***words, const json_t *list)
{
    size_t count = json_array_size(list);
    *words = calloc(count + 1, sizeof **words);
    for (size_t i = 0; i < count && *words; i++)
        if (!((*words)[i] = json_string_value(json_array_get(list, i))))
            return false;
    return *words != NULL;
}

static bool take_hints(const char **hints, const json_t *list)
{
    for (size_t i = 0; i < TEST_HINTS; i++)
        if (!(hints[i] = json_string_value(json_array_get(list, i))))
            return false;
    return json_array_size(list) == TEST_HINTS;
}

static const char *take_count(struct test *test, const struct field *field, const json_t *value)
{
    json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;
    bool is_limit = field->offset == offsetof(struct test, limit);
    if (number < 0 || (!is_limit && number > 100000))
        return "must be a whole number that is not negative";
    if (is_limit)
        test->limit = (uint64_t)number;
    else
        *(unsigned *)((char *)test + field->offset) = (unsigned)number;
    return NULL;
}

/* NULL, or what is wrong with the value. */
static const char *take(struct test *test, const struct field *field, const json_t *value)
{
    void *to = (char *)test + field->offset;
    const char *string = json_string_value(value);
    switch (field->kind) {
    case SCHEMA:
        return string && strcmp(string, "cairn-test/1") == 0 ? NULL : "must be \"cairn-test/1\"";
    case TEXT:
    case TEXT_OR_NULL:
        if (field->kind == TEXT_OR_NULL && json_is_null(value))
            return NULL;
        *(const char **)to = string;
        return json_string_length(value) ? NULL : "must be a string, and not an empty one";
    case COUNT:
        return take_count(test, field, value);
    case WORDS:
        return json_is_array(value) && take_words(to, value) ? NULL : "must be an array of strings";
    case HINTS:
        return take_hints(to, value) ? NULL : "must be an array of three strings, from a nudge to nearly the answer";
    }
    return "unknown kind";
}

static const struct field *field_named(const char *key)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

static struct status read_record(struct test *test, json_t *record, const char *path)
{
    const char *key;
    json_t *value;
    if (!json_is_object(record))
        return status_error(STATUS_MISUSE, "%s:1: a record is one JSON object", path);
    json_object_foreach(record, key, value)
    {
        const struct field *field = field_named(key);
        const char *wrong = field ? take(test, field, value) : "unknown key";
        if (wrong)
            return test_complain(path, key, wrong);
    }
    for (size_t i = 0; i < FIELDS; i++)
        if (!fields[i].optional && !json_object_get(record, fields[i].key))
            return test_complain(path, fields[i].key, "is missing");
    if (!test->presupposes && !(test->presupposes = calloc(1, sizeof *test->presupposes)))
        return status_errno("memory");
    return test_check_alone(test, path);
}

static struct status add(struct tests *tests, const char *directory, const char *name)
{
    char path[1024];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!record)
        return status_error(STATUS_MISUSE, "%s:%d: %s", path, error.line, error.text);
    json_array_append_new(tests->json, record);
    struct test *grown = realloc(tests->test, (tests->count + 1) * sizeof *grown);
    if (!grown)
        return status_errno("memory");
    tests->test = grown;
    grown[tests->count] = (struct test){ 0 };
    return read_record(&grown[tests->count++], record, path);
}

static int by_order(const void *left, const void *right)
{
    const struct test *a = left, *b = right;
    return a->order != b->order ? (a->order > b->order) - (a->order < b->order) : strcmp(a->id, b->id);
}

static struct status add_all(struct tests *tests, const char *directory, DIR *stream)
{
    struct status status = status_ok();
    for (struct dirent *entry; status.code == STATUS_OK && (entry = readdir(stream));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (entry->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0)
            status = add(tests, directory, entry->d_name);
    }
    return status;
}

struct status tests_load(struct tests *tests, const char *directory, const char *stage, const struct families *families)
{
    char folder[768];
    *tests = (struct tests){ .json = json_array() };
    snprintf(folder, sizeof folder, "%s/%s", directory, stage);
    DIR *stream = opendir(folder);
    struct status status = stream ? add_all(tests, folder, stream) : status_errno(folder);
    if (stream)
        closedir(stream);
    if (status.code == STATUS_OK && !tests->count)
        status = status_error(STATUS_MISUSE, "%s: there are no test records", folder);
    if (status.code == STATUS_OK) {
        qsort(tests->test, tests->count, sizeof *tests->test, by_order);
        status = test_check_together(tests, folder, families);
    }
    if (status.code != STATUS_OK)
        tests_free(tests);
    return status;
}

void test_release(struct test *test)
{
    free(test->presupposes);
    free(test->families);
}

void tests_free(struct tests *tests)
{
    for (size_t i = 0; i < tests->count; i++)
        test_release(&tests->test[i]);
    free(tests->test);
    json_decref(tests->json);
    *tests = (struct tests){ 0 };
}
