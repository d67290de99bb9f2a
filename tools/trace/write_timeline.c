/*
 * The scheduling timeline as SVG: a row for each EC, time to the right.
 *
 * Every bar has a <title>, and <desc> says the whole picture in words, so that it can be read without being seen.
 * Kernel and ring 3 differ in height as well as in colour; a thin line is an EC that waits, for a reply or at a
 * semaphore.
 */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "view.h"
#include "words.h"

enum {
    LEFT = 170,
    RIGHT = 45,
    TOP = 84,
    BOTTOM = 60,
    ROW = 28,
    ROW_MIN = 16,
    ROW_MAX = 60,
    ARROWS_MAX = 1000,
    TICKS = 8,
    LABEL_MAX = 24
};

struct drawing {
    const struct view *view;
    FILE *out;
    int *row; /* of each actor; NOBODY: none */
    int rows, idle_row, event_row;
    int width, height, row_height, bar;
    int left_out;    /* ECs for which there is no room */
    double word_end; /* where the last mark's text ends, if it stands on the lower of the two lines; else 0 */
    uint64_t *since; /* of each actor: since when it waits; 0: it does not */
    double scale;    /* pixels for a tick */
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
    const struct choice *c = &d->view->choice;
    time = time < c->begin ? c->begin : time > c->end ? c->end : time;
    return LEFT + (double)(time - c->begin) * d->scale;
}

static int y_of(const struct drawing *d, int row)
{
    return TOP + row * d->row_height;
}

static int middle(const struct drawing *d, int row)
{
    return y_of(d, row) + d->row_height / 2;
}

/* A row for whoever runs in what is shown, in order of appearance; as many as there is room for. */
static void find_rows(struct drawing *d)
{
    const struct spans *spans = &d->view->spans;
    const bool slide = d->view->size == SIZE_SLIDE, a4 = d->view->size == SIZE_A4;
    bool idle = false;
    struct span s;

    d->width = slide ? 1280 : a4 ? 1123 : 1200; /* A4 is used sideways, at 96 dots an inch */
    d->height = slide ? 720 : a4 ? 794 : 0;
    const int room = d->height ? (d->height - TOP - BOTTOM) / ROW_MIN - 2 : INT16_MAX;
    for (size_t i = 0; i < d->view->cast.count; i++)
        d->row[i] = NOBODY;
    for (size_t i = 0; i < spans->count; i++) {
        if (!view_span(d->view, i, &s))
            continue;
        idle |= s.mode == SPAN_IDLE;
        if (s.ec != NOBODY && d->row[s.ec] == NOBODY && d->rows < room)
            d->row[s.ec] = d->rows++;
        else if (s.ec != NOBODY && d->row[s.ec] == NOBODY)
            d->left_out++;
    }
    d->idle_row = idle ? d->rows++ : NOBODY;
    d->event_row = d->rows++;
    d->row_height = d->height ? (d->height - TOP - BOTTOM) / d->rows : ROW;
    d->row_height = d->row_height > ROW_MAX ? ROW_MAX : d->row_height;
    d->bar = d->row_height * 6 / 10;
    d->height = d->height ? d->height : y_of(d, d->rows) + BOTTOM;
}

static void label(const struct drawing *d, int row, int actor, const char *text)
{
    const int pd = actor == NOBODY ? NOBODY : d->view->cast.actor[actor].pd;
    char name[160];

    if (pd != NOBODY)
        fprintf(d->out, "<rect x=\"4\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", y_of(d, row) + 2, LEFT - 8,
                d->row_height - 4, colour_light(&d->view->cast, pd));
    fprintf(d->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 8, middle(d, row) + 4);
    snprintf(name, sizeof name, "%.*s", LABEL_MAX, actor == NOBODY ? text : view_ec(d->view, actor, name + 80, 80));
    escaped(d->out, name);
    fprintf(d->out, "</text>\n<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", LEFT, d->width - RIGHT,
            y_of(d, row + 1), y_of(d, row + 1));
}

/* How long each EC was in ring 3 and in the kernel, in words. */
static void describe(const struct drawing *d)
{
    const struct view *view = d->view;
    const size_t count = view->cast.count;
    double *time = calloc(2 * count + 1, sizeof *time); /* ring 3 and kernel of each, then idle */
    struct span s;

    if (!time)
        errx(3, "there is not enough memory for so many records");
    for (size_t i = 0; i < view->spans.count; i++)
        if (view_span(view, i, &s) && (s.ec != NOBODY || s.mode == SPAN_IDLE))
            time[s.mode == SPAN_IDLE ? 2 * count : 2 * (size_t)s.ec + (s.mode == SPAN_KERNEL)] +=
                view_ticks(view, s.end - s.begin);
    fprintf(d->out, "<desc>What ran when. %zu records, %.1f %s.", view->choice.shown,
            view_ticks(view, view->choice.end - view->choice.begin), view_unit(view));
    for (size_t a = 0; a < count; a++) {
        char name[160];
        if (d->row[a] == NOBODY)
            continue;
        fputc(' ', d->out);
        escaped(d->out, view_ec(view, a, name, sizeof name));
        fprintf(d->out, ": %.1f in ring 3, %.1f in the kernel.", time[2 * a], time[2 * a + 1]);
    }
    fprintf(d->out, " Idle: %.1f.</desc>\n", time[2 * count]);
    free(time);
}

