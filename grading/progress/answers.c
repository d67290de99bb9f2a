/* Which answers a skeleton asks for, and which of them are still missing in the student's files: see state.h. */
#include "progress/state.h"

#include "grader/task.h"

#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* nftw has no argument for its function's own use. */
static struct {
    struct stage_state *state;
    bool skeleton;
    time_t newest;
} walk;

static struct answer *answer_of(struct stage_state *state, const char *number, size_t length)
{
    struct answer *answer = state->answer;
    for (size_t i = 0; i < state->answers; i++, answer++)
        if (strlen(answer->number) == length && !memcmp(answer->number, number, length))
            return answer;
    if (!walk.skeleton || state->answers == ANSWERS_MAX || length >= sizeof answer->number)
        return NULL;
    state->answers++;
    *answer = (struct answer){ .title = "" };
    memcpy(answer->number, number, length);
    return answer;
}

/* Up to the quote, or to a place in parentheses: not_implemented("1.4 title (place)"). */
static size_t title_length(const char *title)
{
    size_t length = strcspn(title, "(\"");
    while (length && title[length - 1] == ' ')
        length--;
    return length;
}

/* `not_implemented("1.4 title")`, NASM's `NOT_IMPLEMENTED "1.4 title"`; in what is only linked, not_implemented_1_4_title. */
static void take_line(struct stage_state *state, char *line)
{
    char *call = strcasestr(line, "not_implemented");
    char *quote = call ? strchr(call, '"') : NULL;
    char *text = quote ? quote + 1 : call ? call + strlen("not_implemented") + 1 : NULL;

    if (!text || !isdigit((unsigned char)text[0]))
        return;
    if (!quote) { /* 1_4_title -> 1.4 title */
        text[strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789A")] = '\0';
        for (char *at = text; *at; at++)
            *at = *at != '_' ? *at : at == text + 1 ? '.' : ' ';
    }
    size_t length = strcspn(text, " \"");
    struct answer *answer = answer_of(state, text, length);
    if (!answer)
        return;
    answer->missing++;
    answer->places += walk.skeleton;
    if (!answer->title[0] && text[length] == ' ')
        snprintf(answer->title, sizeof answer->title, "%.*s", (int)title_length(text + length + 1), text + length + 1);
}

static bool is_source(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h") || !strcmp(dot, ".asm") || !strcmp(dot, ".ld"));
}

static int take_file(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    char line[1000];
    (void)where;
    FILE *file = kind == FTW_F && is_source(path) ? fopen(path, "r") : NULL;
    if (!file)
        return 0;
    if (status->st_mtime > walk.newest)
        walk.newest = status->st_mtime;
    while (fgets(line, sizeof line, file))
        take_line(walk.state, line);
    fclose(file);
    return 0;
}

static int by_number(const void *left, const void *right)
{
    return task_order(((const struct answer *)left)->number, ((const struct answer *)right)->number);
}

time_t answers_read(struct stage_state *state, const char *skeleton, const char *work)
{
    walk.state = state, walk.skeleton = true, walk.newest = 0;
    nftw(skeleton, take_file, 16, FTW_PHYS);
    qsort(state->answer, state->answers, sizeof *state->answer, by_number);
    for (size_t i = 0; i < state->answers && state->begun; i++)
        state->answer[i].missing = 0;
    walk.skeleton = false, walk.newest = 0;
    if (state->begun)
        nftw(work, take_file, 16, FTW_PHYS);
    return walk.newest;
}
