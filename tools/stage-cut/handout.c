#include "handout.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const char table_mark[] = "<!-- tests -->";

static void set_path(json_t *record, const char *path)
{
    json_object_set_new(record, "path", json_string(path));
}

static bool add_record(json_t *records, const char *path)
{
    static const char *const strings[] = { "id", "title", "task", "shows" };
    json_error_t error;
    json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (!record) {
        fprintf(stderr, "%s:%d: error: %s\n", path, error.line, error.text);
        return false;
    }
    json_array_append_new(records, record);
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if (!json_is_string(json_object_get(record, strings[i]))) {
            fprintf(stderr, "%s: error: a test record needs the string \"%s\"\n", path, strings[i]);
            return false;
        }
    if (!json_is_number(json_object_get(record, "points"))) {
        fprintf(stderr, "%s: error: a test record needs the number \"points\"\n", path);
        return false;
    }
    set_path(record, path);
    return true;
}

static int by_order(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    const double x = json_number_value(json_object_get(a, "order")), y = json_number_value(json_object_get(b, "order"));
    if (x != y)
        return x < y ? -1 : 1;
    return strcmp(json_string_value(json_object_get(a, "id")), json_string_value(json_object_get(b, "id")));
}

/* All records of the folder; a folder that does not exist has none. NULL after a message. */
static json_t *read_records(const char *tests)
{
    json_t *records = json_array();
    DIR *directory = tests ? opendir(tests) : NULL;
    bool good = true;

    if (tests && !directory && errno != ENOENT) {
        fprintf(stderr, "%s: cannot read: %s\n", tests, strerror(errno));
        good = false;
    }
    for (struct dirent *entry; good && directory && (entry = readdir(directory));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (entry->d_name[0] == '.' || !dot || strcmp(dot, ".json") != 0)
            continue;
        struct text path = { 0 };
        text_print(&path, "%s/%s", tests, entry->d_name);
        good = add_record(records, path.bytes);
        text_free(&path);
    }
    if (directory)
        closedir(directory);
    if (good)
        return records;
    json_decref(records);
    return NULL;
}

/* A cell of a Markdown table: a bar would end it, a newline the table. */
static void add_cell(struct text *out, const char *string)
{
    for (; *string; string++)
        if (*string == '|')
            text_add(out, "\\|", 2);
        else
            text_add(out, *string == '\n' ? " " : string, 1);
}

static void add_table(struct text *out, json_t *records)
{
    const size_t count = json_array_size(records);
    json_t **sorted = memory_resize(NULL, count * sizeof *sorted);
    double total = 0;

    if (!count)
        text_print(out, "*This exercise has no tests yet.*\n");
    else
        text_print(out, "| Test | | Task | Points | What it shows |\n|---|---|---|---:|---|\n");
    for (size_t i = 0; i < count; i++)
        sorted[i] = json_array_get(records, i);
    qsort(sorted, count, sizeof *sorted, by_order);
    for (size_t i = 0; i < count; i++) {
        const double points = json_number_value(json_object_get(sorted[i], "points"));
        total += points;
        text_print(out, "| `%s` | ", json_string_value(json_object_get(sorted[i], "id")));
        add_cell(out, json_string_value(json_object_get(sorted[i], "title")));
        text_print(out, " | %s | %g | ", json_string_value(json_object_get(sorted[i], "task")), points);
        add_cell(out, json_string_value(json_object_get(sorted[i], "shows")));
        text_print(out, " |\n");
    }
    if (count)
        text_print(out, "| | **Together** | | **%g** | |\n", total);
    free(sorted);
}

bool handout_make(const struct folder *stage, const struct file *handout, const char *tests, struct text *out)
{
    json_t *records = read_records(tests);
    struct reader reader = reader_of(&handout->content);
    unsigned tables = 0;

    if (!records)
        return false;
    for (struct part line; reader_next(&reader, &line);) {
        if (part_is(line, table_mark)) {
            tables++;
            add_table(out, records);
        } else {
            text_add(out, line.bytes, line.length);
            text_add(out, "\n", 1);
        }
    }
    const bool wanted = json_array_size(records) > 0;
    json_decref(records);
    if (tables == 1 || (tables == 0 && !wanted))
        return true;
    fprintf(stderr, "%s/%s: error: has %u lines '%s': there must be one, where the table of tests goes\n", stage->path,
            handout->path, tables, table_mark);
    return false;
}