/* Round numbers, at most TICKS + 2 of them: 1, 2 or 5 times a power of ten apart. */
static void axis(const struct drawing *d)
{
    const struct view *view = d->view;
    const double begin = view_time(view, view->choice.begin), end = view_time(view, view->choice.end);
    const double raw = (end - begin) / TICKS, power = pow(10, floor(log10(raw > 0 ? raw : 1)));
    const double step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);

    for (int k = 0; k <= 2 * TICKS; k++) {
        const double at = (ceil(begin / step) + k) * step;
        const double x = LEFT + (at - begin) / view_ticks(view, 1) * d->scale;
        char time[48];
        if (!(at <= end))
            break;
        fprintf(d->out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"rule\"/>\n", x, x, TOP - 6,
                y_of(d, d->rows));
        fprintf(d->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, TOP - 10,
                view_clock(view, view->log.record[0].time + (uint64_t)(at / view_ticks(view, 1)), time, sizeof time));
    }
    fprintf(d->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT - 20, TOP - 10, view_unit(view));
}

static void bar(const struct drawing *d, const struct span *s)
{
    const int row = s->mode == SPAN_IDLE ? d->idle_row : s->ec == NOBODY ? d->event_row : d->row[s->ec];
    const char *class = s->mode == SPAN_USER ? "user" : s->mode == SPAN_IDLE ? "idle" : "kernel";
    const int height = s->mode == SPAN_KERNEL ? d->bar / 2 : d->bar;
    const double x = x_of(d, s->begin), width = x_of(d, s->end) - x;
    char name[160];

    if (row == NOBODY)
        return;
    fprintf(d->out, "<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"><title>", class, x,
            y_of(d, row) + (d->row_height + d->bar) / 2 - height, width < 0.8 ? 0.8 : width, height);
    escaped(d->out, s->mode == SPAN_IDLE ? "nobody" : view_ec(d->view, s->ec, name, sizeof name));
    fprintf(d->out, ", ");
    escaped(d->out, span_words(s, &d->view->log));
    fprintf(d->out, ": %.1f %s from %.1f, CPU %u</title></rect>\n", view_ticks(d->view, s->end - s->begin),
            view_unit(d->view), view_time(d->view, s->begin), s->cpu);
}

static void wait(const struct drawing *d, int ec, uint64_t end)
{
    if (ec == NOBODY || !d->since[ec] || d->row[ec] == NOBODY)
        return;
    if (end > d->view->choice.begin && d->since[ec] < d->view->choice.end)
        fprintf(d->out, "<line class=\"wait\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"/>\n", x_of(d, d->since[ec]),
                x_of(d, end), middle(d, d->row[ec]), middle(d, d->row[ec]));
    d->since[ec] = 0;
}

/* Who calls waits until the reply, who finds nothing to take until it is woken. Drawn first, so that bars lie above. */
static void waits(const struct drawing *d)
{
    const struct log *log = &d->view->log;

    for (size_t i = 0; i < log->count; i++) {
        const struct trace_record *r = &log->record[i];
        const struct parts *p = &d->view->cast.parts[i];
        const bool begins = r->event == TRACE_CALL || r->event == TRACE_EVENT || r->event == TRACE_HELP ||
                            (r->event == TRACE_SM_DOWN && r->detail);
        if (begins && p->ec != NOBODY && !d->since[p->ec])
            d->since[p->ec] = r->time;
        else if (r->event == TRACE_REPLY)
            wait(d, p->object, r->time);
        else if (r->event == TRACE_SM_WAKE)
            wait(d, p->a, r->time);
    }
    for (size_t a = 0; a < d->view->cast.count; a++)
        wait(d, a, d->view->choice.end);
}

/* Calls, events and replies are lines between two rows; what comes from devices, helping and refusals, marks in the
 * last row. */
