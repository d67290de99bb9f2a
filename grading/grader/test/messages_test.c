/* What is left of a compiler's output. */
#include "unit.h"

#include "grader/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(const char *output, const char *wanted)
{
    char *text = messages_make(output, strlen(output), "1-entry", false);
    assert_string_equal(text, wanted);
    free(text);
}

static void paths_become_the_students_names(void **state)
{
    (void)state;
    expect("/submission/trap.asm:3: error: x\n", "trap.asm:3: error: x\n");
    expect("ld: /box/1-entry/trap.asm.o: in function `a':\n", "ld: trap.asm.o: in function `a':\n");
    expect("In file included from /kit/kernel/cpu.h:1,\n", "In file included from kernel/cpu.h:1,\n");
    expect("/tmp/ccAb12xY.s:5: Error: x and /tmp/ccQQ.s\n", "(assembly):5: Error: x and (assembly)\n");
    expect("/tmp/cc", "/tmp/cc\n");
}

static void make_is_not_heard(void **state)
{
    (void)state;
    expect("make: *** [x] Error 1\nmake[1]: Entering\n  KCC     1-entry/a.c\nline", "line\n");
    expect("", "");
}

static void files_come_in_a_fixed_order(void **state)
{
    const char *one = "  KCC     1-entry/b.c\nb.c:1: error: x\n  KCC     1-entry/a.c\na.c:1: error: x\n";
    const char *other = "  KCC     1-entry/a.c\na.c:1: error: x\n  KCC     1-entry/b.c\nb.c:1: error: x\n";
    (void)state;
    expect(one, "a.c:1: error: x\nb.c:1: error: x\n");
    expect(other, "a.c:1: error: x\nb.c:1: error: x\n");
}

static void control_characters_do_not_survive(void **state)
{
    char *text = messages_make("a\033[2J\0b\rc\n", 9, "1-entry", false);
    (void)state;
    assert_string_equal(text, "a?[2J?b?c\n");
    free(text);
}

static void floods_are_cut_and_errors_win(void **state)
{
    char *output = NULL, *text;
    size_t size = 0;
    FILE *out = open_memstream(&output, &size);
    (void)state;
    for (int i = 0; i < 5000; i++)
        fprintf(out, "x.c:%d: warning: nothing\n", i);
    fprintf(out, "x.c:9: error: this\n");
    fclose(out);
    text = messages_make(output, size, "1-entry", true);
    assert_string_equal(text, "x.c:9: error: this\n(and more: at least 5001 lines in all)\n");
    free(text);
    free(output);
}

static void long_lines_are_cut(void **state)
{
    char line[5000];
    (void)state;
    memset(line, 'x', sizeof line);
    char *text = messages_make(line, sizeof line, "1-entry", false);
    assert_int_equal(strlen(text), MESSAGES_COLUMNS + 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_become_the_students_names), cmocka_unit_test(make_is_not_heard),
        cmocka_unit_test(files_come_in_a_fixed_order),     cmocka_unit_test(control_characters_do_not_survive),
        cmocka_unit_test(floods_are_cut_and_errors_win),   cmocka_unit_test(long_lines_are_cut),
    };
    return cmocka_run_group_tests_name("grader/messages", tests, NULL, NULL);
}
