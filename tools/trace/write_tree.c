/*
 * The capability tree for Graphviz: one box for each object, in it who holds it, with an arrow from who gave to who
 * got.
 *
 * What has been taken back is dashed. What was held before the trace began is known only from what became of it later.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "../../kernel/include/cairn/abi.h"
#include "colour.h"
#include "view.h"
#include "words.h"

struct holder {
    int object, pd;
    uint64_t place;
    unsigned type, rights;     /* 0: nothing is left */
    bool created, known, gave; /* with the object; whether the place is known; whether somebody has it from here */
    int arrows;                /* the first that leads here, or NOBODY */
    int next;                  /* of the same object */
};

struct arrow {
    int from, to;
    unsigned type, rights;
    int next; /* to the same holder */
};

struct tree {
    struct holder *holder;
    struct arrow *arrow;
    size_t holders, arrows;
    int *first;      /* of each actor: its holders */
    bool *destroyed; /* of each actor */
};

/* A PD has an object under one number, but can have a frame at many places. place NULL: whichever it has still. */
static int holder_of(struct tree *t, int object, int pd, const uint64_t *place)
{
    int found = NOBODY;

    for (int h = t->first[object]; h != NOBODY; h = t->holder[h].next)
        if (t->holder[h].pd == pd && (!place || !t->holder[h].known || t->holder[h].place == *place) &&
            (found == NOBODY || t->holder[h].rights))
            found = h;
    if (found != NOBODY)
        return found;
    t->holder[t->holders] = (struct holder){ .object = object, .pd = pd, .arrows = NOBODY, .next = t->first[object] };
    return t->first[object] = t->holders++;
}

static void arrive(struct holder *h, uint64_t place, unsigned type, unsigned rights)
{
    h->known = true;
    h->place = place;
    h->type = type;
    h->rights |= rights;
}

static void draw_arrow(struct tree *t, int from, int to, unsigned type, unsigned rights)
{
    for (int i = t->holder[to].arrows; i != NOBODY; i = t->arrow[i].next)
        if (t->arrow[i].from == from) {
            t->arrow[i].rights |= rights;
            return;
        }
    t->holder[from].gave = true;
    t->arrow[t->arrows] = (struct arrow){ from, to, type, rights, t->holder[to].arrows };
    t->holder[to].arrows = (int)t->arrows++;
}

static void step(struct tree *t, const struct trace_record *r, const struct parts *p)
{
    const unsigned type = TRACE_PLACE_TYPE(r->detail), rights = TRACE_PLACE_RIGHTS(r->detail);
    const uint64_t *place = type == TYPE_MEMORY || type == TYPE_PORTS ? &r->b : NULL;

    if (p->object == NOBODY)
        return;
    if (r->event == TRACE_CREATE) {
        struct holder *h = &t->holder[holder_of(t, p->object, p->pd, NULL)];
        arrive(h, r->b, r->detail, 0xff);
        h->created = true;
    } else if (r->event == TRACE_DELEGATE) {
        /* To oneself: fresh from the kernel, or to a second place of one's own. */
        int to = holder_of(t, p->object, p->a, place), from = p->pd == p->a ? to : holder_of(t, p->object, p->pd, NULL);
        arrive(&t->holder[to], r->b, type, rights);
        if (from != to)
            draw_arrow(t, from, to, type, rights);
    } else if (r->event == TRACE_GONE) {
        struct holder *h = &t->holder[holder_of(t, p->object, p->a, place)];
        h->known = true;
        h->place = r->b;
        h->type = type;
        h->rights &= ~rights;
    } else if (r->event == TRACE_DESTROY) {
        t->destroyed[p->object] = true;
    }
}

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

/* A holder by its PD's colour, with the number or place under which it has the object. */
static void write_holder(const struct view *view, const struct tree *t, size_t i, FILE *out)
{
    const struct holder *h = &t->holder[i];
    const bool place = h->type == TYPE_MEMORY || h->type == TYPE_PORTS;
    const bool gone = t->destroyed[h->object] || (h->known && !h->rights);
    char label[200];

    if (place && gone && !h->gave && h->arrows == NOBODY)
        return; /* mapped once, and gone without trace */
    if (h->pd == NOBODY)
        snprintf(label, sizeof label, "the kernel");
    else if (!h->known)
        snprintf(label, sizeof label, "%s\nsince before the trace", cast_name(&view->cast, h->pd));
    else
        snprintf(label, sizeof label, place ? "%s\n%s %#llx%s" : "%s\n%s %llu%s", cast_name(&view->cast, h->pd),
                 h->type == TYPE_MEMORY  ? "page"
                 : h->type == TYPE_PORTS ? "port"
                                         : "selector",
                 (unsigned long long)h->place,
                 h->created                         ? ", its creator"
                 : gone && !t->destroyed[h->object] ? ", taken back"
                                                    : "");
    fprintf(out, "    h%zu [label=", i);
    quoted(out, label);
    fprintf(out, ", fillcolor=\"%s\", style=\"filled%s\"];\n",
            h->pd == NOBODY ? "#ffffff" : colour_light(&view->cast, h->pd), gone ? ",dashed" : "");
}

/* Whether anything happened to it but that its creator made it. */
static bool is_shared(const struct tree *t, size_t object)
{
    const int h = t->first[object];
    return h != NOBODY && (t->holder[h].next != NOBODY || !t->holder[h].created);
}

