#include "spaces_model.h"

struct model model;

bool model_overlap(uint64_t a, unsigned a_order, uint64_t b, unsigned b_order)
{
    return a < b + (1ull << b_order) && b < a + (1ull << a_order);
}

bool model_inside(uint64_t a, unsigned a_order, uint64_t b, uint64_t b_end)
{
    return a >= b && a + (1ull << a_order) <= b_end;
}

struct model_grant *model_source(unsigned pd, unsigned type, uint64_t place, unsigned order, unsigned rights)
{
    struct model_grant *best = NULL;

    for (EACH_GRANT(g))
        if (g->used && g->pd == pd && g->type == type && !(rights & ~g->rights) &&
            model_inside(place, order, g->place, g->place + (1ull << g->order)) && (!best || g->serial < best->serial))
            best = g;
    return best;
}

void model_tables(unsigned pd, uint64_t page, unsigned order)
{
    for (unsigned l = order == LARGE_ORDER ? 1 : 0; l < 3; l++)
        model.table[pd][l][page >> 9 * (l + 1)] = 1;
}

unsigned model_pages_used(unsigned pd)
{
    unsigned count = 0;

    for (unsigned l = 0; l < 3; l++)
        for (unsigned i = 0; i < MODEL_TABLES; i++)
            count += model.table[pd][l][i];
    return count;
}

unsigned model_cells_used(unsigned pd)
{
    unsigned count = 0;

    for (EACH_GRANT(g))
        count += g->used && g->pd == pd;
    return count;
}

enum status model_standing(unsigned pd, uint64_t place, unsigned order, uint64_t frame)
{
    for (EACH_GRANT(g))
        if (g->used && g->pd == pd && g->type == TYPE_MEMORY && model_overlap(g->place, g->order, place, order) &&
            (g->order != order || g->frame != frame))
            return CONFLICT;
    for (unsigned i = 0; i < MODEL_UTCBS; i++)
        if (model.utcb[i].used && model.utcb[i].pd == pd && model_inside(model.utcb[i].page, 0, place, place + (1ull << order)))
            return order ? CONFLICT : OCCUPIED;
    return SUCCESS;
}

bool model_utcb(unsigned pd, uint64_t page)
{
    for (unsigned i = 0; i < MODEL_UTCBS; i++)
        if (model.utcb[i].used && model.utcb[i].pd == pd && model.utcb[i].page == page)
            return true;
    return false;
}

unsigned model_rights(unsigned pd, unsigned type, uint64_t page)
{
    unsigned rights = 0;

    for (EACH_GRANT(g))
        if (g->used && g->pd == pd && g->type == type && model_inside(page, 0, g->place, g->place + (1ull << g->order)))
            rights |= g->rights;
    return rights;
}

enum status model_offer(unsigned pd, unsigned type, uint64_t place, unsigned order, uint64_t frame, unsigned rights,
                        struct model_grant *source)
{
    const int parent = source ? source - model.grant : -1;
    struct model_grant *free_one = NULL;
    unsigned all = rights | (type == TYPE_MEMORY ? model_rights(pd, type, place) : 0);
    enum status status = type == TYPE_MEMORY ? model_standing(pd, place, order, frame) : SUCCESS;

    if (status != SUCCESS)
        return status;
    if (type == TYPE_MEMORY && (all & MEMORY_WRITE) && (all & MEMORY_EXECUTE))
        return CONFLICT;
    if (type == TYPE_MEMORY)
        model_tables(pd, place, order);
    for (EACH_GRANT(g)) {
        if (!g->used)
            free_one = free_one ? free_one : g;
        else if (g->pd == pd && g->type == type && g->place == place && g->order == order && g->parent == parent) {
            g->rights |= rights;
            return SUCCESS;
        }
    }
    assert_non_null(free_one);
    *free_one = (struct model_grant){ true, type, order, rights, pd, parent, place, frame, model.serial++ };
    return SUCCESS;
}

static bool model_is_below(const struct model_grant *g, const struct model_grant *top)
{
    while (g->parent >= 0) {
        g = &model.grant[g->parent];
        if (g == top)
            return true;
    }
    return false;
}

/* What of top is in the run, as frames. */
static void model_frames(const struct model_grant *top, uint64_t base, unsigned order, uint64_t *low, uint64_t *high)
{
    const uint64_t end = base + (1ull << order), top_end = top->place + (1ull << top->order);
    const uint64_t from = base > top->place ? base : top->place;

    *low = top->frame + (from - top->place);
    *high = top->frame + ((end < top_end ? end : top_end) - top->place);
}

static bool model_is_top(const struct model_grant *g, unsigned pd, unsigned type, uint64_t base, unsigned order)
{
    return g->used && g->pd == pd && g->type == type && model_overlap(g->place, g->order, base, order);
}

static bool model_conflicts(unsigned pd, bool self, unsigned type, uint64_t base, unsigned order)
{
    uint64_t low, high;

    for (EACH_GRANT(top)) {
        if (!model_is_top(top, pd, type, base, order) || top->order <= order)
            continue;
        if (self)
            return true;
        model_frames(top, base, order, &low, &high);
        for (EACH_GRANT(g))
            if (g->used && model_is_below(g, top) && g->order > order && g->frame < high && g->frame + (1ull << g->order) > low)
                return true;
    }
    return false;
}

enum status model_remove(unsigned pd, bool self, unsigned type, uint64_t base, unsigned order, unsigned rights)
{
    static bool take[MODEL_GRANTS];
    const unsigned mask = rights & MEMORY_READ ? 0xff : rights;
    uint64_t low, high;

    if (model_conflicts(pd, self, type, base, order))
        return CONFLICT;
    memset(take, 0, sizeof take);
    for (EACH_GRANT(top)) {
        if (!model_is_top(top, pd, type, base, order))
            continue;
        take[top - model.grant] |= self;
        model_frames(top, base, order, &low, &high);
        for (EACH_GRANT(g))
            if (g->used && model_is_below(g, top) && model_inside(g->frame, g->order, low, high))
                take[g - model.grant] = true;
    }
    for (EACH_GRANT(g))
        if (take[g - model.grant]) {
            g->rights &= ~mask;
            g->used = g->rights;
        }
    return SUCCESS;
}
