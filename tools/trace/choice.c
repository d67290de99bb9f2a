#include "choice.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kernel/include/cairn/abi.h"

#define FAR 0x1p62 /* ticks: behind every record */

enum { EXIT_USAGE = 2, EXIT_MEMORY = 3, EXIT_NOTHING = 4 };

/* The names that --only and --window can have, for whoever has asked for another one. */
static void say_names(const struct cast *cast)
{
    fprintf(stderr, "There are:");
    for (size_t i = 0; i < cast->count; i++)
        if (cast->actor[i].type == TYPE_PD || cast->actor[i].type == TYPE_EC)
            fprintf(stderr, " %s;", cast->actor[i].name);
    fprintf(stderr, "\n");
}

static void say_marks(const struct log *log)
{
    char mark[16];
    bool any = false;

    for (size_t i = 0; i < log->count; i++)
        if (cast_mark(&log->record[i], mark) && !cast_is_naming(mark)) {
            fprintf(stderr, "%s \"%s\"", any ? ";" : "Its marks:", mark);
            any = true;
        }
    fprintf(stderr, any ? "\n" : "It has no marks.\n");
}

/* One name of --only: a PD stands for its ECs, too. */
static bool choose(struct choice *choice, const struct cast *cast, const char *name, size_t length)
{
    bool any = false;

    for (size_t i = 0; i < cast->count; i++) {
        const struct actor *a = &cast->actor[i], *pd = a->pd == NOBODY ? a : &cast->actor[a->pd];
        if ((strlen(a->name) == length && !strncmp(a->name, name, length)) ||
            (strlen(pd->name) == length && !strncmp(pd->name, name, length)))
            choice->actor[i] = any = true;
    }
    return any;
}

static void choose_actors(struct choice *choice, const struct cast *cast, const char *only)
{
    memset(choice->actor, !only, cast->count);
    for (const char *name = only; name && *name; name += strspn(name, ",")) {
        const size_t length = strcspn(name, ",");
        if (!choose(choice, cast, name, length)) {
            warnx("--only: nothing is called \"%.*s\"", (int)length, name);
            say_names(cast);
            exit(EXIT_NOTHING);
        }
        name += length;
    }
}

/* One end of the window: a number of units from the first record on, or the text of a mark. */
static uint64_t moment(const struct log *log, const char *text, size_t length, double ticks_per_unit)
{
    char word[64], mark[16], *end;

    snprintf(word, sizeof word, "%.*s", (int)length, text);
    const double units = strtod(word, &end);
    if (end != word && !*end && units >= 0)
        return log->record[0].time + (uint64_t)(units * ticks_per_unit < FAR ? units * ticks_per_unit : FAR);
    for (size_t i = 0; i < log->count; i++)
        if (cast_mark(&log->record[i], mark) && !strcmp(mark, word))
            return log->record[i].time;
    warnx("--window: \"%s\" is neither a time nor a mark of this trace", word);
    say_marks(log);
    exit(EXIT_NOTHING);
}

static void choose_time(struct choice *choice, const struct log *log, const char *window, double ticks_per_unit)
{
    const char *dots = window ? strstr(window, "..") : NULL;

    choice->begin = log->count ? log->record[0].time : 0;
    choice->end = choice->begin;
    for (size_t i = 0; i < log->count; i++) { /* a damaged trace can go back in time */
        choice->begin = log->record[i].time < choice->begin ? log->record[i].time : choice->begin;
        choice->end = log->record[i].time > choice->end ? log->record[i].time : choice->end;
    }
    if (!window)
        return;
    if (!strcmp(window, "marks")) {
        char mark[16];
        for (size_t i = log->count; i-- > 0;)
            if (cast_mark(&log->record[i], mark) && !cast_is_naming(mark))
                choice->begin = log->record[i].time;
        return;
    }
    if (!dots)
        errx(EXIT_USAGE,
             "--window %s: write it as FROM..TO, e.g. 1000..5000, 1000.. or begin..end; or marks: from the first mark "
             "on",
             window);
    if (!log->count)
        return;
    if (dots != window)
        choice->begin = moment(log, window, dots - window, ticks_per_unit);
    if (dots[2])
        choice->end = moment(log, dots + 2, strlen(dots + 2), ticks_per_unit);
}

/* What an interrupt does is not the doing of whoever was current then. */
static bool concerns(const struct choice *choice, const struct trace_record *r, const struct parts *p)
{
    const int who[] = { p->object, p->a, p->b, p->ec, p->pd };
    const bool anybody =
        r->event == TRACE_SM_WAKE || r->event == TRACE_INTERRUPT || r->event == TRACE_TIMER || r->event == TRACE_READY;

    for (unsigned i = 0; i < (anybody ? 3 : 5); i++)
        if (who[i] != NOBODY && choice->actor[who[i]])
            return true;
    return false;
}

/* Where records were left out at the ends, their time is not shown either. */
static void narrow(struct choice *choice, const struct log *log)
{
    size_t first = 0, last = log->count - 1;

    while (!choice->record[first])
        first++;
    while (!choice->record[last])
        last--;
    if (log->record[first].time > choice->begin)
        choice->begin = log->record[first].time;
    if (log->record[last].time < choice->end)
        choice->end = log->record[last].time;
}

void choice_find(struct choice *choice, const struct log *log, const struct cast *cast, const struct wish *wish,
                 double ticks_per_unit)
{
    size_t newest = 0;

    *choice = (struct choice){ .record = calloc(log->count + 1, sizeof(bool)),
                               .actor = calloc(cast->count + 1, sizeof(bool)) };
    if (!choice->record || !choice->actor)
        errx(EXIT_MEMORY, "there is not enough memory for so many records");
    choose_actors(choice, cast, wish->only);
    choose_time(choice, log, wish->window, ticks_per_unit);
    for (size_t i = log->count; i-- > 0;) {
        const struct trace_record *r = &log->record[i];
        if (r->sequence < wish->first || r->sequence > wish->last || r->time < choice->begin || r->time > choice->end ||
            (wish->only && !concerns(choice, r, &cast->parts[i])) || newest == wish->newest)
            continue;
        choice->record[i] = true;
        newest++;
    }
    choice->all = !wish->only;
    choice->shown = newest;
    if (!newest) {
        warnx("nothing is left to be shown: there are %zu records, over %.0f units of time%s", log->count,
              log->count ? (double)(log->record[log->count - 1].time - log->record[0].time) / ticks_per_unit : 0,
              log->count ? "; widen --window, --first, --until, --last or --only"
                         : ", because the kernel has made none");
        say_names(cast);
        say_marks(log);
        exit(EXIT_NOTHING);
    }
    narrow(choice, log);
}

void choice_free(struct choice *choice)
{
    free(choice->record);
    free(choice->actor);
    *choice = (struct choice){ 0 };
}
