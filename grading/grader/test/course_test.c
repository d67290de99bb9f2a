/* Course files: what they may say, how each mistake is told, and that a wrong one changes nothing. */
#include "unit.h"

#include "grader/course.h"
#include "machine/workdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct workdir dir;

static struct status open_text(struct course *course, const char *text)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/course.json", dir.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return course_open(course, path, dir.path);
}

/* An exercise's members, in a file that is right otherwise; they begin in line 2. */
static struct status open_exercise(struct course *course, const char *members)
{
    char text[2000];
    snprintf(text, sizeof text, "{ \"schema\": \"cairn-course/1\", \"exercises\": { \"1-entry\": {\n%s } } }", members);
    return open_text(course, text);
}

static void expect_wrong(struct status status, const char *const *parts)
{
    assert_int_equal(status.code, STATUS_MISUSE);
    for (; *parts; parts++)
        if (!strstr(status.message, *parts))
            fail_msg("\"%s\" does not say \"%s\"", status.message, *parts);
}

static void complains(const char *text, const char *place, const char *remedy)
{
    struct course course;
    const char *const parts[] = { place, remedy, NULL };
    expect_wrong(open_text(&course, text), parts);
    assert_null(course.json);
}

static void exercise_complains(const char *members, const char *key, const char *remedy)
{
    struct course course;
    const char *const parts[] = { "course.json:2: exercises.1-entry.", key, remedy, NULL };
    expect_wrong(open_exercise(&course, members), parts);
}

static void without_rules_nothing_is_decided(void **state)
{
    struct course course;
    (void)state;
    assert_int_equal(open_text(&course, "{\"schema\": \"cairn-course/1\"}").code, STATUS_OK);
    struct course_rules rules = course_rules(&course, "1-entry", "ada");
    assert_false(rules.has_due);
    assert_int_equal(rules.feedback, FEEDBACK_HINTS);
    assert_int_equal(rules.hints, 3);
    assert_int_equal(rules.late.percent, 0);
    assert_false(course_extended(&course, "1-entry", "ada"));
    course_close(&course);
}

static const char example[] =
    "{\n"
    "  \"exercises\": {\n"
    "    \"1-entry\": { \"due\": \"2026-11-02T23:59:00+01:00\", \"extensions\": { \"ada\": \"2026-11-09T23:59:00+01:00\" },\n"
    "                 \"late\": { \"percent\": 5, \"each\": \"hour\", \"most\": 50, \"of\": \"max\", \"grace\": \"15m\", "
    "\"last\": \"2d\" } },\n"
    "    \"2-boot\": { \"feedback\": \"hints\", \"hints\": 1, \"late\": null }\n"
    "  },\n"
    "  \"hints\": 2, \"feedback\": \"family\", \"late\": { \"percent\": 10, \"each\": \"day\" },\n"
    "  \"schema\": \"cairn-course/1\"\n"
    "}\n";

/* Whatever stands first in the file. */
static void an_exercise_goes_before_the_course(void **state)
{
    struct course course;
    (void)state;
    assert_int_equal(open_text(&course, example).code, STATUS_OK);
    struct course_rules one = course_rules(&course, "1-entry", NULL), two = course_rules(&course, "2-boot", NULL);
    struct course_rules three = course_rules(&course, "3-threads", NULL);
    assert_int_equal(one.late.percent, 5);
    assert_int_equal(one.late.unit, SPAN_HOUR);
    assert_int_equal(one.late.most, 50);
    assert_true(one.late.of_max && one.late.has_last);
    assert_int_equal(one.late.grace, 900);
    assert_int_equal(one.late.last, 2 * SPAN_DAY);
    assert_int_equal(two.late.percent, 0);
    assert_int_equal(two.feedback, FEEDBACK_HINTS);
    assert_int_equal(two.hints, 1);
    assert_int_equal(three.late.percent, 10);
    assert_int_equal(three.late.most, 100);
    assert_int_equal(three.feedback, FEEDBACK_FAMILY);
    course_close(&course);
}

/* No feedback, no hints. */
static void hints_are_the_highest_feedback(void **state)
{
    struct course course;
    (void)state;
    assert_int_equal(open_text(&course, example).code, STATUS_OK);
    assert_int_equal(course_rules(&course, "3-threads", NULL).hints, 0);
    assert_int_equal(course_rules(&course, "2-boot", NULL).hints, 1);
    course_close(&course);
}

static void an_extension_is_of_one_student(void **state)
{
    struct course course;
    (void)state;
    assert_int_equal(open_text(&course, example).code, STATUS_OK);
    int64_t ada = course_rules(&course, "1-entry", "ada").due.seconds, bob = course_rules(&course, "1-entry", "bob").due.seconds;
    assert_int_equal(ada - bob, 7 * SPAN_DAY);
    assert_int_equal(bob, course_rules(&course, "1-entry", NULL).due.seconds);
    assert_true(course_extended(&course, "1-entry", "ada"));
    assert_false(course_extended(&course, "1-entry", "bob"));
    assert_false(course_extended(&course, "2-boot", "ada"));
    course_close(&course);
}

