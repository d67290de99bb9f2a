/* What the report says of a course's rules: when it is due, what that costs, what is hidden. See report.h. */
#include "report.h"

#include "clean.h"
#include "report_style.h"

/* "handed in now" where it is only tried, "handed in 2026-..." where it is told. */
static void say_submitted(struct report *report, const struct deadline *deadline)
{
    char text[WHEN_TEXT];
    when_say(&deadline->submitted, text);
    fprintf(report->out, "Handed in %s: ", deadline->told ? text : "now");
}

/* "1 day late" for a day and a second looks wrong beside what two days cost, so what is begun is said, too. */
static void say_cost(const struct deadline *deadline, const char *span, char *text, size_t size)
{
    const struct late_rule *rule = &deadline->rule;
    const long long begun = late_begun(rule, &deadline->late);
    snprintf(text, size, "%s late, %lld %s%s begun: %u %% of %s points are taken off", span, begun,
             rule->unit == SPAN_DAY ? "day" : "hour", begun == 1 ? "" : "s", deadline->late.percent,
             rule->of_max ? "all" : "the");
}

static void say_late(struct report *report, const struct deadline *deadline, const char *span)
{
    char text[160];
    const struct lateness *late = &deadline->late;
    if (late->kind == LATE_IN_TIME)
        snprintf(text, sizeof text, late->seconds ? "in time, %s before it is due" : "in time, at the last second", span);
    else if (late->kind == LATE_IN_GRACE)
        snprintf(text, sizeof text, "%s late, within the grace period", span);
    else if (late->kind == LATE_TOO_LATE)
        snprintf(text, sizeof text, "%s late, too late: no points", span);
    else if (late->percent)
        say_cost(deadline, span, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s late", span);
    style_print(report, late->kind == LATE_IN_TIME ? STYLE_GOOD : late->kind == LATE_IN_GRACE ? STYLE_OPEN : STYLE_BAD, text);
    fputc('\n', report->out);
}

void report_due(struct report *report)
{
    const struct deadline *deadline = report->result->deadline;
    char due[WHEN_TEXT], span[SPAN_TEXT];
    if (!deadline->has_due)
        return;
    when_say(&deadline->due, due);
    span_say(deadline->late.seconds < 0 ? -deadline->late.seconds : deadline->late.seconds, span);
    fprintf(report->out, "Due %s%s. ", due, deadline->extended ? " (extended)" : "");
    say_submitted(report, deadline);
    say_late(report, deadline, span);
}

void report_mark(struct report *report, unsigned points, unsigned max)
{
    const struct deadline *deadline = report->result->deadline;
    char text[80];
    if (!deadline->has_due || !deadline->late.percent)
        return;
    unsigned mark = late_mark(&deadline->rule, &deadline->late, points, max);
    snprintf(text, sizeof text, deadline->late.kind == LATE_TOO_LATE ? "Too late: %u points" : "Being late leaves %u points",
             mark);
    style_print(report, STYLE_STRONG, text);
    fputc('\n', report->out);
}

void report_hidden(struct report *report)
{
    char due[WHEN_TEXT], until[WHEN_TEXT + 80] = "";
    unsigned count = 0, points = 0, later = 0;
    const struct result *all = report->all;
    for (size_t i = 0; i < all->tests->count; i++)
        if (all->selected[i] && !report->result->selected[i]) {
            count++;
            points += all->tests->test[i].points;
            later += all->tests->test[i].visibility == VISIBILITY_UNTIL_DUE;
        }
    if (!count)
        return;
    when_say(&report->result->deadline->due, due);
    if (later)
        snprintf(until, sizeof until, "; %u of them will be shown when it was due, %s", later, due);
    fprintf(report->out, "Hidden by the course: %u test%s, %u point%s%s.\n", count, count == 1 ? "" : "s", points,
            points == 1 ? "" : "s", until);
}
