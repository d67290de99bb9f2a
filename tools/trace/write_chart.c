/*
 * A sequence chart for mscgen: who sends what to whom, downwards in time.
 *
 * There is a line of life for each EC and semaphore, one for the devices when an interrupt is seen, and one for the
 * kernel when nothing but entries and exits is there to be shown. The first line of life is the time. Who is of one PD
 * has one colour, and the PD's name below its own, so that the colour is not needed.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "../../kernel/include/cairn/abi.h"
#include "colour.h"
#include "view.h"
#include "words.h"

#define KERNEL  "kernel"
#define DEVICES "devices"

enum {
    ROWS_MAX = 400, /* longer charts than that are no help, and take mscgen a while */
    HEIGHT_SLIDE = 720,
    HEIGHT_A4 = 1123,
    HEIGHT_ENDS = 150, /* heading and legend */
    HEIGHT_ARC = 37,
    HEIGHT_NOTE = 24,
    HEIGHT_LINE = 16,
    LETTER = 8,   /* as mscgen draws them */
    COLUMN = 170, /* pixels for each line of life */
    WIDTH_MIN = 800,
    WIDTH_SLIDE = 1280,
    WIDTH_A4 = 794,
};

struct chart {
    const struct view *view;
    FILE *out;
    int *order; /* lines of life from left to right, as they are first met: actors, then nobody, the kernel, the devices
                 */
    bool *needed; /* whether each of them is in order */
    unsigned lives;
    bool entries; /* only entries and exits are there */
    size_t rows, left_out;
    size_t note[ROWS_MAX]; /* letters in the note of each row; 0: an arrow */
};

/* An arc's text: mscgen reads a backslash and a quotation mark as its own. */
static void quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

/* An entity's name in the file; what is read stands in its label, so that two can be called the same. */
static const char *id(int actor, char text[16])
{
    snprintf(text, 16, actor == NOBODY ? "nobody" : "a%d", actor);
    return text;
}

/* The time of record i, beside what happens then: a comma joins arcs to one row. */
static void row(struct chart *c, size_t i)
{
    const struct view *view = c->view;

    char time[48];

    fprintf(c->out, "  time rbox time [label=\"%s\", linecolour=\"#ffffff\", textcolour=\"#555555\"],",
            view_clock(view, view->log.record[i].time, time, sizeof time));
}

static void arc(struct chart *c, size_t i, const char *from, const char *how, const char *to, const char *text)
{
    row(c, i);
    fputc(' ', c->out);
    quoted(c->out, from);
    fprintf(c->out, " %s ", how);
    quoted(c->out, to);
    fprintf(c->out, " [label=");
    quoted(c->out, text);
    fprintf(c->out, "];\n");
}

static bool is_arc(const struct trace_record *r, bool entries)
{
    char mark[16];

    switch (r->event) {
    case TRACE_CALL:
    case TRACE_REPLY:
    case TRACE_HELP:
    case TRACE_EVENT:
    case TRACE_INTERRUPT:
    case TRACE_SM_UP:
    case TRACE_SM_DOWN:
    case TRACE_SM_WAKE:
    case TRACE_DELEGATE:
    case TRACE_REVOKE:
    case TRACE_DELETE:
    case TRACE_DESTROY:
    case TRACE_REFUSED:
        return true;
    case TRACE_ENTRY:
        return entries || (cast_mark(r, mark) && !cast_is_naming(mark));
    case TRACE_EXIT:
    case TRACE_TRAP:
    case TRACE_RESUME:
    case TRACE_SWITCH:
        return entries;
    }
    return false;
}

/* What stands at an arrow: shorter than in the list, because both ends are there to be seen. */
static void words(const struct view *view, size_t i, char *text, size_t size)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const char *object = cast_name(&view->cast, p->object);
    char more[400], code[128];

    view_record(view, i, more, sizeof more);
    switch (r->event) {
    case TRACE_CALL:
        snprintf(text, size, "call %s: %s", object, view_message(r->b, more, sizeof more));
        break;
    case TRACE_REPLY:
        snprintf(text, size, "reply: %s%s%s", view_message(r->a, more, sizeof more), r->detail ? ", " : "",
                 r->detail ? status_word(r->detail) : "");
        break;
    case TRACE_EVENT:
        snprintf(text, size, "%s at %s", vector_word(r->detail), view_code(view, p->pd, r->b, code, sizeof code));
        break;
    case TRACE_SM_UP:
        snprintf(text, size, "up: %llu before", (unsigned long long)r->a);
        break;
    case TRACE_SM_DOWN:
        if (r->detail)
            snprintf(text, size, "down: waits%s", r->b ? ", with a deadline" : "");
        else
            snprintf(text, size, "down: takes %llu", (unsigned long long)r->a);
        break;
    case TRACE_SM_WAKE:
        snprintf(text, size, "wakes it: %s", status_word(r->detail));
        break;
    case TRACE_HELP:
        snprintf(text, size, "%s is at work: %s runs", cast_name(&view->cast, p->a), cast_name(&view->cast, p->b));
        break;
    case TRACE_DELEGATE:
        snprintf(text, size, "gives %s: %s (%s)", cast_name(&view->cast, p->a), object,
                 rights_words(code, sizeof code, TRACE_PLACE_TYPE(r->detail), TRACE_PLACE_RIGHTS(r->detail)));
        break;
    default:
        snprintf(text, size, "%s: %s", event_word(r->event), more);
    }
}