static void mistakes_in_a_course_are_told(void **state)
{
    (void)state;
    complains("", "course.json:1", "expected");
    complains("[]", "course.json:1:", "one JSON object");
    complains("{\n\n  \"schema\": 3 }", "course.json:3: schema:", "cairn-course/1");
    complains("{}", "course.json:1: schema:", "cairn-course/1");
    complains("{ \"schema\": \"cairn-course/1\",\n \"hints\": 1,\n \"hints\": 2 }", "course.json:3", "duplicate");
    complains("{ \"schema\": \"cairn-course/1\",\n \"hint\": 1 }", "course.json:2: hint:", "hints, feedback");
    complains("{ \"schema\": \"cairn-course/1\",\n \"due\": \"2026-11-02T23:59:00Z\" }",
              "course.json:2: due:", "into an exercise");
    complains("{ \"schema\": \"cairn-course/1\",\n \"hints\": 4 }", "course.json:2: hints:", "0, 1, 2 or 3");
    complains("{ \"schema\": \"cairn-course/1\",\n \"hints\": -1 }", "course.json:2: hints:", "0, 1, 2 or 3");
    complains("{ \"schema\": \"cairn-course/1\",\n \"exercises\": [] }", "course.json:2: exercises:", "an object");
    complains("{ \"schema\": \"cairn-course/1\", \"exercises\": {\n \"1-entr\": {} } }",
              "course.json:2: exercises.1-entr:", "no such exercise");
    complains("{ \"schema\": \"cairn-course/1\", \"exercises\": {\n \"../1-entry\": {} } }",
              "course.json:2:", "no such exercise");
    complains("{ \"schema\": \"cairn-course/1\", \"exercises\": {\n \"1-entry\": 7 } }",
              "course.json:2: exercises.1-entry:", "an object");
}

static void mistakes_in_an_exercise_are_told(void **state)
{
    (void)state;
    exercise_complains("\"dew\": 1", "dew:", "unknown key");
    exercise_complains("\"due\": \"2026-11-02\"", "due:", "Write 2026-");
    exercise_complains("\"due\": \"2026-02-29T12:00:00Z\"", "due:", "no such time");
    exercise_complains("\"due\": 1793663940", "due:", "no such time");
    exercise_complains("\"feedback\": \"all\"", "feedback:", "\"seen\"");
    exercise_complains("\"points\": []", "points:", "an object");
    exercise_complains("\"points\": { \"1.gates\": -1 }", "points.1.gates:", "whole number");
    exercise_complains("\"points\": { \"1.gates\": 100001 }", "points.1.gates:", "100000");
    exercise_complains("\"points\": { \"1.gates\": 1.5 }", "points.1.gates:", "whole number");
    exercise_complains("\"visibility\": { \"1.gates\": \"secret\" }", "visibility.1.gates:", "\"until-due\"");
    exercise_complains("\"visibility\": { \"1.gates\": \"until-due\" }", "visibility.1.gates:", "a \"due\"");
    exercise_complains("\"extensions\": { \"ada\": \"2026-11-09T23:59:00Z\" }", "extensions:", "a \"due\"");
    exercise_complains("\"extensions\": { \"ada\": \"tomorrow\" }", "extensions.ada:", "no such time");
    exercise_complains("\"extensions\": { \"ada\": \"2026-11-02T12:00:00Z\" }, \"due\": \"2026-11-02T12:00:00Z\"",
                       "extensions.ada:", "not after");
}

static void mistakes_in_a_late_rule_are_told(void **state)
{
    (void)state;
    exercise_complains("\"late\": 10", "late:", "an object");
    exercise_complains("\"late\": { \"percents\": 10 }", "late.percents:", "unknown key");
    exercise_complains("\"late\": { \"percent\": 0, \"each\": \"day\" }", "late.percent:", "1 to 100");
    exercise_complains("\"late\": { \"percent\": 101, \"each\": \"day\" }", "late.percent:", "1 to 100");
    exercise_complains("\"late\": { \"percent\": 10 }", "late:", "\"each\"");
    exercise_complains("\"late\": { \"percent\": 10, \"each\": \"week\" }", "late.each:", "\"day\"");
    exercise_complains("\"late\": { \"each\": \"day\" }", "late:", "without \"percent\"");
    exercise_complains("\"late\": { \"most\": 50 }", "late:", "without \"percent\"");
    exercise_complains("\"late\": { \"of\": \"all\" }", "late.of:", "\"earned\"");
    exercise_complains("\"late\": { \"grace\": \"1.5h\" }", "late.grace:", "15m");
    exercise_complains("\"late\": { \"grace\": 15 }", "late.grace:", "15m");
    exercise_complains("\"late\": { \"grace\": \"2d\", \"last\": \"47h\" }", "late.last:", "grace");
    exercise_complains("\"late\": { \"last\": \"367d\" }", "late.last:", "a year");
}

