/* Survivors that somebody has looked at: see judged.h. */
#include "corpus/mechanical/judged.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct judged {
    struct changes changes;
};

/* Blanks at both ends say nothing. */
static const char *trim(char *text)
{
    size_t n = strlen(text);
    while (n && isspace((unsigned char)text[n - 1]))
        text[--n] = '\0';
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static bool same_text(const char *a, const char *b)
{
    char left[CHANGE_LINE], right[CHANGE_LINE];
    snprintf(left, sizeof left, "%s", a);
    snprintf(right, sizeof right, "%s", b);
    return !strcmp(trim(left), trim(right));
}

/* The three lines of a paragraph, of which the first has been read. */
static bool read_one(FILE *file, char *line, size_t size, struct changes *changes)
{
    struct change change = { .line = 0 };
    char new_line[CHANGE_LINE];
    size_t colon = strcspn(line, ":");

    if (!line[colon] || line[colon + 1] != ' ' || strlen(line + colon) < 12 || colon >= sizeof change.file)
        return false;
    memcpy(change.file, line, colon);
    change.line = !strncmp(line + colon, ": no bug:", 9); /* the lines of a file are no help here */
    if (!fgets(line, (int)size, file) || line[0] != '-')
        return false;
    snprintf(change.old, sizeof change.old, "%.*s", CHANGE_LINE - 1, line + 1);
    if (!fgets(line, (int)size, file) || line[0] != '+')
        return false;
    snprintf(new_line, sizeof new_line, "%.*s", CHANGE_LINE - 1, line + 1);
    change_add(changes, &change, "", new_line);
    return true;
}

struct judged *judged_read(const char *path)
{
    struct judged *judged = calloc(1, sizeof *judged);
    FILE *file = fopen(path, "r");
    char line[2 * CHANGE_LINE];
    bool good = judged;

    while (good && file && fgets(line, sizeof line, file))
        if (line[0] != '\n' && line[0] != '#')
            good = read_one(file, line, sizeof line, &judged->changes);
    if (file)
        fclose(file);
    if (good)
        return judged;
    fprintf(stderr, "mechanical: %s: a survivor is three lines: \"FILE: why\", \"-old line\", \"+new line\"\n", path);
    judged_free(judged);
    return NULL;
}

enum judgement judged_as(const struct judged *judged, const struct change *change)
{
    for (size_t i = 0; i < judged->changes.count; i++) {
        const struct change *known = &judged->changes.list[i];
        if (!strcmp(known->file, change->file) && same_text(known->old, change->old) && same_text(known->new, change->new))
            return known->line ? JUDGED_NO_BUG : JUDGED;
    }
    return NOT_JUDGED;
}

void judged_free(struct judged *judged)
{
    if (judged)
        free(judged->changes.list);
    free(judged);
}
