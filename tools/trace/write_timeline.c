/*
 * The scheduling timeline as SVG: a row for each EC, time to the right.
 *
 * Every bar has a <title>, and <desc> says the whole picture in words, so that it can be read without being seen.
 * Kernel and ring 3 differ in height as well as in colour.
 */
#include <err.h>
#include <stdlib.h>

#include "view.h"
#include "words.h"

enum { WIDTH = 1200, LEFT = 150, RIGHT = 20, TOP = 60, ROW = 26, BAR = 16, ARROWS_MAX = 400, TICKS = 8 };

struct drawing {
    const struct view *view;
    FILE *out;
    int *row; /* of each actor; NOBODY: none */
    int rows, idle_row, event_row;
    double begin, end; /* us */
};

static void escaped(FILE *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static double x_of(const struct drawing *d, uint64_t time)
{
    return LEFT + (view_us(d->view, time) - d->begin) * (WIDTH - LEFT - RIGHT) / (d->end - d->begin);
}

static int y_of(int row)
{
    return TOP + row * ROW;
}

static void find_rows(struct drawing *d)
{
    const struct spans *spans = &d->view->spans;
    bool idle = false;

    for (size_t i = 0; i < d->view->cast.count; i++)
        d->row[i] = NOBODY;
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *s = &spans->span[i];
        idle |= s->mode == SPAN_IDLE;
        if (s->ec != NOBODY && d->row[s->ec] == NOBODY)
            d->row[s->ec] = d->rows++;
    }
    d->idle_row = idle ? d->rows++ : NOBODY;
    d->event_row = d->rows++;
}

static void label(const struct drawing *d, int row, const char *text)
{
    fprintf(d->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 8, y_of(row) + 13);
    escaped(d->out, text);
    fprintf(d->out, "</text>\n<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", LEFT, WIDTH - RIGHT,
            y_of(row) + 20, y_of(row) + 20);
}

static void describe(const struct drawing *d)
{
    const struct view *view = d->view;
    double idle = 0;

    fprintf(d->out, "<desc>%zu records, %.3f microseconds.", view->log.count, d->end - d->begin);
    for (size_t a = 0; a < view->cast.count; a++) {
        double user = 0, kernel = 0;
        if (d->row[a] == NOBODY)
            continue;
        for (size_t i = 0; i < view->spans.count; i++) {
            const struct span *s = &view->spans.span[i];
            if (s->ec == (int)a)
                *(s->mode == SPAN_USER ? &user : &kernel) += (s->end - s->begin) / view->ticks_per_us;
        }
        fputc(' ', d->out);
        escaped(d->out, view->cast.actor[a].name);
        fprintf(d->out, ": %.3f in ring 3, %.3f in the kernel.", user, kernel);
    }
    for (size_t i = 0; i < view->spans.count; i++)
        if (view->spans.span[i].mode == SPAN_IDLE)
            idle += (view->spans.span[i].end - view->spans.span[i].begin) / view->ticks_per_us;
    fprintf(d->out, " Idle: %.3f.</desc>\n", idle);
}

static void axis(const struct drawing *d)
{
    for (int i = 0; i <= TICKS; i++) {
        double x = LEFT + (double)i * (WIDTH - LEFT - RIGHT) / TICKS;
        fprintf(d->out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", x, x, TOP - 8,
                y_of(d->rows));
        fprintf(d->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f%s</text>\n", x, TOP - 14,
                d->begin + i * (d->end - d->begin) / TICKS, i ? "" : " µs");
    }
}

static void bar(const struct drawing *d, const struct span *s)
{
    const int row = s->mode == SPAN_IDLE ? d->idle_row : s->ec == NOBODY ? d->event_row : d->row[s->ec];
    const char *class = s->mode == SPAN_USER ? "user" : s->mode == SPAN_IDLE ? "idle" : "kernel";
    const int height = s->mode == SPAN_KERNEL ? BAR / 2 : BAR;
    double x = x_of(d, s->begin), width = x_of(d, s->end) - x;

    fprintf(d->out, "<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"><title>", class, x,
            y_of(row) + BAR - height, width < 0.5 ? 0.5 : width, height);
    escaped(d->out, s->mode == SPAN_IDLE ? "nobody" : cast_name(&d->view->cast, s->ec));
    fprintf(d->out, ", ");
    escaped(d->out, span_words(s, &d->view->log));
    fprintf(d->out, ": %.3f µs from %.3f, CPU %u</title></rect>\n", (s->end - s->begin) / d->view->ticks_per_us,
            view_us(d->view, s->begin), s->cpu);
}

