/* Test records: what is refused, and how a person is told where. */
#include "unit.h"

#include "grader/select.h"
#include "grader/seed.h"
#include "grader/test.h"
#include "machine/workdir.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct workdir dir;

static void write_text(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/9-demo/%s.json", dir.path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A good record with one member replaced, or removed with NULL. */
static void write_record(const char *name, int order, const char *key, json_t *value)
{
    char id[64];
    snprintf(id, sizeof id, "9.%s", name);
    json_t *record = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:[s], s:[sss]}", "schema",
                               "cairn-test/1", "id", id, "title", "t", "task", "9.1", "shows", "s", "probe", "gates",
                               "order", order, "points", 2, "limit", 1000, "families", "gs", "hints", "a", "b", "c");
    if (key && value)
        json_object_set_new(record, key, value);
    else if (key)
        json_object_del(record, key);
    char *text = json_dumps(record, JSON_INDENT(2));
    write_text(name, text);
    free(text);
    json_decref(record);
}

static struct status load(struct tests *tests)
{
    static struct family family = { "gs", "title", "means", "section" };
    const struct families families = { .family = &family, .count = 1 };
    return tests_load(tests, dir.path, "9-demo", &families);
}

static void expect_complaint(const char *what)
{
    struct tests tests;
    struct status status = load(&tests);
    assert_int_equal(status.code, STATUS_MISUSE);
    if (!strstr(status.message, what))
        fail_msg("\"%s\" does not say \"%s\"", status.message, what);
}

static void good_records_are_loaded_in_order(void **state)
{
    struct tests tests;
    (void)state;
    write_record("b", 2, "presupposes", json_pack("[s]", "9.a"));
    write_record("a", 1, NULL, NULL);
    struct status status = load(&tests);
    assert_string_equal(status.message, "");
    assert_int_equal(tests.count, 2);
    assert_string_equal(tests.test[0].id, "9.a");
    assert_string_equal(tests.test[1].presupposes[0], "9.a");
    assert_null(tests.test[1].presupposes[1]);
    assert_string_equal(tests.test[0].hints[2], "c");
    tests_free(&tests);
}

static void each_mistake_is_named(void **state)
{
    const struct {
        const char *key;
        json_t *value;
        const char *message;
    } mistakes[] = {
        { "id", json_string("9.other"), "file's name" },
        { "id", json_string("../x"), "a-z" },
        { "shows", NULL, "is missing" },
        { "schema", json_string("cairn-test/2"), "cairn-test/1" },
        { "colour", json_string("red"), "unknown key" },
        { "points", json_string("2"), "whole number" },
        { "points", json_integer(-1), "whole number" },
        { "limit", json_integer(0), "must not be 0" },
        { "probe", json_string("no-such-probe"), "no such probe" },
        { "program", json_string("../root"), "plain name" },
        { "families", json_pack("[s]", "gss"), "no family \"gss\"" },
        { "families", json_array(), "at least" },
        { "presupposes", json_pack("[s]", "9.a"), "does not exist" },
        { "presupposes", json_pack("[s]", "9.never"), "does not exist" },
        { "hints", json_pack("[s]", "only one"), "three" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        write_record("a", 1, mistakes[i].key, mistakes[i].value);
        expect_complaint(mistakes[i].message);
        expect_complaint(mistakes[i].key);
    }
}

static void places_are_lines(void **state)
{
    (void)state;
    write_text("a", "{\n  \"schema\": \"cairn-test/1\",\n  \"title\": 7\n}\n");
    expect_complaint("a.json:3: \"title\"");
    write_text("a", "{\n  \"id\": \"9.a\",\n  \"id\": \"9.a\"\n}\n");
    expect_complaint("a.json:3: duplicate");
    write_text("a", "{\n");
    expect_complaint("a.json:2:");
}

static void a_choice_brings_what_it_presupposes(void **state)
{
    struct tests tests;
    bool selected[3];
    (void)state;
    write_record("a", 1, NULL, NULL);
    write_record("b", 2, NULL, NULL);
    write_record("c", 3, "presupposes", json_pack("[s]", "9.a"));
    assert_int_equal(load(&tests).code, STATUS_OK);
    assert_int_equal(select_tests(&tests, NULL, selected).code, STATUS_OK);
    assert_true(selected[0] && selected[1] && selected[2]);
    assert_int_equal(select_tests(&tests, "c", selected).code, STATUS_OK);
    assert_true(selected[0] && !selected[1] && selected[2]);
    assert_int_equal(select_tests(&tests, "9.b,a", selected).code, STATUS_OK);
    assert_true(selected[0] && selected[1] && !selected[2]);
    assert_int_equal(select_tests(&tests, "b,nothing", selected).code, STATUS_MISUSE);
    tests_free(&tests);
}

/* Fixed for good: a seed in an old record must still mean the same run. */
static void seeds_stay_what_they_are(void **state)
{
    (void)state;
    assert_true(seed_of_test(1, "1.gates") != seed_of_test(1, "1.tss"));
    assert_true(seed_of_test(1, "1.gates") != seed_of_test(2, "1.gates"));
    assert_true(seed_of_test(1, "1.gates") == 0xf06f9e277d17aaf4);
}

/* Nobody is sent to a task that comes after the one that fails. */
static void the_section_to_read_is_known_already(void **state)
{
    const struct family exit = { "exit", "title", "means", "task-1-6" }, gs = { "gs", "title", "means", "gs" };
    char text[40];
    (void)state;
    assert_string_equal(families_section(&exit, "1.7", text, sizeof text), "task-1-6");
    assert_string_equal(families_section(&exit, "1.6", text, sizeof text), "task-1-6");
    assert_string_equal(families_section(&exit, "1.4", text, sizeof text), "task-1-4");
    assert_string_equal(families_section(&gs, "1.4", text, sizeof text), "gs");
    assert_string_equal(families_section(NULL, "3.A1", text, sizeof text), "task-3-a1");
}

static int set_up(void **state)
{
    char path[128];
    (void)state;
    if (workdir_make(&dir, 65534).code != STATUS_OK)
        return -1;
    snprintf(path, sizeof path, "%s/9-demo", dir.path);
    return mkdir(path, 0755);
}

static int tear_down(void **state)
{
    (void)state;
    workdir_remove(&dir);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(good_records_are_loaded_in_order),
        TEST(each_mistake_is_named),
        TEST(places_are_lines),
        TEST(a_choice_brings_what_it_presupposes),
        cmocka_unit_test(the_section_to_read_is_known_already),
        cmocka_unit_test(seeds_stay_what_they_are),
    };
    return cmocka_run_group_tests_name("grader/records", tests, NULL, NULL);
}
