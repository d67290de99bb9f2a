/*
 * The grants at which a removal begins: those of the caller's places that its range touches.
 *
 * Places come and go while a removal waits at a preemption point. The range is passed once, upwards, and grants that are
 * younger than the removal are left alone: so it ends, whatever others do meanwhile.
 */
#include "spaces.h"

void tops_begin(struct tops *t, struct pd *pd, enum cap_type type, uint64_t range)
{
    const uint64_t base = RANGE_BASE(range);
    const unsigned order = RANGE_ORDER(range);

    *t = (struct tops){
        .pd = pd,
        .type = type,
        .base = base,
        .end = base + ORDER_PAGES(order),
        .order = order,
        .serial = next_serial,
        .outer = type == TYPE_PORTS ? 16 : order,
        .cursor = type == TYPE_PORTS ? ports_position(base, order) : base,
    };
}

static struct grant *older_than(const struct tops *t, struct grant *g)
{
    return g && g->serial < t->serial ? g : NULL;
}

struct grant *tops_outer(struct tops *t)
{
    struct grant *g = older_than(t, t->next);

    t->next = NULL;
    for (; !g && t->outer > t->order; t->outer = t->type == TYPE_PORTS ? t->outer - 1 : t->order)
        g = older_than(t, place_find(t->pd, t->type, t->base & ~(ORDER_PAGES(t->outer) - 1), t->outer));
    return g;
}

static struct grant *inner_page(struct tops *t)
{
    unsigned order;

    if (!table_next(t->pd, &t->cursor, t->end, &order))
        return NULL;
    const uint64_t page = t->cursor & ~(ORDER_PAGES(order) - 1);
    t->cursor = page + ORDER_PAGES(order);
    if (order <= t->order)
        return place_find(t->pd, TYPE_MEMORY, page, order);
    t->outer = order;
    return NULL;
}

static struct grant *inner_ports(struct tops *t)
{
    struct grant *g = ports_next(t->pd, t->cursor);

    if (!g || g->place >= t->end) {
        t->cursor = ports_position(t->end, 16);
        return NULL;
    }
    t->cursor = ports_position(g->place, g->order) + 1;
    return g;
}

struct grant *tops_inner(struct tops *t)
{
    struct grant *g = older_than(t, t->next);

    t->next = NULL;
    if (!g && !tops_end(t))
        g = older_than(t, t->type == TYPE_PORTS ? inner_ports(t) : inner_page(t));
    return g;
}

bool tops_end(const struct tops *t)
{
    return !older_than(t, t->next) && t->cursor >= (t->type == TYPE_PORTS ? ports_position(t->end, 16) : t->end);
}
