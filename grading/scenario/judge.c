#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Greedy from the left with one place to come back to: the last star. Linear in practice, never exponential. */
bool pattern_matches(const char *pattern, const char *line, size_t length)
{
    const char *end = line + length, *star = NULL, *from = NULL;
    while (line < end) {
        if (*pattern == '*') {
            star = ++pattern;
            from = line;
        } else if (*pattern == *line && *pattern) {
            pattern++, line++;
        } else if (star) {
            pattern = star;
            line = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

const char *ending_name(enum ending ending)
{
    static const char *const names[] = {
        [ENDED_HALT] = "halted",
        [ENDED_IDLE] = "idle: everybody waits, and nothing is to come",
        [ENDED_LIMIT] = "still running at the limit of guest time",
        [ENDED_RESET] = "reset: most likely a triple fault",
        [ENDED_FLOOD] = "stopped, because it printed without end",
        [ENDED_FAILED] = "ended by the emulator's failure",
    };
    return names[ending];
}

static void fail(struct verdict *verdict, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The first reason stays: what comes behind it is mostly its consequence. */
static void fail(struct verdict *verdict, size_t line, const char *format, ...)
{
    if (!verdict->passed)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(verdict->reason, sizeof verdict->reason, format, arguments);
    va_end(arguments);
    verdict->passed = false;
    verdict->line = line;
}

static const char *find(const struct patterns *patterns, const char *line, size_t length)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (pattern_matches(patterns->text[i], line, length))
            return patterns->text[i];
    return NULL;
}

/* What no scenario has to forbid: the kernel gave up. */
static bool kernel_gave_up(const char *line, size_t length)
{
    return pattern_matches("panic: *", line, length) || pattern_matches("not implemented: *", line, length);
}

static void judge_line(const struct step *step, struct verdict *verdict, size_t number, const char *line, size_t length)
{
    const int width = length > 200 ? 200 : (int)length;
    const char *next = verdict->matched < step->expect.count ? step->expect.text[verdict->matched] : NULL;
    const char *forbidden = find(&step->forbid, line, length);
    if (forbidden)
        fail(verdict, number, "forbidden   %.*s\n(line %zu; the pattern is \"%s\")", width, line, number, forbidden);
    else if (kernel_gave_up(line, length) && !(next && pattern_matches(next, line, length)))
        fail(verdict, number, "the kernel stopped: %.*s (line %zu)", width, line, number);
    else if (next && pattern_matches(next, line, length))
        verdict->matched++;
    else if (find(&step->exact, line, length))
        fail(verdict, number, "expected    %s\nseen        %.*s\n(line %zu)", next ? next : "no more such line", width,
             line, number);
}

static bool ending_right(const struct step *step, enum ending ending)
{
    switch (step->ends) {
    case ENDS_HALT:
        return ending == ENDED_HALT;
    case ENDS_IDLE:
        return ending == ENDED_IDLE;
    case ENDS_LIMIT:
        return ending == ENDED_LIMIT;
    default:
        return ending == ENDED_HALT || ending == ENDED_IDLE;
    }
}

struct verdict judge(const struct step *step, const char *text, enum ending ending)
{
    static const char *const wanted[] = { "halted or idle", "halted", "idle", "running until its limit" };
    struct verdict verdict = { .passed = true };
    size_t number = 0;
    while (*text) {
        size_t length = strcspn(text, "\n"), shown = length;
        while (shown && text[shown - 1] == '\r')
            shown--;
        judge_line(step, &verdict, ++number, text, shown);
        text += length + (text[length] == '\n');
    }
    if (verdict.matched < step->expect.count)
        fail(&verdict, 0,
             "expected    %s\nseen        %zu of %zu expected lines, then this one never came\nthe machine %s",
             step->expect.text[verdict.matched], verdict.matched, step->expect.count, ending_name(ending));
    if (!ending_right(step, ending))
        fail(&verdict, 0, "expected    the machine %s at the end\nseen        it %s", wanted[step->ends],
             ending_name(ending));
    return verdict;
}

void judge_work(struct verdict *verdict, const struct step *step, unsigned long long instructions)
{
    if (step->instructions && instructions > step->instructions)
        fail(verdict, 0, "expected    at most %llu instructions\nseen        %llu", step->instructions, instructions);
}
