/*
 * Marks: comments for the cutter, in the comment syntax of the file.
 *
 *     //! answer 3.2 begin                   C and linker scripts also: a comment that opens with slash, star, !
 *     //! answer 3.2 begin: choose the EC    with a title, where no not_implemented("3.2 ...") gives it
 *     code; //! skeleton: TEXT               inside an answer, at the end of a line or on its own
 *     //! skeleton: nothing                  the answer leaves nothing behind but a comment
 *     //! answer 3.2 end
 *     //! slide: NAME begin                  and end: for the lectures; a skeleton has none
 *     ;! answer 3.2 begin                    NASM
 */
#ifndef STAGE_CUT_MARK_H
#define STAGE_CUT_MARK_H

#include <stdbool.h>
#include <stddef.h>

enum syntax {
    SYNTAX_OTHER, /* a file without marks, copied as it is */
    SYNTAX_C,
    SYNTAX_NASM,
    SYNTAX_LINKER,
};

enum mark_kind {
    MARK_NONE,
    MARK_ANSWER_BEGIN,
    MARK_ANSWER_END,
    MARK_SKELETON,
    MARK_SLIDE_BEGIN,
    MARK_SLIDE_END,
    MARK_WRONG,
};

struct part { /* of a line; not ended by a 0 byte */
    const char *bytes;
    size_t length;
};

struct mark {
    enum mark_kind kind;
    struct part indentation; /* of the line the mark is in */
    struct part code;        /* what stands before the mark, without blanks at its end */
    struct part name;        /* answer: its number; slide: its name */
    struct part text;        /* begin: the title or nothing; skeleton: the text */
    const char *problem;     /* MARK_WRONG: what is wrong and what to write instead */
};

enum syntax syntax_of(const char *path);

/* Reads one line, without its newline. */
struct mark mark_read(enum syntax syntax, struct part line);

bool part_is(struct part part, const char *string);

#endif
