/* Late rules, a second before, at and after each of their limits. */
#include "unit.h"

#include "grader/late.h"

static const struct when due = { 1793663940, 3600 };

static struct lateness after(const struct late_rule *rule, int64_t seconds)
{
    /* Whoever submits in another zone is not later for it. */
    const struct when submitted = { due.seconds + seconds, -5 * SPAN_HOUR };
    return late_judge(rule, &due, &submitted);
}

static void expect(const struct late_rule *rule, int64_t seconds, enum late_kind kind, unsigned percent)
{
    struct lateness late = after(rule, seconds);
    assert_int_equal(late.kind, kind);
    assert_int_equal(late.percent, percent);
    assert_int_equal(late.seconds, seconds);
}

static void without_a_rule_it_costs_nothing(void **state)
{
    const struct late_rule none = { 0 };
    (void)state;
    expect(&none, -1, LATE_IN_TIME, 0);
    expect(&none, 0, LATE_IN_TIME, 0);
    expect(&none, 1, LATE_LATE, 0);
    expect(&none, 1000ll * SPAN_DAY, LATE_LATE, 0);
}

static void each_unit_begun_counts(void **state)
{
    const struct late_rule days = { .percent = 10, .unit = SPAN_DAY, .most = 100 };
    const struct late_rule hours = { .percent = 2, .unit = SPAN_HOUR, .most = 100 };
    (void)state;
    expect(&days, 0, LATE_IN_TIME, 0);
    expect(&days, 1, LATE_LATE, 10);
    expect(&days, SPAN_DAY - 1, LATE_LATE, 10);
    expect(&days, SPAN_DAY, LATE_LATE, 10);
    expect(&days, SPAN_DAY + 1, LATE_LATE, 20);
    expect(&hours, SPAN_HOUR, LATE_LATE, 2);
    expect(&hours, SPAN_HOUR + 1, LATE_LATE, 4);
}

static void no_more_is_taken_than_the_most(void **state)
{
    const struct late_rule half = { .percent = 20, .unit = SPAN_DAY, .most = 50 };
    const struct late_rule all = { .percent = 100, .unit = SPAN_HOUR, .most = 100 };
    (void)state;
    expect(&half, 2 * SPAN_DAY, LATE_LATE, 40);
    expect(&half, 2 * SPAN_DAY + 1, LATE_LATE, 50);
    expect(&half, 1000000ll * SPAN_DAY, LATE_LATE, 50);
    expect(&all, 1, LATE_LATE, 100);
    expect(&all, 1000000ll * SPAN_DAY, LATE_LATE, 100);
}

static void who_misses_the_grace_period_is_late_since_the_due_date(void **state)
{
    const struct late_rule rule = { .percent = 10, .unit = SPAN_HOUR, .most = 100, .grace = SPAN_HOUR };
    (void)state;
    expect(&rule, 1, LATE_IN_GRACE, 0);
    expect(&rule, SPAN_HOUR - 1, LATE_IN_GRACE, 0);
    expect(&rule, SPAN_HOUR, LATE_IN_GRACE, 0);
    expect(&rule, SPAN_HOUR + 1, LATE_LATE, 20);
}

static void after_the_last_moment_nothing_is_taken(void **state)
{
    const struct late_rule rule = {
        .percent = 10, .unit = SPAN_DAY, .most = 100, .grace = 900, .has_last = true, .last = 3 * SPAN_DAY
    };
    const struct late_rule strict = { .has_last = true };
    (void)state;
    expect(&rule, 3 * SPAN_DAY - 1, LATE_LATE, 30);
    expect(&rule, 3 * SPAN_DAY, LATE_LATE, 30);
    expect(&rule, 3 * SPAN_DAY + 1, LATE_TOO_LATE, 100);
    expect(&strict, 0, LATE_IN_TIME, 0);
    expect(&strict, 1, LATE_TOO_LATE, 100);
}

static unsigned mark(bool of_max, unsigned percent, unsigned points, unsigned max)
{
    const struct late_rule rule = { .percent = percent, .unit = SPAN_DAY, .most = 100, .of_max = of_max };
    const struct lateness late = after(&rule, 1);
    return late_mark(&rule, &late, points, max);
}

static void fractions_are_the_students(void **state)
{
    (void)state;
    assert_int_equal(mark(false, 10, 80, 100), 72);
    assert_int_equal(mark(false, 10, 79, 100), 72); /* 7.9 are off */
    assert_int_equal(mark(false, 10, 9, 100), 9);
    assert_int_equal(mark(false, 10, 10, 100), 9);
    assert_int_equal(mark(false, 100, 80, 100), 0);
    assert_int_equal(mark(false, 0, 80, 100), 80);
    assert_int_equal(mark(true, 10, 80, 100), 70);
    assert_int_equal(mark(true, 10, 10, 100), 0);
    assert_int_equal(mark(true, 10, 9, 100), 0);
    assert_int_equal(mark(true, 10, 0, 100), 0);
    assert_int_equal(mark(false, 99, 100000u, 100000u), 1000);
}

static void too_late_is_nothing_whatever_the_rule(void **state)
{
    const struct late_rule rule = { .of_max = true, .has_last = true };
    const struct lateness in_time = after(&rule, 0), too_late = after(&rule, 1);
    (void)state;
    assert_int_equal(late_mark(&rule, &in_time, 80, 100), 80);
    assert_int_equal(late_mark(&rule, &too_late, 100, 100), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_rule_it_costs_nothing),
        cmocka_unit_test(each_unit_begun_counts),
        cmocka_unit_test(no_more_is_taken_than_the_most),
        cmocka_unit_test(who_misses_the_grace_period_is_late_since_the_due_date),
        cmocka_unit_test(after_the_last_moment_nothing_is_taken),
        cmocka_unit_test(fractions_are_the_students),
        cmocka_unit_test(too_late_is_nothing_whatever_the_rule),
    };
    return cmocka_run_group_tests_name("grader/late", tests, NULL, NULL);
}
