#include "mark.h"

#include <ctype.h>
#include <string.h>

enum syntax syntax_of(const char *path)
{
    static const struct {
        const char *ending;
        enum syntax syntax;
    } endings[] = {
        { ".c", SYNTAX_C },      { ".h", SYNTAX_C },       { ".asm", SYNTAX_NASM },
        { ".inc", SYNTAX_NASM }, { ".ld", SYNTAX_LINKER }, { ".lds", SYNTAX_LINKER },
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i].ending) == 0)
            return endings[i].syntax;
    return SYNTAX_OTHER;
}

bool part_is(struct part part, const char *string)
{
    return part.length == strlen(string) && memcmp(part.bytes, string, part.length) == 0;
}

static bool starts(struct part part, const char *string)
{
    return part.length >= strlen(string) && memcmp(part.bytes, string, strlen(string)) == 0;
}

static struct part drop(struct part part, size_t count)
{
    return (struct part){ part.bytes + count, part.length - count };
}

static struct part trim_end(struct part part)
{
    while (part.length && isspace((unsigned char)part.bytes[part.length - 1]))
        part.length--;
    return part;
}

static struct part trim_start(struct part part)
{
    while (part.length && isspace((unsigned char)*part.bytes))
        part = drop(part, 1);
    return part;
}

/* Takes one word, up to a blank or one of the stop characters, off the front of a part. */
static struct part take_word(struct part *rest, const char *stops)
{
    struct part word = { rest->bytes, 0 };
    while (word.length < rest->length && !isspace((unsigned char)word.bytes[word.length]) &&
           !strchr(stops, word.bytes[word.length]))
        word.length++;
    *rest = trim_start(drop(*rest, word.length));
    return word;
}

/* Finds where a mark opens: behind a blank or at the start, so that "http://!" in a string is none. */
static bool find_opener(enum syntax syntax, struct part line, size_t *at, bool *closed)
{
    for (size_t i = 0; i + 2 <= line.length; i++) {
        if (i && !isspace((unsigned char)line.bytes[i - 1]))
            continue;
        struct part rest = drop(line, i);
        *at = i;
        *closed = syntax != SYNTAX_NASM && starts(rest, "/*!");
        if (*closed || (syntax == SYNTAX_C && starts(rest, "//!")) || (syntax == SYNTAX_NASM && starts(rest, ";!")))
            return true;
    }
    return false;
}

static struct mark wrong(struct mark mark, const char *problem)
{
    mark.kind = MARK_WRONG;
    mark.problem = problem;
    return mark;
}

/* "3.2", or "3.A2" for a part of its own. */
static bool is_number(struct part part)
{
    size_t i = 0, digits = 0;
    for (; i < part.length && isdigit((unsigned char)part.bytes[i]); i++)
        digits++;
    if (!digits || i == part.length || part.bytes[i++] != '.' || i == part.length)
        return false;
    if (isupper((unsigned char)part.bytes[i]) && ++i == part.length)
        return false;
    for (; i < part.length; i++)
        if (!isdigit((unsigned char)part.bytes[i]))
            return false;
    return true;
}

static struct mark read_answer(struct mark mark, struct part rest)
{
    mark.name = take_word(&rest, "");
    if (!is_number(mark.name))
        return wrong(mark, "an answer needs its number, as in 'answer 3.2 begin'");
    struct part edge = take_word(&rest, ":");
    if (starts(rest, ":"))
        rest = trim_start(drop(rest, 1));
    if (part_is(edge, "begin")) {
        mark.kind = MARK_ANSWER_BEGIN;
        mark.text = rest;
        return mark;
    }
    if (!part_is(edge, "end"))
        return wrong(mark, "write 'answer N.M begin' or 'answer N.M end'");
    if (rest.length)
        return wrong(mark, "nothing may follow 'answer N.M end'; a title belongs to its begin");
    mark.kind = MARK_ANSWER_END;
    return mark;
}

static struct mark read_slide(struct mark mark, struct part rest)
{
    if (starts(rest, ":"))
        rest = trim_start(drop(rest, 1));
    mark.name = take_word(&rest, "");
    if (mark.name.length && part_is(rest, "begin"))
        mark.kind = MARK_SLIDE_BEGIN;
    else if (mark.name.length && part_is(rest, "end"))
        mark.kind = MARK_SLIDE_END;
    else
        return wrong(mark, "write 'slide: NAME begin' or 'slide: NAME end'");
    return mark;
}

static struct mark read_skeleton(struct mark mark, struct part rest)
{
    if (!starts(rest, ":"))
        return wrong(mark, "write 'skeleton: TEXT' or 'skeleton: nothing'");
    rest = drop(rest, 1);
    if (starts(rest, " ")) /* one blank belongs to the mark, more are indentation of the text */
        rest = drop(rest, 1);
    if (!rest.length)
        return wrong(mark, "a skeleton mark without text; if nothing shall be left, write 'skeleton: nothing'");
    mark.kind = MARK_SKELETON;
    mark.text = rest;
    return mark;
}

struct mark mark_read(enum syntax syntax, struct part line)
{
    struct mark mark = { .kind = MARK_NONE };
    size_t at;
    bool closed;

    mark.indentation.bytes = line.bytes;
    mark.indentation.length = line.length - trim_start(line).length;
    if (syntax == SYNTAX_OTHER || !find_opener(syntax, line, &at, &closed))
        return mark;
    mark.code = trim_end((struct part){ line.bytes, at });

    struct part rest = trim_end(drop(line, at + (syntax == SYNTAX_NASM ? 2 : 3)));
    if (closed) {
        if (rest.length < 2 || memcmp(rest.bytes + rest.length - 2, "*/", 2) != 0)
            return wrong(mark, "a mark is one line: end it with */");
        rest = trim_end((struct part){ rest.bytes, rest.length - 2 });
    }
    rest = trim_start(rest);
    struct part word = take_word(&rest, ":");
    if (part_is(word, "skeleton"))
        return read_skeleton(mark, rest);
    if (part_is(word, "answer"))
        mark = read_answer(mark, rest);
    else if (part_is(word, "slide"))
        mark = read_slide(mark, rest);
    else
        return wrong(mark, "unknown mark; there are 'answer', 'skeleton' and 'slide'");
    if (mark.kind != MARK_WRONG && mark.code.length)
        return wrong(mark, "this mark needs a line of its own");
    return mark;
}
