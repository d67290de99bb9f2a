/* Nothing that a student or a guest writes reaches a terminal as anything but text. */
#include "unit.h"

#include "grader/clean.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(const char *text, const char *wanted)
{
    char out[256];
    clean_copy(out, sizeof out, text);
    assert_string_equal(out, wanted);
}

static void controls_become_question_marks(void **state)
{
    (void)state;
    expect("plain text", "plain text");
    expect("\033[31mred\r\n\a", "?[31mred???");
    expect("a\tb", "a b");
    expect("\x7f", "?");
}

static void utf8_stays_when_it_is_well_formed(void **state)
{
    (void)state;
    expect("‘x’ – äöü", "‘x’ – äöü");
    expect("\xc3", "?");                /* cut */
    expect("\xc0\xaf", "??");           /* an overlong slash */
    expect("\xed\xa0\x80", "???");      /* a surrogate */
    expect("\xf5\x80\x80\x80", "????"); /* beyond Unicode */
    expect("\xff"
           "a",
           "?a");
}

static void what_reorders_or_hides_text_is_replaced(void **state)
{
    (void)state;
    expect("\xc2\x9b"
           "31m",
           "?31m"); /* CSI as a C1 control */
    expect("a\xe2\x80\xae"
           "b",
           "a?b"); /* right-to-left override */
    expect("a\xe2\x80\x8b"
           "b",
           "a?b"); /* zero-width space */
}

static void copies_are_cut_between_characters(void **state)
{
    char out[4];
    (void)state;
    clean_copy(out, sizeof out, "abcdef");
    assert_string_equal(out, "abc");
    clean_copy(out, sizeof out, "ab\xc3\xa4");
    assert_string_equal(out, "ab");
    clean_copy(out, 1, "ab");
    assert_string_equal(out, "");
}

static void lines_are_no_wider_than_asked(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    clean_wrap(out, "one two  three four äöüäöü five", 4, 2, 14);
    fclose(out);
    assert_string_equal(text, "one two\n  three four\n  äöüäöü five");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_become_question_marks),          cmocka_unit_test(utf8_stays_when_it_is_well_formed),
        cmocka_unit_test(what_reorders_or_hides_text_is_replaced), cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(lines_are_no_wider_than_asked),
    };
    return cmocka_run_group_tests_name("grader/clean", tests, NULL, NULL);
}