/* Calls, events and replies are lines between two rows; what comes from devices, and refusals, marks in the last row.
 */
static bool mark(const struct drawing *d, size_t i)
{
    const struct trace_record *r = &d->view->log.record[i];
    const struct parts *p = &d->view->cast.parts[i];
    const int to = r->event == TRACE_REPLY ? p->object : p->a;
    const bool message = r->event == TRACE_CALL || r->event == TRACE_EVENT || r->event == TRACE_REPLY;
    char text[400];

    if (message && p->ec != NOBODY && to != NOBODY && d->row[p->ec] != NOBODY && d->row[to] != NOBODY)
        fprintf(d->out, "<line class=\"%s\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"><title>",
                r->event == TRACE_REPLY ? "reply" : "call", x_of(d, r->time), x_of(d, r->time),
                y_of(d->row[p->ec]) + BAR / 2, y_of(d->row[to]) + BAR / 2);
    else if (r->event == TRACE_TIMER || r->event == TRACE_INTERRUPT || r->event == TRACE_REFUSED ||
             r->event == TRACE_HELP)
        fprintf(d->out, "<line class=\"%s\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"><title>",
                r->event == TRACE_TIMER ? "timer" : "mark", x_of(d, r->time), x_of(d, r->time), y_of(d->event_row),
                y_of(d->event_row) + (r->event == TRACE_TIMER ? BAR : BAR / 2));
    else
        return false;
    view_record(d->view, i, text, sizeof text);
    fprintf(d->out, "%s%s", event_word(r->event), *text ? ": " : "");
    escaped(d->out, text);
    fprintf(d->out, ", at %.3f µs</title></line>\n", view_us(d->view, r->time));
    return true;
}

static void head(const struct drawing *d)
{
    const int height = y_of(d->rows) + 40, y = y_of(d->rows) + 20;

    fprintf(d->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "font-family=\"sans-serif\" font-size=\"11\">\n<title>",
            WIDTH, height, WIDTH, height);
    escaped(d->out, d->view->title);
    fprintf(d->out, "</title>\n");
    describe(d);
    fprintf(d->out,
            "<style>.user{fill:#0b5cad}.kernel{fill:#b84a00}.idle{fill:#c8c8c8}.rule{stroke:#ddd}"
            ".call{stroke:#000}.reply{stroke:#000;stroke-dasharray:2 "
            "2}.timer{stroke:#555}.mark{stroke:#a0006d;stroke-width:2}</style>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"20\" font-size=\"14\">",
            LEFT);
    escaped(d->out, d->view->title);
    fprintf(d->out,
            "</text>\n<rect class=\"user\" x=\"%d\" y=\"%d\" width=\"14\" height=\"16\"/><text x=\"%d\" y=\"%d\">ring "
            "3</text>\n",
            LEFT, y - 12, LEFT + 20, y);
    fprintf(
        d->out,
        "<rect class=\"kernel\" x=\"%d\" y=\"%d\" width=\"14\" height=\"8\"/><text x=\"%d\" y=\"%d\">kernel</text>\n"
        "<text x=\"%d\" y=\"%d\">solid line: call or event; dashed: reply; last row: timer (long), interrupts, "
        "helping, refusals</text>\n",
        LEFT + 80, y - 4, LEFT + 100, y, LEFT + 170, y);
}

void write_timeline(const struct view *view, FILE *out)
{
    struct drawing d = { .view = view, .out = out, .row = malloc((view->cast.count + 1) * sizeof *d.row), .end = 1 };
    int marks = 0;

    if (!d.row)
        errx(3, "there is not enough memory for so many records: use --last");
    find_rows(&d);
    if (view->log.count > 1)
        d.end = view_us(view, view->log.record[view->log.count - 1].time);
    d.end = d.end > 0 ? d.end : 1;
    head(&d);
    axis(&d);
    for (size_t i = 0; i < view->cast.count; i++)
        if (d.row[i] != NOBODY)
            label(&d, d.row[i], view->cast.actor[i].name);
    if (d.idle_row != NOBODY)
        label(&d, d.idle_row, "idle");
    label(&d, d.event_row, "interrupts");
    for (size_t i = 0; i < view->spans.count; i++)
        bar(&d, &view->spans.span[i]);
    for (size_t i = 0; i < view->log.count && marks < ARROWS_MAX; i++)
        marks += mark(&d, i);
    if (marks == ARROWS_MAX)
        fprintf(out,
                "<text x=\"%d\" y=\"%d\">only the first %d messages and interrupts are marked: use --last</text>\n",
                LEFT, TOP - 28, ARROWS_MAX);
    fprintf(out, "</svg>\n");
    free(d.row);
}
