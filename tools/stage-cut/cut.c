#include "cut.h"

#include <stdio.h>
#include <string.h>

#include "handout.h"

static bool keep_has(const struct keep *keep, struct part number)
{
    const char *rest = keep->numbers;
    if (rest && strcmp(rest, "all") == 0)
        return true;
    while (rest && *rest) {
        size_t length = strcspn(rest, ",");
        if (length == number.length && memcmp(rest, number.bytes, length) == 0)
            return true;
        rest += length + (rest[length] == ',');
    }
    return false;
}

bool keep_valid(const struct keep *keep, const struct stage *stage)
{
    const char *rest = keep->numbers;
    bool good = true;

    if (rest && strcmp(rest, "all") == 0)
        return true;
    while (rest && *rest) {
        const struct part number = { rest, strcspn(rest, ",") };
        if (!stage_answer(stage, number)) {
            fprintf(stderr, "stage-cut: --keep %.*s: %s has no such answer; 'stage-cut answers %s' lists them\n",
                    (int)number.length, rest, stage->folder.path, stage->folder.path);
            good = false;
        }
        rest += number.length + (rest[number.length] == ',');
    }
    return good;
}

static void add_line(struct text *out, struct part indentation, struct part text)
{
    text_add(out, indentation.bytes, indentation.length);
    text_add(out, text.bytes, text.length);
    text_add(out, "\n", 1);
}

/* The comment that shows a student where to work: "Answer 3.2 goes here: choose the next EC". */
static void add_place(struct text *out, enum syntax syntax, const struct mark *mark, const struct stage *stage,
                      const char *path, unsigned line)
{
    const struct answer *answer = stage_answer(stage, mark->name);
    struct text comment = { 0 };
    size_t part = 0;

    while (answer->places[part].begin != line || strcmp(answer->places[part].path, path) != 0)
        part++;
    text_print(&comment, "%s Answer %s", syntax == SYNTAX_NASM ? ";" : "/*", answer->number);
    if (answer->count > 1)
        text_print(&comment, " (place %zu of %zu)", part + 1, answer->count);
    text_print(&comment, " goes here: %s%s", answer->title, syntax == SYNTAX_NASM ? "" : " */");
    add_line(out, mark->indentation, (struct part){ comment.bytes, comment.length });
    text_free(&comment);
}

static void cut_file(const struct stage *stage, const struct file *file, const struct keep *keep, struct text *out)
{
    struct reader reader = reader_of(&file->content);
    const enum syntax syntax = syntax_of(file->path);
    enum { OUTSIDE, KEPT, CUT } where = OUTSIDE;

    if (syntax == SYNTAX_OTHER) {
        text_add(out, file->content.bytes, file->content.length);
        return;
    }
    for (struct part line; reader_next(&reader, &line);) {
        const struct mark mark = mark_read(syntax, line);
        switch (mark.kind) {
        case MARK_ANSWER_BEGIN:
            where = keep_has(keep, mark.name) ? KEPT : CUT;
            if (where == CUT)
                add_place(out, syntax, &mark, stage, file->path, reader.line);
            break;
        case MARK_ANSWER_END:
            where = OUTSIDE;
            break;
        case MARK_SKELETON:
            if (where == KEPT && mark.code.length)
                add_line(out, (struct part){ 0 }, mark.code);
            else if (where == CUT && !part_is(mark.text, "nothing"))
                add_line(out, mark.indentation, mark.text);
            break;
        case MARK_NONE:
            if (where != CUT)
                add_line(out, (struct part){ 0 }, line);
            break;
        default: /* slide marks; wrong ones were refused */
            break;
        }
    }
}

bool cut_stage(const struct stage *stage, const struct keep *keep, const char *tests, struct folder *out)
{
    for (size_t i = 0; i < stage->folder.count; i++) {
        const struct file *from = &stage->folder.files[i];
        const bool is_handout = strcmp(from->path, "HANDOUT.md") == 0;
        if (strcmp(from->path, "README.md") == 0) {
            fprintf(stderr, "%s/README.md: the handout becomes README.md; move this text to HANDOUT.md\n",
                    stage->folder.path);
            return false;
        }
        struct file *to = folder_add(out, is_handout ? "README.md" : from->path);
        to->executable = from->executable;
        if (!is_handout)
            cut_file(stage, from, keep, &to->content);
        else if (!handout_make(&stage->folder, from, tests, &to->content))
            return false;
    }
    folder_sort(out);
    return true;
}