/* The same key stands in several exercises, in strings, in comments' clothes: the line is that of the one that is wrong. */
static void the_line_is_that_of_the_wrong_one(void **state)
{
    (void)state;
    complains(
        "{ \"schema\": \"cairn-course/1\",\n \"late\": { \"grace\": \"1m\" },\n \"exercises\": {\n"
        "  \"1-entry\": { \"late\": { \"grace\": \"1m\" }, \"extensions\": { \"a\\\"}\": \"2027-01-01T00:00:00Z\" }, \"due\":\n"
        "   \"2026-11-02T12:00:00Z\" },\n  \"2-boot\": {\n   \"points\": {\"2.x\": 1}, \"late\": {\n    \"grace\": \"x\" } } } }",
        "course.json:8: exercises.2-boot.late.grace:", "15m");
}

/* ---- tests of an exercise ---- */

static const char *none[] = { NULL }, *after_a[] = { "1.a", NULL };

static struct status apply(const char *members, struct test *list)
{
    struct course course;
    struct tests tests = { .test = list, .count = 3 };
    struct status status = open_exercise(&course, members);
    list[0] = (struct test){ .id = "1.a", .points = 1, .presupposes = none };
    list[1] = (struct test){ .id = "1.b", .points = 2, .presupposes = after_a };
    list[2] = (struct test){ .id = "1.c", .points = 3, .presupposes = none };
    if (status.code == STATUS_OK)
        status = course_apply(&course, "1-entry", &tests);
    course_close(&course);
    return status;
}

static void points_and_visibility_go_into_the_tests(void **state)
{
    struct test list[3];
    (void)state;
    assert_int_equal(
        apply("\"points\": { \"1.b\": 20, \"1.c\": 0 }, \"visibility\": { \"1.b\": \"hidden\", \"1.a\": \"shown\" }", list).code,
        STATUS_OK);
    assert_int_equal(list[0].points, 1);
    assert_int_equal(list[1].points, 20);
    assert_int_equal(list[2].points, 0);
    assert_int_equal(list[0].visibility, VISIBILITY_SHOWN);
    assert_int_equal(list[1].visibility, VISIBILITY_HIDDEN);
    assert_int_equal(list[2].visibility, VISIBILITY_SHOWN);
}

static void expect_unchanged(const char *members, const char *place, const char *remedy)
{
    struct test list[3];
    const char *const parts[] = { "course.json:2: exercises.1-entry.", place, remedy, NULL };
    expect_wrong(apply(members, list), parts);
    for (unsigned i = 0; i < 3; i++)
        assert_true(list[i].points == i + 1 && list[i].visibility == VISIBILITY_SHOWN);
}

static void what_is_wrong_changes_nothing(void **state)
{
    (void)state;
    expect_unchanged("\"points\": { \"1.a\": 50, \"1.x\": 5 }", "points.1.x:", "no such test");
    expect_unchanged("\"points\": { \"1.a\": 50 }, \"visibility\": { \"1.x\": \"hidden\" }", "visibility.1.x:", "no such test");
    expect_unchanged("\"points\": { \"1.a\": 50 }, \"visibility\": { \"1.a\": \"hidden\" }",
                     "visibility.1.a:", "1.b presupposes it");
    expect_unchanged("\"due\": \"2026-11-02T12:00:00Z\", \"visibility\": { \"1.a\": \"hidden\", \"1.b\": \"until-due\" }",
                     "visibility.1.a:", "hide both");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    struct course course;
    (void)state;
    struct status status = course_open(&course, "/nowhere/course.json", dir.path);
    assert_int_equal(status.code, STATUS_SYSTEM);
    assert_non_null(strstr(status.message, "/nowhere/course.json: No such file"));
    status = course_open(&course, dir.path, dir.path);
    assert_int_equal(status.code, STATUS_SYSTEM);
    assert_non_null(strstr(status.message, "directory"));
}

static void touch(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s.json", dir.path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    if (workdir_make(&dir, 65534).code != STATUS_OK)
        return -1;
    touch("1-entry"), touch("2-boot"), touch("3-threads");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    workdir_remove(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rules_nothing_is_decided),        cmocka_unit_test(an_exercise_goes_before_the_course),
        cmocka_unit_test(hints_are_the_highest_feedback),          cmocka_unit_test(an_extension_is_of_one_student),
        cmocka_unit_test(mistakes_in_a_course_are_told),           cmocka_unit_test(mistakes_in_an_exercise_are_told),
        cmocka_unit_test(mistakes_in_a_late_rule_are_told),        cmocka_unit_test(the_line_is_that_of_the_wrong_one),
        cmocka_unit_test(points_and_visibility_go_into_the_tests), cmocka_unit_test(what_is_wrong_changes_nothing),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("grader/course", tests, set_up, tear_down);
}
