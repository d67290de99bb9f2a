/* The report's text: see report.h. */
#include "report.h"

#include "clean.h"
#include "machine/pinned.h"
#include "report_style.h"

#include <inttypes.h>
#include <string.h>

#define IGNORED_SHOWN 8

static void print_ignored(struct report *report)
{
    const struct submission *submission = report->result->submission;
    char list[900] = "";
    if (!submission->ignored_count)
        return;
    for (size_t i = 0; i < submission->ignored_count && i < IGNORED_SHOWN; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%.80s", i ? ", " : "", submission->ignored[i]);
    }
    if (submission->ignored_count > IGNORED_SHOWN)
        strcat(list, ", …");
    fputs("Not looked at: ", report->out);
    clean_wrap(report->out, list, 15, 15, REPORT_WIDTH);
    fputc('\n', report->out);
}

static void print_messages(struct report *report)
{
    const char *text = report->result->build->messages;
    if (!text || !text[0])
        return;
    fputc('\n', report->out);
    fputs(text, report->out);
}

void report_heading(struct report *report)
{
    const struct result *result = report->result;
    char seed[32];
    for (size_t i = 0; i < result->tests->count; i++) {
        unsigned columns = (unsigned)strlen(result->tests->test[i].id);
        if (result->selected[i] && columns > report->id_width)
            report->id_width = columns;
    }
    snprintf(seed, sizeof seed, "%" PRIu64, result->seed);
    fputs("Exercise ", report->out);
    style_print(report, STYLE_STRONG, result->stage);
    fputs(", ", report->out);
    style_print(report, STYLE_PLAIN, report->submission);
    fprintf(report->out, ": %zu files\nSeed ", result->submission->count);
    style_print(report, STYLE_STRONG, seed);
    fprintf(report->out, ", on %s (QEMU %s)\n", PINNED_NAME, result->qemu);
    report_due(report);
    print_ignored(report);
    if (result->build->good)
        print_messages(report);
    fputc('\n', report->out);
    fflush(report->out);
}

/* Files of the skeleton that were not handed in: allowed, but when something is missing they are the first to ask for.
 */
static void print_missing(struct report *report)
{
    char folder[800], names[400];
    snprintf(folder, sizeof folder, "%s/exercises/%s", report->result->kit->source, report->result->stage);
    if (submission_compare(report->result->submission, folder, report->result->stage, names, sizeof names))
        fprintf(report->out, "\nMissing, compared with the skeleton: %s\n", names);
}

void report_not_compiled(struct report *report)
{
    style_print(report, STYLE_BAD, "The files do not make a kernel, so no test was run:");
    fputc('\n', report->out);
    print_messages(report);
    print_missing(report);
}

static const struct {
    const char *mark;
    enum style style;
} marks[] = {
    [VERDICT_PASSED] = { "ok  ", STYLE_GOOD },      [VERDICT_FAILED] = { "FAIL", STYLE_BAD },
    [VERDICT_NOT_WRITTEN] = { "todo", STYLE_OPEN }, [VERDICT_NOT_RUN] = { "wait", STYLE_DIM },
    [VERDICT_TROUBLE] = { "????", STYLE_BAD },
};

/* "  ok    1.gates    Every vector has a gate ......  5/5": the points end at the right margin. */
static void print_line(struct report *report, const struct test *test, const struct verdict *verdict)
{
    char points[32], title[160], text[260];
    unsigned column = 2 + 4 + 2 + report->id_width + 2;
    snprintf(points, sizeof points, "%3u/%u", verdict->kind == VERDICT_PASSED ? test->points : 0, test->points);
    unsigned room = REPORT_WIDTH - column - 1 - (unsigned)strlen(points);
    snprintf(text, sizeof text, "%.100s", test->title);
    if (verdict->kind == VERDICT_NOT_RUN)
        snprintf(text, sizeof text, "%.100s (after %.60s)", test->title, verdict->seen);
    clean_copy(title, room < sizeof title ? room + 1 : sizeof title, text);
    fputs("  ", report->out);
    style_print(report, marks[verdict->kind].style, marks[verdict->kind].mark);
    fprintf(report->out, "  %-*s  %s%*s %s\n", (int)report->id_width, test->id, title,
            (int)(room - clean_columns(title, strlen(title))), "", points);
}

