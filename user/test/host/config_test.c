/*
 * Init's configuration: what is taken, and for everything that is refused line, column and words of the error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "init/config.h"
#include "lib/string.h"

static struct config config;
static struct config_error error;

static bool reads(const char *text)
{
    error = (struct config_error){ 0 };
    return config_read(&config, text, text_length(text), &error);
}

static const char example[] =
    "{\n"
    "  \"//\": \"two children\",\n"
    "  \"default\": { \"ram\": \"1M\", \"caps\": 65536 },\n"
    "  \"default-route\": [ { \"to\": \"parent\" } ],\n"
    "  \"start\": [\n"
    "    { \"name\": \"timer\", \"provides\": [\"Timer\"], \"ram\": \"64K\" },\n"
    "    { \"name\": \"a\", \"binary\": \"app\", \"exit\": \"end\", \"config\": { \"x\": [1, 2] },\n"
    "      \"route\": [ { \"service\": \"Timer\", \"to\": \"child timer\" },\n"
    "                 { \"service\": \"ROM\", \"label\": \"config\", \"to\": \"parent\", \"as\": \"other\" },\n"
    "                 { \"service\": \"LOG\", \"to\": \"deny\" } ] }\n"
    "  ]\n"
    "}\n";

static void test_example(void **state)
{
    (void)state;
    if (!reads(example))
        fail_msg("%u:%u: %s", error.line, error.column, error.text);
    assert_int_equal(config.children, 2);
    const struct config_start *timer = &config.start[0], *a = &config.start[1];
    assert_string_equal(timer->binary, "timer");
    assert_int_equal(timer->ram, 65536);
    assert_int_equal(timer->caps, 65536);
    assert_int_equal(timer->provided, 1);
    assert_string_equal(timer->provides[0], "Timer");
    assert_int_equal(timer->config_length, 0);
    assert_int_equal(timer->routes, 1);
    assert_false(timer->exit_ends_init);
    assert_string_equal(a->binary, "app");
    assert_int_equal(a->ram, 1 << 20);
    assert_true(a->exit_ends_init);
    assert_memory_equal(example + a->config_start, "{ \"x\": [1, 2] }", a->config_length);
    assert_int_equal(a->config_length, 15);
    assert_int_equal(a->routes, 4);
    assert_int_equal(config_route(a, "Timer", "")->to, ROUTE_CHILD);
    assert_string_equal(config_route(a, "Timer", "x")->child, "timer");
    assert_int_equal(config_route(a, "LOG", "x")->to, ROUTE_DENY);
    assert_true(config_route(a, "ROM", "config")->relabel);
    assert_string_equal(config_route(a, "ROM", "config")->new_label, "other");
    assert_false(config_route(a, "ROM", "config2")->relabel);
    assert_int_equal(config_route(a, "Nic", "")->to, ROUTE_PARENT);
    assert_true(reads(
        "{\"default\":{\"ram\":1,\"caps\":1},\"start\":[{\"name\":\"a\",\"config\":\"text\",\"exit\":\"stay\"}]}"));
    assert_int_equal(config.start[0].config_length, 6);
    assert_null(config_route(&config.start[0], "LOG", ""));
    assert_true(reads("{\"start\":[]}"));
}

#define CHILD "{\"start\":[{\"name\":\"a\",\"ram\":1,\"caps\":1"

/* Text, line, column, what the error says. */
static const struct {
    const char *text;
    unsigned line, column;
    const char *says;
} bad[] = {
    { "[]", 1, 1, "the configuration must be an object" },
    { "{", 1, 2, "a text in quotes is missing" },
    { "{}", 1, 1, "\"start\" is missing" },
    { "{\"start\":{}}", 1, 10, "\"start\" must be a list" },
    { "{\"start\":[],\n\"strat\":[]}", 2, 1, "unknown key \"strat\" in the configuration; did you mean \"start\"?" },
    { "{\"start\":[],\"xyzzy\":1}", 1, 13, "unknown key \"xyzzy\" in the configuration" },
    { "{\"start\":[],\"default\":1}", 1, 23, "\"default\" must be an object" },
    { "{\"start\":[],\"default\":{\"rma\":1}}", 1, 24, "did you mean \"ram\"?" },
    { "{\"start\":[1]}", 1, 11, "\"name\" is missing" },
    { "{\"start\":[{\"name\":1}]}", 1, 19, "\"name\" must be a text" },
    { "{\"start\":[{\"name\":\"\"}]}", 1, 19, "\"name\" is empty" },
    { "{\"start\":[{\"name\":\"12345678901234567890123456789012\"}]}", 1, 19, "longer than 31 bytes" },
    { "{\"start\":[{\"name\":\"a\"}]}", 1, 11, "child \"a\": \"ram\" is missing, here and in \"default\"" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":1}]}", 1, 11, "\"caps\" is missing" },
    { CHILD "},\n{\"name\":\"a\"}]}", 2, 1, "there is a child \"a\" already" },
    { CHILD ",\"binray\":\"x\"}]}", 1, 40,
      "child \"a\": unknown key \"binray\" in \"start\"; did you mean \"binary\"?" },
    { CHILD ",\"binary\":7}]}", 1, 49, "\"binary\" must be a text" },
    { CHILD ",\"exit\":\"x\"}]}", 1, 47, "\"exit\" must be" },
    { CHILD ",\"provides\":\"x\"}]}", 1, 51, "\"provides\" must be a list" },
    { CHILD ",\"provides\":[1]}]}", 1, 52, "\"provides\" must be a text" },
    { CHILD ",\"provides\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}]}", 1, 68, "more than 4 services" },
    { CHILD ",\"route\":[{}]}]}", 1, 49, "\"to\" is missing" },
    { CHILD ",\"route\":[{\"to\":\"chidl b\"}]}]}", 1, 55,
      "\"to\" must be \"parent\", \"deny\" or \"child NAME\", not \"chidl b\"" },
    { CHILD ",\"route\":[{\"to\":\"child \"}]}]}", 1, 55, "\"to\" must be" },
    { CHILD ",\"route\":[{\"to\":\"child b\"}]}]}", 1, 11, "a route leads to \"b\", and there is no such child" },
    { CHILD ",\"route\":[{\"to\":\"deny\",\"as\":\"x\"}]}]}", 1, 49, "\"as\" means nothing" },
    { CHILD ",\"route\":[{\"servise\":\"x\",\"to\":\"deny\"}]}]}", 1, 50, "did you mean \"service\"?" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":\"1T\"}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":\"M\"}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":\"1KB\"}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":-1}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":1.5}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":\"8589934592G\"}]}", 1, 29, "must be a number of bytes" },
    { "{\"start\":[{\"name\":\"a\",\"ram\":[]}]}", 1, 29, "must be a number of bytes" },
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (reads(bad[i].text))
            fail_msg("%s is accepted", bad[i].text);
        char *found = NULL;
        for (char *at = error.text; *at && !found; at++)
            if (text_begins(at, bad[i].says))
                found = at;
        if (!found || error.line != bad[i].line || error.column != bad[i].column)
            fail_msg("%s\n  %u:%u: %s\n  instead of %u:%u: %s", bad[i].text, error.line, error.column, error.text,
                     bad[i].line, bad[i].column, bad[i].says);
    }
}

