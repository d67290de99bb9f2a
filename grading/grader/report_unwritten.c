/* Answers that nobody has missed yet, because what comes next stops the machine first. See report.h. */
#include "report.h"

#include "clean.h"
#include "report_style.h"
#include "task.h"

#include <string.h>
#include <strings.h>

enum { SHORTEST = 4 }; /* "4.1" and a blank */

/* The title that a line behind a missing answer reports, not_implemented("4.1 accounts and cells"), or NULL. */
static const char *reported(const char *line)
{
    static const char call[] = "not_implemented";
    const size_t between = strspn(line + sizeof call - 1, " (");
    const char *quote = line + sizeof call - 1 + between;

    return !strncasecmp(line, call, sizeof call - 1) && *quote == '"' && strlen(quote) > SHORTEST ? quote + 1 : NULL;
}

struct places {
    char title[64], files[160];
    unsigned count;
};

/* One more place, or the first of an earlier task than those so far. */
static void add_place(struct places *places, const char *title, const char *file)
{
    const int order = places->count ? task_order(title, places->title) : -1;
    if (order > 0)
        return;
    if (order < 0) {
        *places = (struct places){ .count = 0 };
        snprintf(places->title, sizeof places->title, "%.*s", (int)strcspn(title, "\"\n"), title);
    }
    places->count++;
    if (!strstr(places->files, file))
        snprintf(places->files + strlen(places->files), sizeof places->files - strlen(places->files), "%s%.60s",
                 places->files[0] ? ", " : "", file);
}

void report_unwritten(struct report *report, const char *next)
{
    const struct submission *submission = report->result->submission;
    struct places places = { .count = 0 };
    char text[400];

    for (size_t i = 0; i < submission->count; i++)
        for (const char *at = submission->file[i].data; (at = strcasestr(at, "not_implemented")); at++) {
            const char *title = reported(at);
            if (title && task_order(title, next) < 0)
                add_place(&places, title, submission->file[i].name);
        }
    if (!places.count)
        return;
    snprintf(text, sizeof text, "Before it: %s; %u place%s not written (%s), and nothing has tried %s yet", places.title,
             places.count, places.count == 1 ? " is" : "s are", places.files, places.count == 1 ? "it" : "them");
    clean_wrap(report->out, text, 0, 0, REPORT_WIDTH);
    fputc('\n', report->out);
}
