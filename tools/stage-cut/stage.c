#include "stage.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is open while the lines of a file go by. Slides may overlap; the lectures check those more closely. */
struct scan {
    struct stage *stage;
    const char *path;
    unsigned line;
    struct part slide[16];
    unsigned slide_line[16];
    size_t slides;
    bool open; /* an answer is, namely this place */
    size_t answer;
    struct place place;
    bool has_skeleton;
};

static void complain(struct scan *scan, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void complain(struct scan *scan, unsigned line, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s/%s:%u: error: ", scan->stage->folder.path, scan->path, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    scan->stage->errors++;
}

struct reader reader_of(const struct text *text)
{
    return (struct reader){ text->bytes, text->bytes + text->length, 0 };
}

bool reader_next(struct reader *reader, struct part *line)
{
    if (reader->rest == reader->end)
        return false;
    const char *newline = memchr(reader->rest, '\n', (size_t)(reader->end - reader->rest));
    *line = (struct part){ reader->rest, (size_t)((newline ? newline : reader->end) - reader->rest) };
    reader->rest = newline ? newline + 1 : reader->end;
    reader->line++;
    return true;
}

const struct answer *stage_answer(const struct stage *stage, struct part number)
{
    for (size_t i = 0; i < stage->count; i++)
        if (part_is(number, stage->answers[i].number))
            return &stage->answers[i];
    return NULL;
}

static size_t answer_index(struct stage *stage, struct part number)
{
    const struct answer *known = stage_answer(stage, number);
    if (known)
        return (size_t)(known - stage->answers);
    stage->answers = memory_resize(stage->answers, (stage->count + 1) * sizeof *stage->answers);
    stage->answers[stage->count] = (struct answer){ .number = memory_copy(number.bytes, number.length) };
    return stage->count++;
}

/* An answer has one title, however often it is given. */
static void give_title(struct scan *scan, struct part title)
{
    struct answer *answer = &scan->stage->answers[scan->answer];
    if (!answer->title)
        answer->title = memory_copy(title.bytes, title.length);
    else if (!part_is(title, answer->title))
        complain(scan, scan->line, "answer %s is titled \"%.*s\" here and \"%s\" before: use one title", answer->number,
                 (int)title.length, title.bytes, answer->title);
}

/* Up to the quote, or to a place in parentheses, for who has written one part of an answer: not_implemented("3.2 title (place)"). */
static size_t title_length(const char *title)
{
    size_t length = strcspn(title, "(\"");
    while (length && title[length - 1] == ' ')
        length--;
    return length;
}

/* Takes the title out of a skeleton text like: not_implemented("3.2 choose the next EC"); */
static void title_from_text(struct scan *scan, struct part text)
{
    static const char call[] = "not_implemented";
    const char *number = scan->stage->answers[scan->answer].number;
    size_t at = 0;

    while (at + sizeof call - 1 <= text.length && strncasecmp(text.bytes + at, call, sizeof call - 1) != 0)
        at++;
    const char *end = text.bytes + text.length;
    const char *open = at < text.length ? memchr(text.bytes + at, '"', text.length - at) : NULL;
    const char *close = open ? memchr(open + 1, '"', (size_t)(end - open - 1)) : NULL;
    if (at + sizeof call - 1 > text.length || !close)
        return;
    open++;
    size_t length = strcspn(open, " \"");
    if (length != strlen(number) || memcmp(open, number, length) != 0 || open[length] != ' ')
        complain(scan, scan->line, "this is answer %s, so write not_implemented(\"%s TITLE\")", number, number);
    else
        give_title(scan, (struct part){ open + length + 1, title_length(open + length + 1) });
}

static void answer_begin(struct scan *scan, const struct mark *mark)
{
    if (scan->open) {
        complain(scan, scan->line, "answer %.*s begins inside answer %s, which is open since line %u: end that first",
                 (int)mark->name.length, mark->name.bytes, scan->stage->answers[scan->answer].number,
                 scan->place.begin);
        return;
    }
    if ((unsigned)strtoul(mark->name.bytes, NULL, 10) != scan->stage->number)
        complain(scan, scan->line, "answer %.*s is in stage %u: its number must begin with %u.", (int)mark->name.length,
                 mark->name.bytes, scan->stage->number, scan->stage->number);
    scan->open = true;
    scan->has_skeleton = false;
    scan->answer = answer_index(scan->stage, mark->name);
    scan->place = (struct place){ .path = scan->path, .begin = scan->line };
    if (mark->text.length)
        give_title(scan, mark->text);
}

static void answer_end(struct scan *scan, const struct mark *mark)
{
    if (!scan->open) {
        complain(scan, scan->line, "answer %.*s ends here but did not begin: put 'answer %.*s begin' before it",
                 (int)mark->name.length, mark->name.bytes, (int)mark->name.length, mark->name.bytes);
        return;
    }
    struct answer *answer = &scan->stage->answers[scan->answer];
    if (!part_is(mark->name, answer->number))
        complain(scan, scan->line, "answer %.*s ends here, but answer %s is open since line %u: make the numbers agree",
                 (int)mark->name.length, mark->name.bytes, answer->number, scan->place.begin);
    if (!scan->has_skeleton)
        complain(scan, scan->place.begin,
                 "answer %s leaves nothing in the skeleton: add 'skeleton: TEXT' inside, or say 'skeleton: nothing'",
                 answer->number);
    scan->open = false;
    scan->place.end = scan->line;
    answer->places = memory_resize(answer->places, (answer->count + 1) * sizeof *answer->places);
    answer->places[answer->count++] = scan->place;
}

static void slide(struct scan *scan, const struct mark *mark)
{
    size_t at = 0;
    while (at < scan->slides && (mark->name.length != scan->slide[at].length ||
                                 memcmp(mark->name.bytes, scan->slide[at].bytes, mark->name.length) != 0))
        at++;
    const bool is_open = at < scan->slides;
    if (mark->kind == MARK_SLIDE_BEGIN && !is_open && scan->slides < sizeof scan->slide / sizeof *scan->slide) {
        scan->slide[scan->slides] = mark->name;
        scan->slide_line[scan->slides++] = scan->line;
    } else if (mark->kind == MARK_SLIDE_END && is_open) {
        scan->slide[at] = scan->slide[--scan->slides];
        scan->slide_line[at] = scan->slide_line[scan->slides];
    } else {
        complain(scan, scan->line, "slide %.*s %s", (int)mark->name.length, mark->name.bytes,
                 mark->kind == MARK_SLIDE_END ? "ends here but did not begin"
                 : is_open                    ? "begins here but is open already: end it first"
                                              : "begins here, and 16 others are open: end some first");
    }
}

static bool is_blank(struct part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (!isspace((unsigned char)part.bytes[i]))
            return false;
    return true;
}

static void scan_line(struct scan *scan, enum syntax syntax, struct part line)
{
    const struct mark mark = mark_read(syntax, line);
    switch (mark.kind) {
    case MARK_NONE:
        scan->place.lines += !is_blank(line);
        break;
    case MARK_ANSWER_BEGIN:
        answer_begin(scan, &mark);
        break;
    case MARK_ANSWER_END:
        answer_end(scan, &mark);
        break;
    case MARK_SKELETON:
        if (!scan->open) {
            complain(scan, scan->line, "skeleton text outside an answer: put 'answer %u.M begin' before it",
                     scan->stage->number);
            break;
        }
        scan->has_skeleton = true;
        scan->place.lines += mark.code.length != 0;
        title_from_text(scan, mark.text);
        break;
    case MARK_SLIDE_BEGIN:
    case MARK_SLIDE_END:
        slide(scan, &mark);
        break;
    case MARK_WRONG:
        complain(scan, scan->line, "%s", mark.problem);
        break;
    }
}

static void scan_file(struct stage *stage, const struct file *file)
{
    struct scan scan = { .stage = stage, .path = file->path };
    struct reader reader = reader_of(&file->content);
    const enum syntax syntax = syntax_of(file->path);

    for (struct part line; reader_next(&reader, &line);) {
        scan.line = reader.line;
        scan_line(&scan, syntax, line);
    }
    if (scan.open)
        complain(&scan, scan.place.begin, "answer %s begins here and never ends: put 'answer %s end' behind it",
                 stage->answers[scan.answer].number, stage->answers[scan.answer].number);
    for (size_t i = 0; i < scan.slides; i++)
        complain(&scan, scan.slide_line[i], "slide %.*s begins here and never ends", (int)scan.slide[i].length,
                 scan.slide[i].bytes);
}

static int by_number(const void *left, const void *right)
{
    const char *a = ((const struct answer *)left)->number, *b = ((const struct answer *)right)->number;
    const unsigned long x = strtoul(strchr(a, '.') + 1, NULL, 10), y = strtoul(strchr(b, '.') + 1, NULL, 10);
    return x == y ? strcmp(a, b) : x < y ? -1 : 1;
}

static bool number_from_name(struct stage *stage)
{
    const char *path = stage->folder.path, *name = path + strlen(path);
    while (name > path && name[-1] == '/')
        name--;
    while (name > path && name[-1] != '/')
        name--;
    char *end;
    stage->number = (unsigned)strtoul(name, &end, 10);
    if (end != name && *end == '-')
        return true;
    fprintf(stderr, "%s: a stage's folder is named N-name, as in 1-entry\n", path);
    return false;
}

bool stage_read(struct stage *stage, const char *path)
{
    *stage = (struct stage){ 0 };
    if (!folder_read(&stage->folder, path) || !number_from_name(stage))
        return false;
    for (size_t i = 0; i < stage->folder.count; i++)
        scan_file(stage, &stage->folder.files[i]);
    if (stage->count)
        qsort(stage->answers, stage->count, sizeof *stage->answers, by_number);
    for (size_t i = 0; i < stage->count; i++) {
        const struct answer *answer = &stage->answers[i];
        if (answer->title || !answer->count)
            continue;
        struct scan at = { .stage = stage, .path = answer->places[0].path };
        complain(&at, answer->places[0].begin, "answer %s has no title: write 'answer %s begin: TITLE'", answer->number,
                 answer->number);
    }
    return true;
}

void stage_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->count; i++) {
        free(stage->answers[i].number);
        free(stage->answers[i].title);
        free(stage->answers[i].places);
    }
    free(stage->answers);
    folder_free(&stage->folder);
}