static void write_object(const struct view *view, const struct tree *t, size_t object, FILE *out)
{
    char label[120];

    fprintf(out, "  subgraph cluster_%zu {\n    label=", object);
    snprintf(label, sizeof label, "%s %s%s", type_word(view->cast.actor[object].type), view->cast.actor[object].name,
             t->destroyed[object] ? " (destroyed)" : "");
    quoted(out, strstr(view->cast.actor[object].name, type_word(view->cast.actor[object].type)) ==
                            view->cast.actor[object].name ||
                        view->cast.actor[object].type >= TYPE_KERNEL
                    ? label + strlen(type_word(view->cast.actor[object].type)) + 1
                    : label);
    fprintf(out, ";\n");
    for (int h = t->first[object]; h != NOBODY; h = t->holder[h].next)
        write_holder(view, t, h, out);
    for (int h = t->first[object]; h != NOBODY; h = t->holder[h].next)
        for (int k = t->holder[h].arrows; k != NOBODY; k = t->arrow[k].next) {
            const struct arrow *a = &t->arrow[k];
            char rights[96];
            fprintf(out, "    h%d -> h%d [label=\"%s\"%s];\n", a->from, a->to,
                    rights_words(rights, sizeof rights, a->type, a->rights),
                    t->destroyed[object] || !t->holder[a->to].rights ? ", style=dashed" : "");
        }
    fprintf(out, "  }\n");
}

/* The objects that only their creators have: how many of each type. */
static void write_alone(const struct view *view, const struct tree *t, const bool *shown, FILE *out)
{
    unsigned count[TYPE_PORTS + 1] = { 0 }, all = 0;

    for (size_t i = 0; i < view->cast.count; i++)
        if (shown[i] && t->first[i] != NOBODY && !is_shared(t, i)) {
            count[view->cast.actor[i].type]++;
            all++;
        }
    if (!all)
        return;
    fprintf(out, "  alone [shape=plaintext, label=\"not drawn, because only the creator has it:");
    for (unsigned type = 0; type <= TYPE_PORTS; type++)
        if (count[type])
            fprintf(out, " %u %s", count[type], type_word(type));
    fprintf(out, "\"];\n");
}

static void head(const struct view *view, FILE *out)
{
    const char *page = view->size == SIZE_SLIDE ? "size=\"13.33,7.5\", ratio=compress, dpi=96, "
                       : view->size == SIZE_A4  ? "size=\"7.5,10.9\", ratio=compress, dpi=96, "
                                                : "";

    fprintf(out, "// %s\n// dot -T svg THIS-FILE\ndigraph capabilities {\n  rankdir=LR;\n", view->title);
    fprintf(out, "  node [shape=box, fontname=\"sans-serif\", fontsize=12, height=0.4];\n  edge "
                 "[fontname=\"sans-serif\", fontsize=11];\n");
    fprintf(out, "  graph [fontname=\"sans-serif\", fontsize=13, labelloc=t, %snodesep=0.15, label=", page);
    quoted(out, view->title);
    fprintf(out, "];\n  legend [shape=plaintext, label=\"a frame: an object; in it who has it; an arrow: who gave it "
                 "to whom,\\lwith which rights; "
                 "dashed: taken back, or destroyed\\l\"];\n");
}

/* Only objects that what was chosen has to do with; what had become of them before is known and drawn, too. */
static void find_shown(const struct view *view, bool *shown)
{
    for (size_t i = 0; i < view->log.count; i++) {
        const struct trace_record *r = &view->log.record[i];
        const struct parts *p = &view->cast.parts[i];
        if (view_shows(view, i) && p->object != NOBODY && r->event >= TRACE_CREATE && r->event <= TRACE_DESTROY)
            shown[p->object] = true;
    }
}

void write_tree(const struct view *view, FILE *out)
{
    const size_t records = view->log.count, actors = view->cast.count;
    struct tree t = { calloc(records * 2 + 1, sizeof *t.holder), calloc(records + 1, sizeof *t.arrow),   0, 0,
                      malloc((actors + 1) * sizeof *t.first),    calloc(actors + 1, sizeof *t.destroyed) };
    bool *shown = calloc(actors + 1, sizeof *shown);
    size_t drawn = 0;

    if (!t.holder || !t.arrow || !t.first || !t.destroyed || !shown)
        errx(3, "there is not enough memory for so many records");
    for (size_t i = 0; i < actors; i++)
        t.first[i] = NOBODY;
    for (size_t i = 0; i < records && view->log.record[i].time <= view->choice.end; i++)
        step(&t, &view->log.record[i], &view->cast.parts[i]);
    find_shown(view, shown);

    head(view, out);
    for (size_t i = actors; i-- > 0;) /* Graphviz stacks them from below */
        if (shown[i] && is_shared(&t, i)) {
            write_object(view, &t, i, out);
            drawn++;
        }
    if (!drawn)
        fprintf(out,
                "  empty [label=\"no capability was delegated or taken back in what was chosen\", shape=plaintext];\n");
    write_alone(view, &t, shown, out);
    fprintf(out, "}\n");
    free(t.holder);
    free(t.arrow);
    free(t.first);
    free(t.destroyed);
    free(shown);
}