static bool mark(struct drawing *d, size_t i)
{
    const struct trace_record *r = &d->view->log.record[i];
    const struct parts *p = &d->view->cast.parts[i];
    const int to = r->event == TRACE_REPLY ? p->object : p->a;
    const bool message = r->event == TRACE_CALL || r->event == TRACE_EVENT || r->event == TRACE_REPLY;
    const double x = x_of(d, r->time);
    char text[400], mark[16];

    if (message && p->ec != NOBODY && to != NOBODY && d->row[p->ec] != NOBODY && d->row[to] != NOBODY) {
        fprintf(d->out, "<line class=\"%s\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"><title>",
                r->event == TRACE_REPLY ? "reply" : "call", x, x, middle(d, d->row[p->ec]), middle(d, d->row[to]));
    } else if (r->event == TRACE_TIMER || r->event == TRACE_INTERRUPT || r->event == TRACE_REFUSED ||
               r->event == TRACE_HELP) {
        fprintf(d->out, "<line class=\"%s\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"><title>",
                r->event == TRACE_TIMER ? "timer" : "mark", x, x, y_of(d, d->event_row) + 4,
                y_of(d, d->event_row) + 4 + (r->event == TRACE_TIMER ? d->bar : d->bar / 2));
    } else {
        if (cast_mark(r, mark) && !cast_is_naming(mark)) {
            const int up = x < d->word_end ? 15 : 0;
            d->word_end = up ? 0 : x + 8 * strlen(mark);
            fprintf(d->out,
                    "<line class=\"word\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"/>\n<text x=\"%.2f\" y=\"%d\" "
                    "font-style=\"italic\">",
                    x, x, TOP - 30, y_of(d, d->rows), x > d->width - 120 ? x - 7 * strlen(mark) : x + 3, TOP - 28 - up);
            escaped(d->out, mark);
            fprintf(d->out, "</text>\n");
        }
        return false;
    }
    view_record(d->view, i, text, sizeof text);
    fprintf(d->out, "%s%s", event_word(r->event), *text ? ": " : "");
    escaped(d->out, text);
    fprintf(d->out, ", at %.1f %s</title></line>\n", view_time(d->view, r->time), view_unit(d->view));
    return true;
}

static void head(const struct drawing *d)
{
    fprintf(d->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "font-family=\"sans-serif\" font-size=\"%d\">\n<title>",
            d->width, d->height, d->width, d->height, d->view->size == SIZE_FREE ? 11 : 13);
    escaped(d->out, d->view->title);
    fprintf(d->out, "</title>\n");
    describe(d);
    fprintf(d->out,
            "<style>.user{fill:#0b5cad}.kernel{fill:#d95f02}.idle{fill:#c8c8c8}.rule{stroke:#ddd}.wait{stroke:#777;"
            "stroke-width:1.5}"
            ".call{stroke:#000}.reply{stroke:#000;stroke-dasharray:2 "
            "2}.timer{stroke:#555}.mark{stroke:#a0006d;stroke-width:2}"
            ".word{stroke:#444;stroke-dasharray:6 3}</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
            "<text x=\"8\" y=\"26\" font-size=\"17\">");
    escaped(d->out, d->view->title);
    fprintf(d->out, "</text>\n");
}

static void legend(const struct drawing *d)
{
    const int y = y_of(d, d->rows) + 26, x = LEFT;

    fprintf(
        d->out,
        "<rect class=\"user\" x=\"%d\" y=\"%d\" width=\"16\" height=\"14\"/><text x=\"%d\" y=\"%d\">ring 3</text>\n", x,
        y - 12, x + 22, y);
    fprintf(
        d->out,
        "<rect class=\"kernel\" x=\"%d\" y=\"%d\" width=\"16\" height=\"7\"/><text x=\"%d\" y=\"%d\">kernel</text>\n",
        x + 80, y - 5, x + 102, y);
    fprintf(d->out,
            "<line class=\"wait\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/><text x=\"%d\" y=\"%d\">waits</text>\n",
            x + 160, x + 182, y - 4, y - 4, x + 188, y);
    fprintf(d->out,
            "<text x=\"%d\" y=\"%d\">upright: call or event, dashed: reply; last row: timer (long), interrupt, "
            "helping, refusal</text>\n",
            x + 240, y);
}

void write_timeline(const struct view *view, FILE *out)
{
    struct drawing d = { .view = view, .out = out };
    int marks = 0;

    d.row = malloc((view->cast.count + 1) * sizeof *d.row);
    d.since = calloc(view->cast.count + 1, sizeof *d.since);
    if (!d.row || !d.since)
        errx(3, "there is not enough memory for so many records");
    find_rows(&d);
    const uint64_t ticks = view->choice.end > view->choice.begin ? view->choice.end - view->choice.begin : 1;
    d.scale = (d.width - LEFT - RIGHT) / (double)ticks;
    head(&d);
    axis(&d);
    for (size_t i = 0; i < view->cast.count; i++)
        if (d.row[i] != NOBODY)
            label(&d, d.row[i], i, "");
    if (d.idle_row != NOBODY)
        label(&d, d.idle_row, NOBODY, "idle");
    label(&d, d.event_row, NOBODY, "interrupts");
    waits(&d);
    for (size_t i = 0; i < view->spans.count; i++) {
        struct span s;
        if (view_span(view, i, &s))
            bar(&d, &s);
    }
    for (size_t i = 0; i < view->log.count && marks < ARROWS_MAX; i++)
        marks += view_shows(view, i) && mark(&d, i);
    legend(&d);
    if (marks == ARROWS_MAX || d.left_out)
        fprintf(
            out,
            "<text x=\"%d\" y=\"%d\">not drawn: %s%s%d times that another EC runs (--window, --only choose)</text>\n",
            LEFT, d.height - 12, marks == ARROWS_MAX ? "messages and interrupts behind the first thousand" : "",
            marks == ARROWS_MAX ? "; " : "", d.left_out);
    fprintf(out, "</svg>\n");
    free(d.row);
    free(d.since);
}