static void write_arc(struct chart *c, size_t i)
{
    const struct view *view = c->view;
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    char self[16], object[16], a[16], label[420], mark[16];

    id(p->ec, self);
    id(p->object, object);
    id(p->a, a);
    words(view, i, label, sizeof label);
    if (cast_mark(r, mark)) {
        fprintf(c->out, "  --- [label=");
        quoted(c->out, mark);
        fprintf(c->out, ", textbgcolour=\"#ffffff\"];\n");
        return;
    }
    switch (r->event) {
    case TRACE_CALL:
    case TRACE_EVENT:
        arc(c, i, self, "=>", a, label);
        break;
    case TRACE_REPLY:
        arc(c, i, self, ">>", p->object == NOBODY ? self : object, label);
        break;
    case TRACE_INTERRUPT:
        arc(c, i, DEVICES, "->", p->object == NOBODY ? DEVICES : object, label);
        break;
    case TRACE_SM_UP:
    case TRACE_SM_DOWN:
        arc(c, i, self, "->", object, label);
        break;
    case TRACE_SM_WAKE:
        arc(c, i, object, ">>", a, label);
        break;
    case TRACE_ENTRY:
    case TRACE_TRAP:
        arc(c, i, self, "=>", KERNEL, label);
        break;
    case TRACE_EXIT:
    case TRACE_RESUME:
        arc(c, i, KERNEL, ">>", self, label);
        break;
    default:
        arc(c, i, self, "note", self, label);
    }
}

static void live(struct chart *c, size_t who, bool needed)
{
    if (!needed || c->needed[who])
        return;
    c->needed[who] = true;
    c->order[c->lives++] = (int)who;
}

/* The lines of life that record i needs. */
static void need(struct chart *c, size_t i)
{
    const struct view *view = c->view;
    const size_t count = view->cast.count;
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const int who[] = { p->ec, p->object, p->a };

    if (cast_mark(r, (char[16]){ 0 }))
        return;
    for (unsigned k = 0; k < 3; k++)
        if (who[k] != NOBODY &&
            ((view->cast.actor[who[k]].type == TYPE_EC && (k == 0 || r->event < TRACE_CREATE)) ||
             (view->cast.actor[who[k]].type == TYPE_SM && r->event >= TRACE_INTERRUPT && r->event <= TRACE_SM_WAKE)))
            live(c, who[k], true);
    live(c, count, p->ec == NOBODY && r->event != TRACE_INTERRUPT);
    live(c, count, (r->event == TRACE_CALL || r->event == TRACE_EVENT || r->event == TRACE_SM_WAKE) && p->a == NOBODY);
    live(c, count, r->event >= TRACE_SM_UP && r->event <= TRACE_SM_WAKE && p->object == NOBODY);
    live(c, count + 1,
         r->event == TRACE_ENTRY || r->event == TRACE_EXIT || r->event == TRACE_TRAP || r->event == TRACE_RESUME);
    live(c, count + 2, r->event == TRACE_INTERRUPT);
}

static void write_lives(const struct chart *c)
{
    const struct cast *cast = &c->view->cast;
    char name[160], who[16];

    fprintf(c->out, "  time [label=");
    quoted(c->out, view_unit(c->view));
    fprintf(c->out, ", linecolour=\"#ffffff\", textcolour=\"#555555\"]");
    for (unsigned k = 0; k < c->lives; k++) {
        const size_t i = c->order[k];
        if (i >= cast->count) {
            fprintf(c->out, ", %s", i == cast->count ? "nobody" : i == cast->count + 1 ? KERNEL : DEVICES);
            continue;
        }
        const struct actor *a = &cast->actor[i];
        snprintf(name, sizeof name, "%s\n%s", a->name, a->type == TYPE_SM ? "semaphore" : cast_name(cast, a->pd));
        fprintf(c->out, ", %s [label=", id(i, who));
        quoted(c->out, name);
        if (a->type == TYPE_EC && a->pd != NOBODY)
            fprintf(c->out, ", textbgcolour=\"%s\"", colour_light(cast, a->pd));
        fprintf(c->out, "]");
    }
    fprintf(c->out, ";\n");
}

