/* The page that `make progress` prints: see say.h. */
#include "progress/say.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum style { PLAIN, GOOD, BAD, OPEN, STRONG };

static bool with_color;

static const char *style(enum style style)
{
    static const char *const codes[] = { "\033[0m", "\033[32m", "\033[31m", "\033[33m", "\033[1m" };
    return with_color ? codes[style] : "";
}

static enum style judged(size_t done, size_t all)
{
    return done == all ? GOOD : done ? OPEN : PLAIN;
}

/* "2026-11-21-163012" -> "2026-11-21 16:30" */
static const char *time_of(const char *name, char text[32])
{
    snprintf(text, 32, "%.10s %.2s:%.2s", name, strlen(name) > 14 ? name + 11 : "??", strlen(name) > 14 ? name + 13 : "??");
    return text;
}

/* ---- A line for each exercise ---- */

static void say_tests(const struct stage_state *s)
{
    char text[32];
    unsigned points;
    size_t passed = state_passed(s, &points);

    if (!s->tests.count) {
        printf("no points yet");
    } else if (!s->graded[0]) {
        printf("never graded");
    } else {
        printf("%stests %2zu of %2zu%s  %3u points  %s", style(judged(passed, s->tests.count)), passed, s->tests.count,
               style(PLAIN), points, time_of(s->graded, text));
        printf("%s", !s->compiled ? ", did not compile" : s->stale ? ", changed since" : "");
    }
}

/* Only while there is something to hand in: ", due in 3 days". */
static void say_due(const struct stage_state *s)
{
    char span[SPAN_TEXT];
    int64_t seconds = s->deadline.late.seconds;

    if (!s->deadline.has_due || state_complete(s))
        return;
    span_say(seconds < 0 ? -seconds : seconds, span);
    if (seconds <= 0)
        printf(", due in %s", span);
    else
        printf(", %sdue %s ago%s", style(BAD), span, style(PLAIN));
}

static void say_stage(const struct stage_state *s)
{
    size_t written = state_written(s);
    printf("%-14s ", s->name);
    if (!s->begun) {
        printf("not begun");
        say_due(s);
        printf("\n");
        return;
    }
    printf("%sanswers %2zu of %2zu%s   ", style(judged(written, s->answers)), written, s->answers, style(PLAIN));
    say_tests(s);
    say_due(s);
    printf("\n");
}

/* ---- What is not as it should be ---- */

static void say_missing(const struct stage_state *s)
{
    for (size_t i = 0; i < s->answers && s->begun; i++) {
        const struct answer *a = &s->answer[i];
        if (a->missing && a->missing < a->places)
            printf("%16s%s  %s (%u of %u places missing)\n", "", a->number, a->title, a->missing, a->places);
        else if (a->missing)
            printf("%16s%s  %s\n", "", a->number, a->title);
    }
}

static bool say_failures(const struct stage_state *s)
{
    bool lost = false;
    char text[32];

    for (size_t i = 0; i < s->tests.count && i < TESTS_MAX; i++) {
        const struct test *test = &s->tests.test[i];
        if (state_regressed(s, i)) {
            printf("%16s%sLOST%s  %-18s %s: passed %s\n", "", style(BAD), style(PLAIN), test->id, test->title,
                   time_of(s->outcome[i].passed, text));
            lost = true;
        } else if (s->compiled && s->outcome[i].now == OUTCOME_FAILED) {
            printf("%16s%sFAIL%s  %-18s %s\n", "", style(BAD), style(PLAIN), test->id, test->title);
        }
    }
    return lost;
}

/* ---- What to do next ---- */

static const struct test *first_test(const struct stage_state *s, bool regressed)
{
    for (size_t i = 0; i < s->tests.count && i < TESTS_MAX; i++)
        if (regressed ? state_regressed(s, i) : s->outcome[i].now == OUTCOME_FAILED)
            return &s->tests.test[i];
    return NULL;
}

static const struct answer *first_missing(const struct stage_state *s)
{
    for (size_t i = 0; i < s->answers; i++)
        if (s->answer[i].missing)
            return &s->answer[i];
    return NULL;
}

/* The heading "Task 3.A1 ..." has the anchor task-3-a1. */
static void say_anchor(const struct stage_state *s, const char *number)
{
    printf(" (exercises/%s/README.md#task-", s->name);
    for (; *number; number++)
        putchar(*number == '.' ? '-' : tolower((unsigned char)*number));
    printf(")");
}

/* False when there is nothing to do in this exercise. What fails comes before what is not written: it is in the way of it. */
static bool say_next_of(const struct stage_state *s)
{
    const struct answer *missing = first_missing(s);
    const struct test *test = s->stale || !s->compiled ? NULL : first_test(s, false);
    char number = s->name[0];

    if (!s->begun || state_complete(s) || (!missing && !s->tests.count))
        return false;
    if (!s->compiled && !s->stale)
        printf("make the files of work/%s compile: make run EX=%c", s->name, number);
    else if (test)
        printf("%s: make grade EX=%c TEST=%s HINT=next", test->title, number, test->id);
    else if (missing) {
        printf("%s %s", missing->number, missing->title);
        say_anchor(s, missing->number);
    } else
        printf("make grade EX=%c", number);
    return true;
}

static void say_next(const struct stage_state *states, size_t count)
{
    printf("\n%sNext:%s ", style(STRONG), style(PLAIN));
    for (size_t i = 0; i < count; i++) {
        const struct test *lost = first_test(&states[i], true);
        if (lost && states[i].begun) {
            printf("%s has passed before: make grade EX=%c TEST=%s\n", lost->id, states[i].name[0], lost->id);
            return;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (say_next_of(&states[i])) {
            printf("\n");
            return;
        }
    for (size_t i = 0; i < count; i++)
        if (!states[i].begun) {
            printf("make start EX=%c, then exercises/%s/README.md\n", states[i].name[0], states[i].name);
            return;
        }
    printf("nothing. All exercises are done.\n");
}

bool say_progress(const struct stage_state *states, size_t count, bool color)
{
    bool lost = false;
    with_color = color;
    for (size_t i = 0; i < count; i++) {
        say_stage(&states[i]);
        say_missing(&states[i]);
        if (states[i].begun)
            lost |= say_failures(&states[i]);
    }
    say_next(states, count);
    return lost;
}