/* Limits: as many as there is room for, and one more. */
static void test_limits(void **state)
{
    char text[2048], *at;

    (void)state;
    for (int more = 0; more < 2; more++) {
        at = text + sprintf(text, "{\"default\":{\"ram\":1,\"caps\":1},\"start\":[");
        for (int i = 0; i < CONFIG_CHILDREN + more; i++)
            at += sprintf(at, "%s{\"name\":\"%d\"}", i ? "," : "", i);
        sprintf(at, "]}");
        assert_int_equal(reads(text), !more);
    }
    assert_string_equal(error.text, "more than 16 children");
    for (int more = 0; more < 2; more++) {
        at =
            text +
            sprintf(
                text,
                "{\"default-route\":[{\"to\":\"parent\"}],\"start\":[{\"name\":\"a\",\"ram\":1,\"caps\":1,\"route\":[");
        for (int i = 0; i < CONFIG_ROUTES - 1 + more; i++)
            at += sprintf(at, "%s{\"to\":\"deny\"}", i ? "," : "");
        sprintf(at, "]}]}");
        assert_int_equal(reads(text), !more);
    }
    assert_string_equal(error.text, "child \"a\": more than 12 routes, those for all included");
    assert_true(reads("{\"start\":[{\"name\":\"a\",\"caps\":1,\"ram\":9223372036854775807}]}"));
    assert_false(reads("{\"start\":[{\"name\":\"a\",\"caps\":1,\"ram\":9223372036854775808}]}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