static void line(struct chart *c, const char *text)
{
    fprintf(c->out, "  ||| [label=");
    quoted(c->out, text);
    fprintf(c->out, "];\n");
}

static unsigned width_of(const struct chart *c)
{
    const unsigned wanted = (c->lives + 1) * COLUMN;

    if (c->view->size != SIZE_FREE)
        return c->view->size == SIZE_SLIDE ? WIDTH_SLIDE : WIDTH_A4;
    return wanted < WIDTH_MIN ? WIDTH_MIN : wanted;
}

/* Whether the rows so far fit. A note is as wide as a column and has the more lines the more columns there are. */
static bool fits(const struct chart *c)
{
    const unsigned letters = width_of(c) / (c->lives + 1) * 9 / 10 / LETTER;
    const unsigned height = c->view->size == SIZE_SLIDE ? HEIGHT_SLIDE : HEIGHT_A4;
    unsigned sum = HEIGHT_ENDS;

    for (size_t i = 0; i < c->rows && c->view->size != SIZE_FREE; i++)
        sum += c->note[i] ? HEIGHT_NOTE + HEIGHT_LINE * (unsigned)(c->note[i] / (letters + 1) + 1) : HEIGHT_ARC;
    return c->rows <= ROWS_MAX && (c->view->size == SIZE_FREE || sum <= height);
}

static void begin(struct chart *c)
{
    const struct view *view = c->view;
    const unsigned width = width_of(c);

    fprintf(c->out, "# %s\n# mscgen -T svg -i THIS-FILE\nmsc {\n  width=\"%u\", wordwraparcs=on;\n", view->title,
            width);
    write_lives(c);
    line(c, view->title);
    fprintf(c->out, "  |||;\n");
}

static void end(struct chart *c)
{
    char text[160];

    if (c->left_out) {
        snprintf(text, sizeof text,
                 "%zu more are not drawn: choose with --window FROM..TO, --only NAME,... or --last N", c->left_out);
        fprintf(c->out, "  ... ;\n");
        line(c, text);
    }
    if (!c->rows)
        line(c, "no messages, semaphores or capabilities in what was chosen: --format text shows what there is");
    line(c, "solid: call, event or up and down; dotted: reply or wake; below a name: its PD");
    fprintf(c->out, "}\n");
}

static bool is_note(const struct trace_record *r)
{
    return r->event == TRACE_HELP || (r->event >= TRACE_DELEGATE && r->event <= TRACE_REFUSED);
}

/* One more row, unless it does not fit. */
static bool take(struct chart *c, size_t i)
{
    const unsigned before = c->lives;
    char text[400];

    words(c->view, i, text, sizeof text);
    c->note[c->rows++] = is_note(&c->view->log.record[i]) ? strlen(text) : 0;
    need(c, i);
    if (fits(c))
        return true;
    c->rows--;
    while (c->lives > before)
        c->needed[c->order[--c->lives]] = false;
    return false;
}

void write_chart(const struct view *view, FILE *out)
{
    struct chart c = { .view = view, .out = out, .entries = true };

    c.needed = calloc(view->cast.count + 3, sizeof *c.needed);
    c.order = calloc(view->cast.count + 3, sizeof *c.order);
    if (!c.needed || !c.order)
        errx(3, "there is not enough memory for so many records");
    for (size_t i = 0; i < view->log.count; i++)
        if (view_shows(view, i))
            c.entries = c.entries && (view->log.record[i].event < TRACE_CALL || !is_arc(&view->log.record[i], false));
    for (size_t i = 0; i < view->log.count; i++) {
        if (!view_shows(view, i) || !is_arc(&view->log.record[i], c.entries))
            continue;
        if (c.left_out || c.rows == ROWS_MAX || !take(&c, i))
            c.left_out++;
    }
    begin(&c);
    for (size_t i = 0, rows = 0; i < view->log.count && rows < c.rows; i++)
        if (view_shows(view, i) && is_arc(&view->log.record[i], c.entries)) {
            write_arc(&c, i);
            rows++;
        }
    end(&c);
    free(c.needed);
    free(c.order);
}
