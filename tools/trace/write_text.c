/*
 * Plain text: a line for each record, in columns.
 */
#include "view.h"
#include "words.h"

void write_text(const struct view *view, FILE *out)
{
    char text[400];

    fprintf(out, "# %s\n", view->title);
    if (view->log.overwritten)
        fprintf(out, "# %llu older records were overwritten; a larger trace=N keeps more\n",
                (unsigned long long)view->log.overwritten);
    if (view->log.torn)
        fprintf(out, "# %llu records were not complete and are left out\n", (unsigned long long)view->log.torn);
    fprintf(out, "%9s %14s %3s  %-16s %-10s %-9s  %s\n", "# number", view->instructions ? "instructions" : "us", "cpu", "EC", "PD", "event", "");
    for (size_t i = 0; i < view->log.count; i++) {
        if (!view_shows(view, i))
            continue;
        const struct trace_record *r = &view->log.record[i];
        const struct parts *p = &view->cast.parts[i];
        fprintf(out, "%9llu %14.*f %3u  %-16s %-10s %-9s  %s\n", (unsigned long long)r->sequence,
                view->instructions ? 0 : 3, view_time(view, r->time), r->cpu, p->ec == NOBODY ? "-" : cast_name(&view->cast, p->ec),
                p->pd == NOBODY ? "-" : cast_name(&view->cast, p->pd), event_word(r->event),
                view_record(view, i, text, sizeof text));
    }
}
