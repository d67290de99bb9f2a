/* Compiler output for people: see messages.h. */
#include "messages.h"

#include "clean.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    char text[MESSAGES_COLUMNS + 1];
};

struct lines {
    struct line *line;
    size_t count, total;
    bool errors_only;
};

/* "/submission/trap.asm:12" -> "trap.asm:12", wherever in the line it stands. */
static void shorten(char *line, const char *prefix, const char *with)
{
    size_t cut = strlen(prefix), put = strlen(with);
    for (char *at = line; (at = strstr(at, prefix)); at += put) {
        memmove(at + put, at + cut, strlen(at + cut) + 1);
        memcpy(at, with, put);
    }
}

static void shorten_all(char *line, const char *stage)
{
    char objects[80];
    snprintf(objects, sizeof objects, "/box/%s/", stage);
    shorten(line, "/submission/", "");
    shorten(line, objects, "");
    shorten(line, "/kit/kernel/", "kernel/");
    shorten(line, "/kit/", "");
    shorten(line, "/box/", "");
}

/* Make's own words, and what kernel.mk says it is doing. */
static bool from_make(const char *line)
{
    static const char *const beginnings[] = { "make: ", "make[", "  KCC  ", "  NASM ", "  KLD  " };
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static bool is_error(const char *line)
{
    static const char *const signs[] = { "error:", "undefined reference", "multiple definition", "cannot find" };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strstr(line, signs[i]))
            return true;
    return false;
}

static void add(struct lines *lines, const char *start, size_t length, const char *stage)
{
    char raw[1024];
    if (length >= sizeof raw)
        length = sizeof raw - 1;
    memcpy(raw, start, length);
    raw[length] = '\0';
    for (size_t i = 0; i < length; i++)
        if (!raw[i])
            raw[i] = '?';
    if (!length || from_make(raw))
        return;
    shorten_all(raw, stage);
    if (lines->errors_only && !is_error(raw))
        return;
    lines->total++;
    if (lines->count < MESSAGES_LINES)
        clean_copy(lines->line[lines->count++].text, sizeof lines->line->text, raw);
}

static void collect(struct lines *lines, const char *output, size_t length, const char *stage)
{
    lines->count = lines->total = 0;
    for (size_t at = 0; at < length;) {
        const char *end = memchr(output + at, '\n', length - at);
        size_t size = end ? (size_t)(end - (output + at)) : length - at;
        add(lines, output + at, size, stage);
        at += size + 1;
    }
}

static char *join(const struct lines *lines, bool output_cut)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    for (size_t i = 0; i < lines->count; i++)
        fprintf(out, "%s\n", lines->line[i].text);
    if (lines->total > lines->count || output_cut)
        fprintf(out, "(and more: %s%zu lines in all)\n", output_cut ? "at least " : "", lines->total);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *messages_make(const char *output, size_t length, const char *stage, bool output_cut)
{
    struct lines lines = { .line = calloc(MESSAGES_LINES, sizeof *lines.line) };
    char *text = NULL;
    if (!lines.line)
        return NULL;
    collect(&lines, output, length, stage);
    if (lines.total > MESSAGES_LINES) {
        size_t total = lines.total;
        lines.errors_only = true;
        collect(&lines, output, length, stage);
        if (!lines.total) {
            lines.errors_only = false;
            collect(&lines, output, length, stage);
        }
        lines.total = total;
    }
    text = join(&lines, output_cut);
    free(lines.line);
    return text;
}

unsigned messages_count(const char *text, const char *word)
{
    unsigned count = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        count++;
    return count;
}
