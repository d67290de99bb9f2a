/* All changes of a stage, from its marks; and one of them put into a copy: see change.h. */
#include "corpus/mechanical/change.h"

#include "grader/seed.h"
#include "tools/stage-cut/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Code of a line: without its mark, and without a comment in C that goes on behind it. */
static void code_of(enum syntax syntax, struct part line, bool *in_comment, char *code, size_t size)
{
    const struct mark mark = mark_read(syntax, line);
    const struct part part = mark.kind == MARK_NONE ? line : mark.kind == MARK_SKELETON ? mark.code : (struct part){ "", 0 };

    snprintf(code, size, "%.*s", (int)part.length, part.bytes);
    if (syntax == SYNTAX_NASM) {
        code[strcspn(code, ";")] = '\0';
    } else if (*in_comment) {
        *in_comment = !strstr(code, "*/");
        code[0] = '\0';
    } else {
        char *line_comment = strstr(code, "//"), *comment = strstr(code, "/*");
        if (line_comment)
            *line_comment = '\0';
        else if (comment && !strstr(comment, "*/"))
            *in_comment = true, *comment = '\0';
    }
    for (size_t n = strlen(code); n && strchr(" \t", code[n - 1]);)
        code[--n] = '\0';
}

static bool in_answer(const struct stage *stage, const char *path, unsigned line)
{
    for (size_t i = 0; i < stage->count; i++)
        for (size_t j = 0; j < stage->answers[i].count; j++) {
            const struct place *place = &stage->answers[i].places[j];
            if (!strcmp(place->path, path) && place->begin < line && line < place->end)
                return true;
        }
    return false;
}

static void read_file(struct changes *changes, const struct stage *stage, const struct file *file)
{
    const enum syntax syntax = syntax_of(file->path);
    struct reader reader = reader_of(&file->content);
    char before[CHANGE_LINE] = "";
    bool in_comment = false;

    if (syntax != SYNTAX_C && syntax != SYNTAX_NASM)
        return;
    for (struct part line; reader_next(&reader, &line);) {
        struct change place = { .line = reader.line };
        if (line.length >= CHANGE_LINE)
            continue;
        code_of(syntax, line, &in_comment, place.old, sizeof place.old);
        snprintf(place.file, sizeof place.file, "%s", file->path);
        if (place.old[0] && in_answer(stage, file->path, reader.line)) {
            if (syntax == SYNTAX_C)
                changes_c(changes, &place, before);
            else
                changes_nasm(changes, &place);
        }
        if (place.old[0])
            memcpy(before, place.old, sizeof before);
    }
}

struct status changes_read(struct changes *changes, const char *path)
{
    struct stage stage;
    bool good = stage_read(&stage, path) && !stage.errors;

    for (size_t i = 0; good && i < stage.folder.count; i++)
        read_file(changes, &stage, &stage.folder.files[i]);
    stage_free(&stage);
    return good ? status_ok() : status_error(STATUS_MISUSE, "%s: its marks are wrong (see above)", path);
}

void changes_shuffle(struct changes *changes, unsigned long long seed)
{
    for (size_t i = changes->count; i > 1; i--) {
        char name[32];
        snprintf(name, sizeof name, "%zu", i);
        size_t other = seed_of_test(seed, name) % i;
        struct change change = changes->list[i - 1];
        changes->list[i - 1] = changes->list[other];
        changes->list[other] = change;
    }
}

/* ---- One of them ---- */

static void write_changed(const struct change *change, FILE *from, FILE *to)
{
    char line[4096];
    for (unsigned number = 1; fgets(line, sizeof line, from); number++)
        if (number == change->line)
            fprintf(to, "%s\n", change->new);
        else
            fputs(line, to);
}

struct status change_make(const char *folder, const void *what)
{
    const struct change *change = what;
    char path[400], changed[410];
    snprintf(path, sizeof path, "%.250s/%s", folder, change->file);
    snprintf(changed, sizeof changed, "%s.changed", path);
    FILE *from = fopen(path, "r"), *to = from ? fopen(changed, "w") : NULL;

    if (to)
        write_changed(change, from, to);
    if (from)
        fclose(from);
    if (!to || fclose(to) != 0 || rename(changed, path) != 0)
        return status_errno(path);
    return status_ok();
}

void change_print(const struct change *change, const char *stage)
{
    char path[900], line[4096];
    snprintf(path, sizeof path, "%s/%s", stage, change->file);
    FILE *file = fopen(path, "r");

    printf("%s:%u (%s)\n", change->file, change->line, change->kind);
    for (unsigned number = 1; file && fgets(line, sizeof line, file); number++)
        if (number == change->line)
            printf("-%s\n+%s\n", change->old, change->new);
        else if (number + 3 >= change->line && number <= change->line + 3)
            printf(" %s", line);
    if (file)
        fclose(file);
    printf("\n");
}
