/*
 * A sequence chart for mscgen: who sends what to whom, downwards in time.
 *
 * There is a line of life for each EC and semaphore, one for the devices when an interrupt is seen, and one for the
 * kernel when nothing but entries and exits is there to be shown.
 */
#include <stdlib.h>

#include "../../kernel/include/cairn/abi.h"
#include "view.h"
#include "words.h"

#define KERNEL  "kernel"
#define DEVICES "devices"

/* An arc's text: mscgen reads a backslash and a quotation mark as its own. */
static void quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void arc(FILE *out, const char *from, const char *how, const char *to, const char *text)
{
    fprintf(out, "  ");
    quoted(out, from);
    fprintf(out, " %s ", how);
    quoted(out, to);
    fprintf(out, " [label=");
    quoted(out, text);
    fprintf(out, "];\n");
}

static bool is_arc(const struct trace_record *r, bool entries)
{
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
    case TRACE_EXIT:
    case TRACE_TRAP:
    case TRACE_RESUME:
    case TRACE_SWITCH:
        return entries;
    }
    return false;
}

static void write_arc(const struct view *view, size_t i, FILE *out)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const char *self = cast_name(&view->cast, p->ec), *object = cast_name(&view->cast, p->object);
    const char *a = cast_name(&view->cast, p->a);
    char text[400], label[420];

    view_record(view, i, text, sizeof text);
    snprintf(label, sizeof label, "%s: %s", event_word(r->event), text);
    switch (r->event) {
    case TRACE_CALL:
    case TRACE_EVENT:
        arc(out, self, "=>", a, label);
        break;
    case TRACE_REPLY:
        arc(out, self, ">>", p->object == NOBODY ? self : object, label);
        break;
    case TRACE_INTERRUPT:
        arc(out, DEVICES, "->", p->object == NOBODY ? DEVICES : object, label);
        break;
    case TRACE_SM_UP:
    case TRACE_SM_DOWN:
        arc(out, self, "->", object, label);
        break;
    case TRACE_SM_WAKE:
        arc(out, object, ">>", a, label);
        break;
    case TRACE_ENTRY:
    case TRACE_TRAP:
        arc(out, self, "=>", KERNEL, label);
        break;
    case TRACE_EXIT:
    case TRACE_RESUME:
        arc(out, KERNEL, ">>", self, label);
        break;
    default:
        arc(out, self, "note", self, label);
    }
}

/* Marks whose lines of life are needed: of actors, then of nobody, the kernel and the devices. */
static void mark(const struct view *view, bool entries, bool *needed)
{
    const size_t count = view->cast.count;

    for (size_t i = 0; i < view->log.count; i++) {
        const struct trace_record *r = &view->log.record[i];
        const struct parts *p = &view->cast.parts[i];
        const int who[] = { p->ec, p->object, p->a };
        if (!is_arc(r, entries))
            continue;
        for (unsigned k = 0; k < 3; k++)
            if (who[k] != NOBODY && (view->cast.actor[who[k]].type == TYPE_EC ||
                                     (view->cast.actor[who[k]].type == TYPE_SM && r->event >= TRACE_INTERRUPT &&
                                      r->event <= TRACE_SM_WAKE)))
                needed[who[k]] = true;
        needed[count] |= p->ec == NOBODY && r->event != TRACE_INTERRUPT;
        needed[count + 1] |=
            r->event == TRACE_ENTRY || r->event == TRACE_EXIT || r->event == TRACE_TRAP || r->event == TRACE_RESUME;
        needed[count + 2] |= r->event == TRACE_INTERRUPT;
    }
}

void write_chart(const struct view *view, FILE *out)
{
    const size_t count = view->cast.count;
    bool *needed = calloc(count + 3, sizeof *needed);
    bool entries = true;
    const char *between = "";

    for (size_t i = 0; i < view->log.count; i++)
        entries = entries && (view->log.record[i].event < TRACE_CALL || !is_arc(&view->log.record[i], false));
    if (!needed)
        return;
    mark(view, entries, needed);
    fprintf(out, "# %s\n# mscgen -T svg -i THIS-FILE\nmsc {\n  hscale=\"2\", wordwraparcs=on;\n  ", view->title);
    for (size_t i = 0; i < count + 3; i++) {
        if (!needed[i])
            continue;
        fputs(between, out);
        quoted(out, i < count ? view->cast.actor[i].name : i == count ? "nobody" : i == count + 1 ? KERNEL : DEVICES);
        between = ", ";
    }
    fprintf(out, "%s;\n", *between ? "" : "\"nothing to show\"");
    for (size_t i = 0; i < view->log.count; i++)
        if (is_arc(&view->log.record[i], entries))
            write_arc(view, i, out);
    fprintf(out, "}\n");
    free(needed);
}
