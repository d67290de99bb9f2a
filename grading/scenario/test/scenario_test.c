/* Reading scenarios and judging output, without a machine. */
#include "scenario/judge.h"
#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define START "{\"title\":\"t\",\"text\":\"x\",\"programs\":[\"core\"],\"steps\":[{\"expect\":[\"a\"]"

static char message[512];

/* Reads a text as a file; true: it is a scenario. `message` has the error. */
static bool reads(const char *text)
{
    char path[] = "/tmp/cairn-scenario-test-XXXXXX";
    struct scenario scenario;
    struct scenario_error error = { "" };
    const int file = mkstemp(path);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    const bool good = scenario_read(&scenario, path, &error);
    if (good)
        scenario_free(&scenario);
    unlink(path);
    snprintf(message, sizeof message, "%s", error.text);
    return good;
}

static void test_reads(void **state)
{
    (void)state;
    assert_true(reads(START "}]}"));
    assert_true(reads(START ",\"limit\":600,\"ends\":\"idle\",\"roms\":{\"config\":{\"a\":[1]},\"text\":\"b\"}}]}"));
}

/* Each of these would be a test that does not test, or one that nobody can repair. */
static void test_refuses(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "{", "line 1" },
        { "[]", "must be an object" },
        { "{\"title\":\"t\"}", "\"text\" is missing" },
        { "{\"title\":1,\"text\":\"x\"}", "\"title\" must be a text" },
        { "{\"title\":\"t\",\"title\":\"t\"}", "duplicate" },
        { "{\"title\":\"t\",\"text\":\"x\",\"steps\":[]}", "\"programs\"" },
        { "{\"title\":\"t\",\"text\":\"x\",\"programs\":[\"a\"]}", "\"steps\"" },
        { "{\"title\":\"t\",\"text\":\"x\",\"programs\":[\"../a\"],\"steps\":[{\"expect\":[\"a\"]}]}",
          "no name of a program" },
        { "{\"title\":\"t\",\"text\":\"x\",\"programs\":[\"a\"],\"steps\":[{}]}", "expects nothing" },
        { START ",\"expects\":[]}]}", "unknown key \"expects\"" },
        { START ",\"forbid\":\"a\"}]}", "\"forbid\" must be a list" },
        { START ",\"forbid\":[\"\"]}]}", "not empty" },
        { START ",\"limit\":0}]}", "\"limit\"" },
        { START ",\"limit\":601}]}", "\"limit\"" },
        { START ",\"limit\":1.5}]}", "\"limit\"" },
        { START ",\"instructions\":0}]}", "\"instructions\"" },
        { START ",\"shift\":8}]}", "\"shift\"" },
        { START ",\"shift\":\"7\"}]}", "\"shift\"" },
        { START ",\"instructions\":\"many\"}]}", "\"instructions\"" },
        { START ",\"ends\":\"never\"}]}", "\"ends\"" },
        { START ",\"roms\":{\"../x\":1}}]}", "no name of a ROM" },
        { START ",\"roms\":[]}]}", "\"roms\"" },
        { START "},3]}", "step 2 must be an object" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(reads(cases[i].text));
        if (!strstr(message, cases[i].says))
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, message, cases[i].says);
    }
}

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *line;
        bool matches;
    } cases[] = {
        { "a", "a", true },
        { "a", "ab", false },
        { "a", "", false },
        { "", "", true },
        { "*", "", true },
        { "*", "abc", true },
        { "a*c", "abbc", true },
        { "a*c", "abbcd", false },
        { "*tick*", "x tick 1", true },
        { "[a]*", "[a] x", true },
        { "a**b", "ab", true },
        { "*ab", "aab", true },
        { "*a*b*c", "xxaxbxbxc", true },
        { "a?", "ab", false },
        { "*b", "bbbbbbba", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pattern_matches(cases[i].pattern, cases[i].line, strlen(cases[i].line)) != cases[i].matches)
            fail_msg("\"%s\" against \"%s\"", cases[i].pattern, cases[i].line);
}

static struct patterns list(const char **text)
{
    struct patterns patterns = { .text = text };
    while (text[patterns.count])
        patterns.count++;
    return patterns;
}

static const char *tick_lines[] = { "tick 1", "tick 2", NULL }, *tick_any[] = { "tick *", NULL }, *none[] = { NULL };

static struct verdict ticks(const char *text, enum ending ending)
{
    const struct step step = { .expect = list(tick_lines), .exact = list(tick_any), .forbid = list(none) };
    return judge(&step, text, ending);
}

static void test_judges(void **state)
{
    static const char *bad[] = { "*bad*", NULL }, *panics[] = { "panic: *", NULL };
    const struct step forbids = { .expect = list(tick_lines), .forbid = list(bad) };
    const struct step dies = { .expect = list(panics), .ends = ENDS_HALT };
    (void)state;
    assert_true(ticks("hello\r\ntick 1\r\nother\ntick 2", ENDED_HALT).passed);
    assert_true(ticks("tick 1\ntick 2\n", ENDED_IDLE).passed);
    assert_false(ticks("tick 2\ntick 1\n", ENDED_HALT).passed);
    assert_false(ticks("tick 1\ntick 2\ntick 3\n", ENDED_HALT).passed);
    assert_int_equal(ticks("x\ntick 1\ntick 1\n", ENDED_HALT).line, 3);
    assert_int_equal(ticks("tick 1\n", ENDED_HALT).matched, 1);
    assert_false(ticks("tick 1\n", ENDED_HALT).passed);
    assert_false(ticks("tick 1\ntick 2\n", ENDED_LIMIT).passed);
    assert_false(ticks("tick 1\npanic: x\ntick 2\n", ENDED_HALT).passed);
    assert_true(judge(&forbids, "tick 1\ntick 2\ntick 3\n", ENDED_HALT).passed);
    assert_int_equal(judge(&forbids, "tick 1\ntick 2\nbadly\n", ENDED_HALT).line, 3);
    assert_true(judge(&dies, "panic: as it should\n", ENDED_HALT).passed);
    assert_false(judge(&dies, "panic: as it should\n", ENDED_IDLE).passed);
}

static void test_judges_work(void **state)
{
    const struct step step = { .instructions = 100 }, any = { 0 };
    struct verdict verdict = { .passed = true };
    (void)state;
    judge_work(&verdict, &step, 100);
    judge_work(&verdict, &any, 101);
    assert_true(verdict.passed);
    judge_work(&verdict, &step, 101);
    assert_false(verdict.passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_judges),
        cmocka_unit_test(test_judges_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
