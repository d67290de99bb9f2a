/* What counts as a mark in one line, syntax by syntax. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mark.h"

static struct mark read_line(enum syntax syntax, const char *line)
{
    return mark_read(syntax, (struct part){ line, strlen(line) });
}

static void assert_part(struct part part, const char *string)
{
    assert_int_equal(part.length, strlen(string));
    assert_memory_equal(part.bytes, string, part.length);
}

static void syntaxes(void **state)
{
    assert_int_equal(syntax_of("a/b.c"), SYNTAX_C);
    assert_int_equal(syntax_of("b.h"), SYNTAX_C);
    assert_int_equal(syntax_of("b.asm"), SYNTAX_NASM);
    assert_int_equal(syntax_of("b.inc"), SYNTAX_NASM);
    assert_int_equal(syntax_of("kernel.ld"), SYNTAX_LINKER);
    assert_int_equal(syntax_of("HANDOUT.md"), SYNTAX_OTHER);
    assert_int_equal(syntax_of("c"), SYNTAX_OTHER);
    (void)state;
}

static void answers(void **state)
{
    struct mark mark = read_line(SYNTAX_C, "    //! answer 3.2 begin");
    assert_int_equal(mark.kind, MARK_ANSWER_BEGIN);
    assert_part(mark.name, "3.2");
    assert_part(mark.indentation, "    ");
    assert_int_equal(mark.text.length, 0);

    mark = read_line(SYNTAX_NASM, ";! answer 3.12 begin: save all  ");
    assert_int_equal(mark.kind, MARK_ANSWER_BEGIN);
    assert_part(mark.name, "3.12");
    assert_part(mark.text, "save all");

    assert_int_equal(read_line(SYNTAX_LINKER, "/*! answer 3.2 end */").kind, MARK_ANSWER_END);
    assert_int_equal(read_line(SYNTAX_C, "/*! answer 3.2 end */").kind, MARK_ANSWER_END);
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3.2 end of it").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3 begin").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3. begin").kind, MARK_WRONG);
    assert_part(read_line(SYNTAX_C, "//! answer 3.A2 begin").name, "3.A2");
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3.A begin").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3.AB begin").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! answer .2 begin").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! answer 3.2x begin").kind, MARK_WRONG);
    (void)state;
}

static void skeletons(void **state)
{
    struct mark mark = read_line(SYNTAX_C, "  x = 1;   //! skeleton:   y;  ");
    assert_int_equal(mark.kind, MARK_SKELETON);
    assert_part(mark.code, "  x = 1;");
    assert_part(mark.indentation, "  ");
    assert_part(mark.text, "  y;");

    mark = read_line(SYNTAX_NASM, "mov rax, 1 ; one ;! skeleton: nop");
    assert_part(mark.code, "mov rax, 1 ; one");
    assert_part(mark.text, "nop");
    assert_part(read_line(SYNTAX_LINKER, "/*! skeleton: . = 1; */").text, ". = 1;");
    assert_int_equal(read_line(SYNTAX_C, "//! skeleton:").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "//! skeleton nothing").kind, MARK_WRONG);
    (void)state;
}

static void lines_without_marks(void **state)
{
    assert_int_equal(read_line(SYNTAX_C, "").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_C, "/").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_C, "if (!x) // !").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_C, "url = \"http://!\";").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_C, ";! answer 3.2 begin").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_NASM, "//! answer 3.2 begin").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_OTHER, "//! answer 3.2 begin").kind, MARK_NONE);
    assert_int_equal(read_line(SYNTAX_LINKER, "//! answer 3.2 begin").kind, MARK_NONE);
    (void)state;
}

static void slides(void **state)
{
    struct mark mark = read_line(SYNTAX_C, "//! slide: frame begin");
    assert_int_equal(mark.kind, MARK_SLIDE_BEGIN);
    assert_part(mark.name, "frame");
    assert_int_equal(read_line(SYNTAX_NASM, ";! slide: frame end").kind, MARK_SLIDE_END);
    assert_int_equal(read_line(SYNTAX_C, "//! slide: begin").kind, MARK_WRONG);
    assert_int_equal(read_line(SYNTAX_C, "x; //! slide: frame begin").kind, MARK_WRONG);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntaxes),  cmocka_unit_test(answers),
        cmocka_unit_test(skeletons), cmocka_unit_test(lines_without_marks),
        cmocka_unit_test(slides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
