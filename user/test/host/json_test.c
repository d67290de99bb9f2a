/*
 * The JSON reader: what it takes, what it refuses and where, and 3 * 10^4 mutated texts beside another reader
 * (jansson).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_oracle.h"
#include "lib/json.h"

enum { NODES = 256 };

static struct json_node nodes[NODES];
static struct json json;
static struct json_error error;

/* From memory of exactly its length, so that the sanitizers see a byte read behind it. */
static bool reads(const char *text, size_t length)
{
    static char *copy;

    free(copy);
    copy = malloc(length + !length);
    memcpy(copy, text, length);
    return json_read(&json, copy, length, nodes, NODES, &error);
}

static void test_accepts(void **state)
{
    static const char *const good[] = {
        "{}",
        "[]",
        " [ ] ",
        "0",
        "-0",
        "10",
        "1.5",
        "1e5",
        "1E-5",
        "-1.25e+10",
        "\"\"",
        "true",
        "false",
        "null",
        "[1,2,3]",
        "{\"a\":1,\"b\":[{},[]]}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\xc3\xa9\"",
        "\"\xf0\x9f\x98\x80\"",
        "\t\r\n[ 1 , 2 ]\n",
        "{\"\":0}",
        "{\"a\":{\"a\":1}}",
        "\"\x7f\"",
        "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!reads(good[i], strlen(good[i])))
            fail_msg("%s: line %u, column %u: %s", good[i], error.line, error.column, error.message);
}

/* What is refused, at which column (of line 1), and what the message says. */
static void test_refuses(void **state)
{
    static const struct {
        const char *text;
        unsigned column;
        const char *says;
    } bad[] = {
        { "", 1, "a value" },
        { " ", 2, "a value" },
        { "{", 2, "text in quotes" },
        { "[", 2, "a value" },
        { "]", 1, "a value" },
        { "{\"a\":1,}", 8, "text in quotes" },
        { "[1,]", 4, "a value" },
        { "[1 2]", 4, "comma or ]" },
        { "[,1]", 2, "a value" },
        { "{\"a\" 1}", 6, "colon" },
        { "{\"a\":1 \"b\":2}", 8, "comma or }" },
        { "{1:2}", 2, "text in quotes" },
        { "{\"a\":}", 6, "a value" },
        { "{\"a\"}", 5, "colon" },
        { "[1}", 3, "comma or ]" },
        { "{\"a\":1]", 7, "comma or }" },
        { "01", 2, "begin with 0" },
        { "-", 2, "digit" },
        { "1.", 3, "digit" },
        { "1e", 3, "digit" },
        { "1e+", 4, "digit" },
        { ".5", 1, "a value" },
        { "+1", 1, "a value" },
        { "0x1", 2, "behind the end" },
        { "1 2", 3, "behind the end" },
        { "{}x", 3, "behind the end" },
        { "tru", 1, "a value" },
        { "truex", 5, "behind the end" },
        { "True", 1, "a value" },
        { "nul", 1, "a value" },
        { "NaN", 1, "a value" },
        { "'a'", 1, "a value" },
        { "\"a", 3, "no end" },
        { "\"", 2, "no end" },
        { "\"\\", 2, "no such character" },
        { "\"\\x\"", 2, "no such" },
        { "\"\\u12\"", 2, "no such" },
        { "\"\\u12g4\"", 2, "no such" },
        { "\"a\tb\"", 3, "no such" },
        { "\"\n\"", 2, "no such" },
        { "\"\\u0000\"", 2, "no such" },
        { "\"\\ud800\"", 2, "no such" },
        { "\"\\ud800\\u0041\"", 2, "no such" },
        { "\"\\udc00\"", 2, "no such" },
        { "\"\x80\"", 2, "no such" },
        { "\"\xc0\x80\"", 2, "no such" },
        { "\"\xc3\"", 2, "no such" },
        { "\"\xed\xa0\x80\"", 2, "no such" },
        { "\"\xf4\x90\x80\x80\"", 2, "no such" },
        { "\"\xe0\x80\x80\"", 2, "no such" },
        { "\"\xf0\x80\x80\x80\"", 2, "no such" },
        { "{\"a\":1,\"a\":2}", 8, "already" },
        { "{\"a\":1,\"\\u0061\":2}", 8, "already" },
        { "{\"b\":{\"a\":1},\"b\":0}", 14, "already" },
        { "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 17, "too deep" },
        { "// x\n1", 1, "a value" },
        { "/**/1", 1, "a value" },
        { "\xef\xbb\xbf{}", 1, "a value" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (reads(bad[i].text, strlen(bad[i].text)))
            fail_msg("%s is accepted", bad[i].text);
        if (error.line != 1 || error.column != bad[i].column || !strstr(error.message, bad[i].says))
            fail_msg("%s: line %u, column %u: %s", bad[i].text, error.line, error.column, error.message);
    }
    assert_false(reads("1\0", 2));
    assert_false(reads("{\n  \"a\": 1,\n  \"b\" 2\n}", 22));
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 7);
}

static void test_limit_of_nodes(void **state)
{
    char text[2 * NODES + 2] = "[0";

    (void)state;
    for (unsigned i = 2; i < NODES; i++)
        strcat(text, ",0");
    const size_t full = strlen(text);
    strcpy(text + full, "]");
    assert_true(reads(text, full + 1));
    assert_int_equal(json.count, NODES);
    strcpy(text + full, ",0]");
    assert_false(reads(text, full + 3));
    assert_string_equal(error.message, "too many nodes");
}

static void test_looks(void **state)
{
    static const char text[] = "{\"//\":\"x\",\"ram\":4096,\"n\":[\"a\\u00e9\",true,-1],\"//x\":1.0}";
    static const char *const words[] = { "caps", "ram", "routes" };
    uint32_t at = 0, key, value, seen = 0;
    uint64_t number;
    char copy[8];

    (void)state;
    assert_true(reads(text, sizeof text - 1));
    while (json_next(&json, 0, &at, &key, &value))
        seen++;
    assert_int_equal(seen, 3); /* the comment does not count */
    assert_int_equal(nodes[0].count, 4);
    assert_int_equal(json_member(&json, 0, "//"), 0);
    assert_int_equal(json_member(&json, 0, "no"), 0);
    assert_true(json_natural(&json, json_member(&json, 0, "ram"), 4096, &number) && number == 4096);
    assert_false(json_natural(&json, json_member(&json, 0, "ram"), 4095, &number));
    assert_false(json_natural(&json, json_member(&json, 0, "//x"), 10, &number));
    const uint32_t list = json_member(&json, 0, "n");
    at = 0;
    assert_true(json_next(&json, list, &at, &key, &value) && !key && json_is_text(&json, value, "a\xc3\xa9"));
    assert_false(json_is_text(&json, value, "a") || json_is_text(&json, value, "a\xc3\xa9x"));
    assert_int_equal(json_copy_text(&json, value, copy, 4), 3);
    assert_int_equal(json_copy_text(&json, value, copy, 3), -1);
    assert_true(json_next(&json, list, &at, &key, &value) && nodes[value].type == JSON_TRUE);
    assert_int_equal(json_copy_text(&json, value, copy, sizeof copy), -1);
    assert_true(json_next(&json, list, &at, &key, &value) && !json_natural(&json, value, UINT64_MAX, &number));
    assert_false(json_next(&json, list, &at, &key, &value));
    assert_true(reads("[\"rma\",\"route\",\"caps\",\"xyz\",\"18446744073709551615\"]", 51));
    assert_string_equal(json_nearest(&json, 1, words, 3), "ram");
    assert_string_equal(json_nearest(&json, 2, words, 3), "routes");
    assert_string_equal(json_nearest(&json, 3, words, 3), "caps");
    assert_null(json_nearest(&json, 4, words, 1));
    assert_true(reads("[18446744073709551615,18446744073709551616]", 43));
    assert_true(json_natural(&json, 1, UINT64_MAX, &number) && number == UINT64_MAX);
    assert_false(json_natural(&json, 2, UINT64_MAX, &number));
    json_locate(&json, 2, &error);
    assert_int_equal(error.column, 23);
}

/* ---- Beside another reader
 * -------------------------------------------------------------------------------------------- */

static void put(char *out, size_t size, const char *text)
{
    strncat(out, text, size - strlen(out) - 1);
}

static void spell_text(uint32_t node, char *out, size_t size)
{
    char text[256], hex[3];

    assert_true(json_copy_text(&json, node, text, sizeof text) >= 0);
    put(out, size, "'");
    for (const char *c = text; *c; c++) {
        snprintf(hex, sizeof hex, "%02x", (unsigned char)*c);
        put(out, size, hex);
    }
    put(out, size, "'");
}

/* As the other reader spells it (json_oracle.c). Returns the node behind it. */
static uint32_t spell(uint32_t node, char *out, size_t size)
{
    static const char *const words[] = {
        [JSON_NUMBER] = "n", [JSON_TRUE] = "t", [JSON_FALSE] = "f", [JSON_NULL] = "0"
    };
    const bool is_object = nodes[node].type == JSON_OBJECT;
    uint32_t at = node + 1;

    if (nodes[node].type == JSON_TEXT) {
        spell_text(node, out, size);
    } else if (is_object || nodes[node].type == JSON_ARRAY) {
        put(out, size, is_object ? "{" : "[");
        for (uint32_t i = 0; i < nodes[node].count * (is_object ? 2 : 1); i++)
            at = spell(at, out, size);
        put(out, size, is_object ? "}" : "]");
    } else {
        put(out, size, words[nodes[node].type]);
    }
    assert_int_equal(at, nodes[node].end);
    return at;
}

static uint64_t random_state = 1;

/* xorshift64* (Vigna 2016) */
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (random_state * 0x2545f4914f6cdd1dull >> 32) % limit;
}

/* Changes, inserts or removes a byte: mostly such as mean something. No NUL: the other reader stops there. */
static size_t mutate(char *text, size_t length)
{
    static const char bytes[] = "{}[]:,\"\\ 0123456789.eE+-truefalsn/u\xc3\xa9\xed\x80\xf0\t";
    const size_t at = random_below(length + 1);
    const char byte = random_below(16) ? bytes[random_below(sizeof bytes - 1)] : (char)(1 + random_below(255));

    switch (random_below(3)) {
    case 0:
        memmove(text + at + 1, text + at, length - at);
        text[at] = byte;
        return length + 1;
    case 1:
        if (at == length)
            return length;
        memmove(text + at, text + at + 1, length - at - 1);
        return length - 1;
    default:
        if (at < length)
            text[at] = byte;
        return length;
    }
}

/* The other reader wants numbers to fit a double. */
static bool has_huge_number(void)
{
    for (uint32_t i = 0; i < json.count; i++)
        if (nodes[i].type == JSON_NUMBER &&
            strtod(json.text + nodes[i].start, NULL) - strtod(json.text + nodes[i].start, NULL) != 0)
            return true;
    return false;
}

/* 3 * 10^4 texts, of which a good part stays right: the same verdict, and the same value. Seed 1. */
static void test_mutated(void **state)
{
    static const char *const seeds[] = {
        "{\"start\":[{\"name\":\"timer\",\"ram\":1048576,\"caps\":100,\"provides\":[\"Timer\"]},{\"name\":\"a\"}],\"//"
        "\":null}",
        "[1,-2.5e3,true,false,null,\"\\u00e9\\ud83d\\ude00\\n\",\"\xc3\xa9\xf0\x9f\x98\x80\",{\"\":{}},[[]]]",
    };
    char text[256], mine[1024], other[1024];
    unsigned right = 0;

    (void)state;
    for (unsigned i = 0; i < 30000; i++) {
        const char *seed = seeds[i & 1];
        size_t length = strlen(seed);
        memcpy(text, seed, length);
        for (unsigned n = 1 + random_below(3); n; n--)
            length = mutate(text, length);
        mine[0] = other[0] = '\0';
        const bool good = reads(text, length), expected = oracle_spell(text, length, other, sizeof other);
        if (good && has_huge_number())
            continue;
        if (good)
            spell(0, mine, sizeof mine);
        if (good != expected || strcmp(mine, other))
            fail_msg("text %u: %.*s\n  %s\n  %s %s", i, (int)length, text, good ? mine : error.message,
                     expected ? "" : "refused", other);
        right += good;
    }
    assert_in_range(right, 3000, 27000); /* else the comparison shows little */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts), cmocka_unit_test(test_refuses), cmocka_unit_test(test_limit_of_nodes),
        cmocka_unit_test(test_looks),   cmocka_unit_test(test_mutated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
