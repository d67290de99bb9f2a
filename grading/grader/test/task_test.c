/* Tasks in the order of their handout. */
#include "unit.h"

#include "grader/task.h"

static void before(const char *a, const char *b)
{
    assert_true(task_order(a, b) < 0);
    assert_true(task_order(b, a) > 0);
}

static void numbers_and_titles(void **state)
{
    (void)state;
    before("3.1", "3.2");
    before("3.1 claims and turns", "3.2");
    before("2.6", "3.1");
    before("2.6", "3.A1");
    assert_int_equal(task_order("3.4 what runs", "3.4"), 0);
}

static void a_lettered_part_comes_first(void **state)
{
    (void)state;
    before("3.A1", "3.1");
    before("3.A1 user-level threads", "3.7 block and wake");
    before("3.A1", "3.A2");
    assert_int_equal(task_order("3.A1", "3.A1 user-level threads"), 0);
}

/* A student's kernel may report anything. */
static void any_text_has_a_place(void **state)
{
    (void)state;
    before("", "3.1");
    before("3", "3.1");
    before("3.", "3.1");
    assert_int_equal(task_order("", ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_titles),
        cmocka_unit_test(a_lettered_part_comes_first),
        cmocka_unit_test(any_text_has_a_place),
    };
    return cmocka_run_group_tests_name("grader/task", tests, NULL, NULL);
}