static void print_hints(struct report *report, const struct test *test)
{
    int levels = hints_level(report->hints, test->id);
    for (int level = 0; level < levels && level < TEST_HINTS; level++) {
        char name[24];
        snprintf(name, sizeof name, "hint %d", level + 1);
        style_field(report, name, test->hints[level]);
    }
}

/*
 * It broke down before the first thing that it tries, and a test before it has failed: its family does not tell where the mistake is.
 * first: the test to begin with.
 */
static bool is_early(const struct report *report, const struct verdict *verdict, const struct test **first)
{
    return verdict->early && result_first_failure(report->result, first) != verdict;
}

static void print_early(struct report *report, const struct test *first)
{
    char text[200];
    snprintf(text, sizeof text, "%.100s: it broke down before the first thing that this test tries", first->id);
    style_field(report, "first", text);
}

/* What a family means is said once; said fifteen times it hides the first failure, which is the one to repair. */
static bool is_explained(const struct report *report, const struct verdict *verdict)
{
    const struct test *first;
    for (size_t i = 0; &report->result->verdicts[i] != verdict; i++) {
        const struct verdict *before = &report->result->verdicts[i];
        if (report->result->selected[i] && before->kind == VERDICT_FAILED && !is_early(report, before, &first) &&
            !strcmp(before->family, verdict->family))
            return true;
    }
    return false;
}

/* Of what is not yet written, the first is the next to do: hints for the others would tell what nobody has asked for yet. */
static bool is_next(const struct report *report, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (report->result->selected[i] && report->result->verdicts[i].kind == VERDICT_NOT_WRITTEN)
            return false;
    return true;
}

static void print_failure(struct report *report, const struct test *test, const struct verdict *verdict)
{
    const struct family *family = families_find(report->result->families, verdict->family);
    char text[256], section[40], own[40];
    if (report->feedback >= FEEDBACK_SEEN) {
        style_field(report, "expected", verdict->expected);
        style_field(report, "seen", verdict->seen);
        style_field(report, "where", verdict->place);
    }
    snprintf(text, sizeof text, "%.40s: %.180s", verdict->family, family ? family->title : "a family without a name");
    style_field(report, "family", text);
    style_field(report, "", family && !is_explained(report, verdict) ? family->means : NULL);
    snprintf(text, sizeof text, "exercises/%s/README.md#%s", report->result->stage,
             families_section(family, test->task, section, sizeof section));
    style_field(report, "handout", text);
    if (strcmp(section, families_section(NULL, test->task, own, sizeof own))) {
        snprintf(text, sizeof text, "exercises/%s/README.md#%s", report->result->stage, own);
        style_field(report, "this task", text);
    }
}

void report_verdict(struct report *report, size_t index)
{
    const struct test *test = &report->result->tests->test[index], *first;
    const struct verdict *verdict = &report->result->verdicts[index];
    const bool failed = verdict->kind == VERDICT_FAILED, early = failed && is_early(report, verdict, &first);
    char text[600];
    if (!report->result->selected[index])
        return; /* hidden */
    report_progress_end(report);
    print_line(report, test, verdict);
    if (early && report->feedback >= FEEDBACK_FAMILY) {
        print_early(report, first);
    } else if (failed && report->feedback >= FEEDBACK_FAMILY) {
        print_failure(report, test, verdict);
    } else if (verdict->kind == VERDICT_NOT_WRITTEN) {
        snprintf(text, sizeof text, "not yet written: %.500s", verdict->seen);
        style_field(report, "", text);
    } else if (verdict->kind == VERDICT_PASSED && verdict->seen[0]) {
        snprintf(text, sizeof text, "so far; it tries more when this is written: %.400s", verdict->seen);
        style_field(report, "", text);
    }
    if ((failed && !early) || (verdict->kind == VERDICT_NOT_WRITTEN && is_next(report, index)))
        print_hints(report, test);
    fflush(report->out);
}

void report_progress(struct report *report, size_t finished, size_t running)
{
    if (!report->progress)
        return;
    fprintf(report->out, "\r  ....  %zu done, %zu running\033[K", finished, running);
    fflush(report->out);
    report->line_open = true;
}

void report_progress_end(struct report *report)
{
    if (report->line_open)
        fputs("\r\033[K", report->out);
    report->line_open = false;
}
