/*
 * Unit tests: what is taken for a trace and what is not, names of addresses that are used again, and who runs for whom.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "../../../kernel/include/cairn/abi.h"
#include "../choice.h"
#include "../spans.h"
#include "../words.h"

enum { CAPACITY = 64 };

static struct {
    struct trace_ring ring;
    struct trace_record record[CAPACITY];
} dump;

static uint64_t now;

static void add(unsigned event, uint64_t ec, uint64_t object, uint64_t a, uint32_t detail)
{
    uint64_t n = dump.ring.written++;
    now += 10;
    dump.record[n % CAPACITY] = (struct trace_record){ n + 1, now, event, 0, detail, ec, 0, object, a, 0 };
}

static int setup(void **state)
{
    (void)state;
    memset(&dump, 0, sizeof dump);
    dump.ring = (struct trace_ring){
        .magic = TRACE_MAGIC, .version = TRACE_VERSION, .record_size = sizeof(struct trace_record), .capacity = CAPACITY
    };
    now = 0;
    return 0;
}

static void test_empty(void **state)
{
    struct log log;
    (void)state;
    assert_null(log_parse(&log, &dump, sizeof dump));
    assert_int_equal(log.count, 0);
    assert_int_equal(log.torn, 0);
    log_free(&log);
}

static void test_order_after_wrap(void **state)
{
    struct log log;
    (void)state;
    for (int i = 0; i < 100; i++)
        add(TRACE_TIMER, 0, 0, 0, 0);
    assert_null(log_parse(&log, &dump, sizeof dump));
    assert_int_equal(log.count, CAPACITY);
    assert_int_equal(log.overwritten, 36);
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_int_equal(log.record[i].sequence, 37 + i);
    log_free(&log);
}

/* The newest five of the records 40 to 60; the rest keep their places. */
static void test_choice(void **state)
{
    struct log log;
    struct cast cast;
    struct choice choice;
    const struct symbols none = { 0 };
    const struct wish wish = { .first = 40, .last = 60, .newest = 5 };
    (void)state;
    for (int i = 0; i < 100; i++)
        add(TRACE_TIMER, 0, 0, 0, 0);
    assert_null(log_parse(&log, &dump, sizeof dump));
    cast_find(&cast, &log, &none, NULL, 0);
    choice_find(&choice, &log, &cast, &wish, 1);
    assert_int_equal(choice.shown, 5);
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_int_equal(choice.record[i], i + 37 >= 56 && i + 37 <= 60);
    assert_int_equal(choice.begin, 560);
    assert_int_equal(choice.end, 600);
    choice_free(&choice);
    const struct wish window = { .last = UINT64_MAX,
                                 .newest = UINT64_MAX,
                                 .window = "15..25" }; /* from 370 on: 385 to 395 */
    choice_find(&choice, &log, &cast, &window, 1);
    assert_int_equal(choice.shown, 1);
    assert_true(choice.record[2]);
    choice_free(&choice);
    cast_free(&cast);
    log_free(&log);
}

/* Any bytes at all: refused or read, but nothing outside is touched (the sanitizers look). */
static void test_noise(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct log log;
        setup(NULL);
        for (int i = 0; i < 70; i++)
            add(TRACE_CALL, 1, 2, 3, 0);
        for (int i = 0; i < 4; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            ((unsigned char *)&dump)[(random >> 33) % (round % 2 ? 64 : sizeof dump)] = random >> 25;
        }
        if (!log_parse(&log, &dump, sizeof dump - random % 100)) {
            struct cast cast;
            struct spans spans;
            const struct symbols none = { 0 };
            assert_true(log.count + log.torn <= CAPACITY);
            cast_find(&cast, &log, &none, NULL, 0);
            spans_find(&spans, &log, &cast);
            spans_free(&spans);
            cast_free(&cast);
        }
        log_free(&log);
    }
}

static void test_address_again(void **state)
{
    struct log log;
    struct cast cast;
    const struct symbols none = { 0 };
    const struct given_name given = { 0x2000, "mine" };
    (void)state;
    add(TRACE_CREATE, 0x1000, 0x2000, 0, TYPE_SM);
    add(TRACE_SM_UP, 0x1000, 0x2000, 0, 0);
    add(TRACE_CREATE, 0x1000, 0x2000, 0, TYPE_SM);
    add(TRACE_SM_UP, 0x1000, 0x2000, 0, 0);
    assert_null(log_parse(&log, &dump, sizeof dump));
    cast_find(&cast, &log, &none, &given, 1);
    assert_int_equal(cast.parts[0].object, cast.parts[1].object);
    assert_int_not_equal(cast.parts[1].object, cast.parts[2].object);
    assert_int_equal(cast.parts[2].object, cast.parts[3].object);
    assert_string_equal(cast_name(&cast, cast.parts[1].object), "mine");
    assert_string_equal(cast_name(&cast, cast.parts[3].object), "mine'");
    cast_free(&cast);
    log_free(&log);
}

/* Client 1 calls server 2, which calls 3: 3's time is spent on behalf of both. */
static void test_chain(void **state)
{
    struct log log;
    struct cast cast;
    struct spans spans;
    const struct symbols none = { 0 };
    (void)state;
    add(TRACE_ENTRY, 0x1000, 0, 0, CALL_CALL);
    add(TRACE_CALL, 0x1000, 0x9000, 0x2000, 0);
    add(TRACE_CALL, 0x2000, 0x9100, 0x3000, 0);
    add(TRACE_REPLY, 0x3000, 0x2000, 0, SUCCESS);
    add(TRACE_REPLY, 0x2000, 0x1000, 0, SUCCESS);
    add(TRACE_IDLE, 0x1000, 0, 0, 0);
    assert_null(log_parse(&log, &dump, sizeof dump));
    cast_find(&cast, &log, &none, NULL, 0);
    spans_find(&spans, &log, &cast);
    assert_int_equal(spans.count, 5);
    assert_int_equal(spans.span[0].mode, SPAN_KERNEL);
    const unsigned depth[] = { 1, 2, 3, 2, 1 };
    for (int i = 0; i < 5; i++) {
        assert_int_equal(spans.span[i].depth, depth[i]);
        assert_int_equal(spans.span[i].end - spans.span[i].begin, 10);
        assert_string_equal(cast_name(&cast, spans.span[i].chain[0]), "EC 1");
    }
    assert_string_equal(cast_name(&cast, spans.span[2].ec), "EC 3");
    spans_free(&spans);
    cast_free(&cast);
    log_free(&log);
}

static void test_words(void **state)
{
    char text[64], tiny[8];
    (void)state;
    assert_string_equal(rights_words(text, sizeof text, TYPE_PT, PT_RIGHT_CALL | RIGHT_DESTROY), "call+destroy");
    assert_string_equal(rights_words(text, sizeof text, TYPE_SM, 0), "none");
    assert_string_equal(rights_words(text, sizeof text, TYPE_SM, 0x40), "bit 6");
    assert_string_equal(rights_words(tiny, sizeof tiny, TYPE_PD, 0x9f), "pay+ec+");
    assert_string_equal(event_word(TRACE_SM_WAKE), "wake");
    assert_string_equal(event_word(60000), "?");
    assert_string_equal(status_word(99), "?");
    assert_string_equal(call_word(14), "unknown call");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty, setup),
        cmocka_unit_test_setup(test_order_after_wrap, setup),
        cmocka_unit_test_setup(test_choice, setup),
        cmocka_unit_test_setup(test_noise, setup),
        cmocka_unit_test_setup(test_address_again, setup),
        cmocka_unit_test_setup(test_chain, setup),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
