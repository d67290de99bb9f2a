/* Times and spans, at their limits: what is read, what is refused, what is printed. */
#include "unit.h"

#include "grader/when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void is(const char *text, int64_t seconds)
{
    struct when when = { -1, -1 };
    char written[WHEN_TEXT];
    assert_true(when_read(&when, text));
    assert_int_equal(when.seconds, seconds);
    when_write(&when, written);
    assert_memory_equal(written, text, 19);
}

static void moments_are_those_of_utc(void **state)
{
    (void)state;
    is("1970-01-01T00:00:00Z", 0);
    is("1970-01-01T00:00:01Z", 1);
    is("2038-01-19T03:14:08Z", 1ll << 31);
    is("2026-11-02T23:59:00Z", 1793663940);
    is("2026-11-02T23:59:00+00:00", 1793663940);
    is("2026-11-02T23:59:00-00:00", 1793663940);
    is("2026-11-02T23:59:00+01:00", 1793663940 - 3600);
    is("2026-11-02T23:59:00-05:30", 1793663940 + 5 * 3600 + 1800);
    is("2026-11-03T13:58:00+13:59", 1793663940);
    is("9999-12-31T23:59:59Z", 253402300799);
}

/* The same moment in two zones is the same moment, though its day is another. */
static void zones_do_not_move_a_moment(void **state)
{
    struct when east, west;
    (void)state;
    assert_true(when_read(&east, "2027-01-01T08:00:00+09:00"));
    assert_true(when_read(&west, "2026-12-31T18:00:00-05:00"));
    assert_int_equal(east.seconds, west.seconds);
}

static void leap_days_are_where_they_are(void **state)
{
    struct when when;
    (void)state;
    is("2028-02-29T00:00:00Z", 1835395200);
    is("2028-03-01T00:00:00Z", 1835395200 + SPAN_DAY);
    is("2000-02-29T12:00:00Z", 951825600);
    assert_false(when_read(&when, "2026-02-29T00:00:00Z"));
    assert_false(when_read(&when, "2100-02-29T00:00:00Z"));
    assert_false(when_read(&when, "2028-02-30T00:00:00Z"));
}

static void other_forms_are_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "now",
        "2026-11-02",
        "2026-11-02T23:59:00",
        "2026-11-02 23:59:00Z",
        "2026-11-02T23:59Z",
        "2026-11-02T23:59:00z",
        "2026-11-02T23:59:00 Z",
        "2026-11-02T23:59:00Zx",
        "2026-11-02T23:59:00+1:00",
        "2026-11-02T23:59:00+0100",
        "2026-11-02T23:59:00+01:00x",
        "2026-11-02T23:59:00.5Z",
        "2026-11-2T23:59:00Z",
        " 2026-11-02T23:59:00Z",
        "2026-11-02T24:00:00Z",
        "2026-11-02T23:60:00Z",
        "2026-11-02T23:59:60Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-02T23:59:00+24:00",
        "2026-11-02T23:59:00+01:60",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:59:59+01:00",
        "+026-11-02T23:59:00Z",
        "2026-11-02T-1:59:00Z",
    };
    struct when when;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (when_read(&when, wrong[i]))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void a_moment_is_said_in_its_own_zone(void **state)
{
    char text[WHEN_TEXT];
    struct when when;
    (void)state;
    assert_true(when_read(&when, "2026-11-02T23:59:00+05:30"));
    when_say(&when, text);
    assert_string_equal(text, "2026-11-02 23:59:00 +05:30");
    assert_true(when_read(&when, "2026-11-02T00:00:01-08:00"));
    when_write(&when, text);
    assert_string_equal(text, "2026-11-02T00:00:01-08:00");
    assert_true(when_read(&when, "2026-11-02T00:00:00Z"));
    when_write(&when, text);
    assert_string_equal(text, "2026-11-02T00:00:00+00:00");
}

/* Where the computer stands changes what is said, and nothing else. */
static void now_knows_the_zone_of_the_computer(void **state)
{
    (void)state;
    setenv("TZ", "XYZ-9", 1);
    tzset();
    assert_int_equal(when_now().offset, 9 * SPAN_HOUR);
    assert_in_range(time(NULL) - when_now().seconds, 0, 2);
    struct when when;
    assert_true(when_read(&when, "2026-11-02T23:59:00Z"));
    assert_int_equal(when.seconds, 1793663940);
    unsetenv("TZ");
    tzset();
}

static void spans_have_a_unit_and_a_limit(void **state)
{
    static const char *const wrong[] = { "",    "d",   "3",    "3w",   "3 d",   "3dd",
                                         "-1d", "+1d", "1.5h", "367d", "8785h", "99999999999999999999s",
                                         "1e3s" };
    int64_t span;
    (void)state;
    assert_true(span_read(&span, "0m") && span == 0);
    assert_true(span_read(&span, "90s") && span == 90);
    assert_true(span_read(&span, "15m") && span == 900);
    assert_true(span_read(&span, "36h") && span == 36 * SPAN_HOUR);
    assert_true(span_read(&span, "366d") && span == SPAN_MAX);
    assert_true(span_read(&span, "8784h") && span == SPAN_MAX);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (span_read(&span, wrong[i]))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void a_span_says(int64_t seconds, const char *wanted)
{
    char text[SPAN_TEXT];
    span_say(seconds, text);
    assert_string_equal(text, wanted);
}

static void spans_are_said_in_two_units(void **state)
{
    (void)state;
    a_span_says(0, "0 seconds");
    a_span_says(1, "1 second");
    a_span_says(59, "59 seconds");
    a_span_says(60, "1 minute");
    a_span_says(3661, "1 hour 1 minute");
    a_span_says(3601, "1 hour");
    a_span_says(2 * SPAN_DAY + 3 * SPAN_HOUR + 59, "2 days 3 hours");
    a_span_says(SPAN_DAY + 1, "1 day");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_those_of_utc),         cmocka_unit_test(zones_do_not_move_a_moment),
        cmocka_unit_test(leap_days_are_where_they_are),     cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(a_moment_is_said_in_its_own_zone), cmocka_unit_test(now_knows_the_zone_of_the_computer),
        cmocka_unit_test(spans_have_a_unit_and_a_limit),    cmocka_unit_test(spans_are_said_in_two_units),
    };
    return cmocka_run_group_tests_name("grader/when", tests, NULL, NULL);
}
