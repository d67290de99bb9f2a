/* The end of the report: points, and what to do next. See report.h. */
#include "report.h"

#include "clean.h"
#include "report_style.h"

#include <inttypes.h>
#include <string.h>

static void print_points(struct report *report)
{
    const struct result *result = report->result;
    unsigned points = result_points(result), max = result_max(result);
    char text[64];
    snprintf(text, sizeof text, "%u of %u points", points, max);
    fputc('\n', report->out);
    style_print(report, points == max ? STYLE_GOOD : STYLE_STRONG, text);
    fprintf(report->out, "%s\n", result_complete(report->all) ? "" : " of the tests that were chosen");
    report_mark(report, points, max);
    report_hidden(report);
}

static void wrap(struct report *report, const char *text)
{
    clean_wrap(report->out, text, 0, 0, REPORT_WIDTH);
    fputc('\n', report->out);
}

static void print_first(struct report *report, const struct test *test, const struct verdict *verdict)
{
    const struct family *family = families_find(report->result->families, verdict->family);
    char text[512], section[40], own[40];
    fputs("\nFirst: ", report->out);
    style_print(report, STYLE_STRONG, family ? family->title : verdict->family);
    fprintf(report->out, " (%s)\n", test->id);
    snprintf(text, sizeof text, "Read again: exercises/%s/README.md#%s", report->result->stage,
             families_section(family, test->task, section, sizeof section));
    if (strcmp(section, families_section(NULL, test->task, own, sizeof own)))
        snprintf(text + strlen(text), sizeof text - strlen(text), " and #%s", own);
    wrap(report, text);
    if (!report->hints->asked && report->hints->most)
        wrap(report, "Hints for what failed: HINT=1 (2 and 3 say more).");
}

static const struct test *first_unwritten(const struct result *result, const struct verdict **verdict)
{
    for (size_t i = 0; i < result->tests->count; i++)
        if (result->selected[i] && result->verdicts[i].kind == VERDICT_NOT_WRITTEN) {
            *verdict = &result->verdicts[i];
            return &result->tests->test[i];
        }
    return NULL;
}

static void print_repeat(struct report *report, const struct test *test)
{
    fprintf(report->out, "This test again, the same run: make grade EX=%.*s TEST=%s SEED=%" PRIu64 "\n",
            (int)strcspn(report->result->stage, "-"), report->result->stage, test->id, report->result->seed);
}

/* Whoever asks for more than the course shows is told so, and does not wait for it. */
static void print_hints_limit(struct report *report)
{
    int asked = report->hints->asked, most = report->hints->most;
    if (asked && !most)
        wrap(report, "This course shows no hints.");
    else if (asked > most)
        fprintf(report->out, "This course shows hints up to level %d.\n", most);
}

static bool hides(const struct report *report)
{
    for (size_t i = 0; i < report->all->tests->count; i++)
        if (report->all->selected[i] != report->result->selected[i])
            return true;
    return false;
}

void report_ending(struct report *report)
{
    const struct test *test = NULL;
    const struct verdict *verdict;
    char text[700];
    report_progress_end(report);
    print_points(report);
    print_hints_limit(report);
    verdict = result_first_failure(report->result, &test);
    if (verdict && report->feedback >= FEEDBACK_FAMILY)
        print_first(report, test, verdict);
    if (verdict) {
        print_repeat(report, test);
    } else if ((test = first_unwritten(report->result, &verdict))) {
        fputc('\n', report->out);
        snprintf(text, sizeof text, "Next: %.500s", verdict->seen);
        wrap(report, text);
        report_unwritten(report, verdict->seen);
    } else {
        fprintf(report->out, "Everything%s passed. Each run draws another seed, so a second run is a second look.\n",
                hides(report) ? " that is shown" : "");
    }
    fflush(report->out);
}
