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

/* "/tmp/ccX1y2z3.s:153" is what the compiler handed to the assembler; its name differs from run to run. */
static void shorten_temporary(char *line)
{
    static const char prefix[] = "/tmp/cc", with[] = "(assembly)";
    for (char *at = line; (at = strstr(at, prefix));) {
        char *end = at + strlen(prefix);
        end += strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        end += strncmp(end, ".s", 2) == 0 ? 2 : 0;
        if (end < at + strlen(with))
            return;
        memcpy(at, with, strlen(with));
        memmove(at + strlen(with), end, strlen(end) + 1);
        at += strlen(with);
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
    shorten_temporary(line);
}

static bool begins(const char *line, const char *const beginnings[])
{
    for (size_t i = 0; beginnings[i]; i++)
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* What kernel.mk says before it compiles a file: the head of the messages about this file. */
static bool is_head(const char *line)
{
    static const char *const heads[] = { "  KCC  ", "  NASM ", "  KLD  ", NULL };
    return begins(line, heads);
}

static bool from_make(const char *line)
{
    static const char *const make[] = { "make: ", "make[", NULL };
    return begins(line, make) || is_head(line);
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

/* ---- Files that are compiled side by side end in any order, and identical submissions must give identical messages
 * ---- */

struct part {
    const char *start;
    size_t length;
};

static int by_head(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    size_t least = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->start, b->start, least);
    return order ? order : (a->start > b->start) - (a->start < b->start);
}

static size_t split(const char *output, size_t length, struct part *parts, size_t most)
{
    size_t count = 0;
    parts[count++] = (struct part){ output, 0 };
    for (size_t at = 0; at < length;) {
        const char *end = memchr(output + at, '\n', length - at);
        size_t size = end ? (size_t)(end - (output + at)) + 1 : length - at;
        if (is_head(output + at) && count < most)
            parts[count++] = (struct part){ output + at, 0 };
        parts[count - 1].length += size;
        at += size;
    }
    return count;
}

/* A copy with the parts in the order of their heads; what stood before the first head stays first. */
static char *in_order(const char *output, size_t length)
{
    struct part parts[512];
    char *sorted = malloc(length + 1);
    size_t count = split(output, length, parts, sizeof parts / sizeof parts[0]), at = 0;
    if (!sorted)
        return NULL;
    qsort(parts + 1, count - 1, sizeof *parts, by_head);
    for (size_t i = 0; i < count; i++) {
        memcpy(sorted + at, parts[i].start, parts[i].length);
        at += parts[i].length;
    }
    sorted[length] = '\0';
    return sorted;
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

static void collect_best(struct lines *lines, const char *output, size_t length, const char *stage)
{
    collect(lines, output, length, stage);
    if (lines->total <= MESSAGES_LINES)
        return;
    size_t total = lines->total;
    lines->errors_only = true;
    collect(lines, output, length, stage);
    lines->errors_only = lines->total > 0;
    if (!lines->errors_only)
        collect(lines, output, length, stage);
    lines->total = total;
}

char *messages_make(const char *output, size_t length, const char *stage, bool output_cut)
{
    struct lines lines = { .line = calloc(MESSAGES_LINES, sizeof *lines.line) };
    char *sorted = in_order(output, length), *text = NULL;
    if (lines.line && sorted) {
        collect_best(&lines, sorted, length, stage);
        text = join(&lines, output_cut);
    }
    free(sorted);
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
