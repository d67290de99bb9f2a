/*
 * The capability tree for Graphviz: one box for each object, in it who holds it, with an arrow from who gave to who
 * got.
 *
 * What has been taken back is dashed. What was held before the trace began is known only from what became of it later.
 */
#include <err.h>
#include <stdlib.h>

#include "../../kernel/include/cairn/abi.h"
#include "view.h"
#include "words.h"

struct holder {
    int object, pd;
    uint64_t place;
    unsigned type, rights; /* 0: nothing is left */
    bool created, known;   /* with the object; whether the place is known */
    int next;              /* of the same object */
};

struct arrow {
    int from, to;
    unsigned type, rights;
};

struct tree {
    struct holder *holder;
    struct arrow *arrow;
    size_t holders, arrows;
    int *first;      /* of each actor: its holders */
    bool *destroyed; /* of each actor */
};

static int holder_of(struct tree *t, int object, int pd)
{
    for (int h = t->first[object]; h != NOBODY; h = t->holder[h].next)
        if (t->holder[h].pd == pd)
            return h;
    t->holder[t->holders] = (struct holder){ .object = object, .pd = pd, .next = t->first[object] };
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
    for (size_t i = 0; i < t->arrows; i++)
        if (t->arrow[i].from == from && t->arrow[i].to == to) {
            t->arrow[i].rights |= rights;
            return;
        }
    t->arrow[t->arrows++] = (struct arrow){ from, to, type, rights };
}

static void step(struct tree *t, const struct trace_record *r, const struct parts *p)
{
    const unsigned type = TRACE_PLACE_TYPE(r->detail), rights = TRACE_PLACE_RIGHTS(r->detail);

    if (p->object == NOBODY)
        return;
    if (r->event == TRACE_CREATE) {
        struct holder *h = &t->holder[holder_of(t, p->object, p->pd)];
        arrive(h, r->b, r->detail, 0xff);
        h->created = true;
    } else if (r->event == TRACE_DELEGATE) {
        /* To oneself: fresh from the kernel, or to a second place of one's own. */
        int to = holder_of(t, p->object, p->a), from = p->pd == p->a ? to : holder_of(t, p->object, p->pd);
        arrive(&t->holder[to], r->b, type, rights);
        if (from != to)
            draw_arrow(t, from, to, type, rights);
    } else if (r->event == TRACE_GONE) {
        struct holder *h = &t->holder[holder_of(t, p->object, p->a)];
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
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_holder(const struct view *view, const struct tree *t, size_t i, FILE *out)
{
    const struct holder *h = &t->holder[i];
    const bool place = h->type == TYPE_MEMORY || h->type == TYPE_PORTS;
    const bool gone = t->destroyed[h->object] || (h->known && !h->rights);
    char label[200];

    if (h->pd == NOBODY)
        snprintf(label, sizeof label, "the kernel");
    else if (!h->known)
        snprintf(label, sizeof label, "%s, since before the trace", cast_name(&view->cast, h->pd));
    else
        snprintf(label, sizeof label, place ? "%s: %s %#llx%s" : "%s: %s %llu%s", cast_name(&view->cast, h->pd),
                 place ? type_word(h->type) : "selector", (unsigned long long)h->place,
                 h->created ? ", created here" : "");
    fprintf(out, "    h%zu [label=", i);
    quoted(out, label);
    fprintf(out, "%s];\n", gone ? ", style=dashed" : "");
}

static void write_object(const struct view *view, const struct tree *t, size_t object, FILE *out)
{
    if (t->first[object] == NOBODY)
        return;
    fprintf(out, "  subgraph cluster_%zu {\n    label=", object);
    char label[120];
    snprintf(label, sizeof label, "%s%s", view->cast.actor[object].name, t->destroyed[object] ? " (destroyed)" : "");
    quoted(out, label);
    fprintf(out, ";\n");
    for (size_t i = 0; i < t->holders; i++)
        if (t->holder[i].object == (int)object)
            write_holder(view, t, i, out);
    for (size_t i = 0; i < t->arrows; i++) {
        const struct arrow *a = &t->arrow[i];
        const struct holder *to = &t->holder[a->to];
        char rights[96];
        if (to->object != (int)object)
            continue;
        fprintf(out, "    h%d -> h%d [label=\"%s\"%s];\n", a->from, a->to,
                rights_words(rights, sizeof rights, a->type, a->rights),
                t->destroyed[object] || !to->rights ? ", style=dashed" : "");
    }
    fprintf(out, "  }\n");
}

void write_tree(const struct view *view, FILE *out)
{
    const size_t records = view->log.count, actors = view->cast.count;
    struct tree t = { calloc(records * 2 + 1, sizeof *t.holder), calloc(records + 1, sizeof *t.arrow),   0, 0,
                      malloc((actors + 1) * sizeof *t.first),    calloc(actors + 1, sizeof *t.destroyed) };

    if (!t.holder || !t.arrow || !t.first || !t.destroyed)
        errx(3, "there is not enough memory for so many records: use --last");
    for (size_t i = 0; i < actors; i++)
        t.first[i] = NOBODY;
    for (size_t i = 0; i < records; i++)
        step(&t, &view->log.record[i], &view->cast.parts[i]);

    fprintf(out, "// %s\n// dot -T svg THIS-FILE\ndigraph capabilities {\n  rankdir=LR;\n", view->title);
    fprintf(out, "  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
    fprintf(out, "  graph [fontname=\"sans-serif\"];\n");
    if (!t.holders)
        fprintf(out, "  empty [label=\"no capability was created, delegated or taken back\", shape=plaintext];\n");
    for (size_t i = 0; i < actors; i++)
        write_object(view, &t, i, out);
    fprintf(out, "}\n");
    free(t.holder);
    free(t.arrow);
    free(t.first);
    free(t.destroyed);
}
