/*
 * Delegation: how an item becomes offers, one for each place, and what these cost.
 *
 * Between prepare and commit of a message nothing changes but by the commits of its own items, and these add nothing from
 * which a later one takes its source. So commit finds the same sources again, and needs no room to remember 64 of them.
 */
#include "spaces.h"

#include "panic.h"

enum { SMALL_ORDER_MAX = 6, LARGE_ORDER_MAX = 15 };

/* How this stage uses the item's own fields. */
#define OWN_SOURCE(t) ((t)->own[0]) /* the only source, when there is one place */
#define OWN_TARGET(t) ((t)->own[1]) /* base of the run in the receiver's space */

unsigned item_places(const struct space_transfer *t)
{
    const unsigned order = RANGE_ORDER(t->range);

    return 1u << (order - place_order(ITEM_TYPE(t->how), order));
}

static struct grant *find_source(const struct space_transfer *t, uint64_t place, unsigned order)
{
    return ITEM_TYPE(t->how) == TYPE_MEMORY ? page_source(t->from, place, ITEM_RIGHTS(t->how), order == LARGE_ORDER)
                                            : ports_source(t->from, place, order, ITEM_RIGHTS(t->how));
}

struct offer item_offer(const struct space_transfer *t, unsigned i)
{
    const unsigned order = place_order(ITEM_TYPE(t->how), RANGE_ORDER(t->range));
    const uint64_t from = RANGE_BASE(t->range) + ((uint64_t)i << order);
    struct grant *source = OWN_SOURCE(t) ? (struct grant *)OWN_SOURCE(t) : find_source(t, from, order);

    return (struct offer){
        .parent = source,
        .place = OWN_TARGET(t) + ((uint64_t)i << order),
        .frame = source->type == TYPE_MEMORY ? source->frame + (from - source->place) : from,
        .type = ITEM_TYPE(t->how),
        .order = order,
        .rights = ITEM_RIGHTS(t->how),
    };
}

/* ---- Checks, in their order ----------------------------------------------------------------------------------------- */

static inline enum status form_check(const struct space_transfer *t)
{
    const unsigned type = ITEM_TYPE(t->how), rights = ITEM_RIGHTS(t->how), order = RANGE_ORDER(t->range);
    const unsigned known = type == TYPE_MEMORY ? MEMORY_READ | MEMORY_WRITE | MEMORY_EXECUTE : PORTS_ACCESS;

    if ((type != TYPE_MEMORY && type != TYPE_PORTS) || !space_range_ok(type, t->range))
        return BAD_PAR;
    if (!(rights & 1) || rights & ~known)
        return BAD_PAR;
    if (type == TYPE_MEMORY && order > SMALL_ORDER_MAX && (order < LARGE_ORDER || order > LARGE_ORDER_MAX))
        return TOO_MANY;
    return SUCCESS;
}

/* Whether an earlier item of a message within one PD lands where t takes its source from. */
static inline bool source_is_new(const struct space_transfer t[], unsigned n)
{
    const uint64_t base = RANGE_BASE(t[n].range), end = base + ORDER_PAGES(RANGE_ORDER(t[n].range));

    for (unsigned i = 0; t[n].from == t[n].to && i < n; i++)
        if (ITEM_TYPE(t[i].how) == ITEM_TYPE(t[n].how) && OWN_TARGET(&t[i]) < end &&
            base < OWN_TARGET(&t[i]) + ORDER_PAGES(RANGE_ORDER(t[i].range)))
            return true;
    return false;
}

static inline enum status source_check(struct space_transfer t[], unsigned n)
{
    /* Answer 6.3 (place 1 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
}

/* Where the run lands: the receiver chose the window, the sender's spot a place in it. */
static inline enum status window_check(struct space_transfer *t)
{
    const uint64_t size = ORDER_PAGES(RANGE_ORDER(t->range)), base = t->window_base, count = t->window_count;

    if (ITEM_TYPE(t->how) == TYPE_PORTS) {
        OWN_TARGET(t) = RANGE_BASE(t->range);
        return OWN_TARGET(t) >= base && OWN_TARGET(t) + size <= base + count ? SUCCESS : NO_WINDOW;
    }
    if (count < size || count & (count - 1) || base & (count - 1) || base + count > SPACE_PAGES)
        return NO_WINDOW;
    OWN_TARGET(t) = base + (ITEM_SPOT(t->how) & (count - 1) & ~(size - 1));
    return OWN_TARGET(t) && OWN_TARGET(t) + size < SPACE_PAGES ? SUCCESS : NO_WINDOW;
}

/* ---- Costs ---------------------------------------------------------------------------------------------------------- */

/* The tables on the way to page that t will have made, or found. */
static unsigned made_by(const struct space_transfer *t, uint64_t page)
{
    const unsigned lowest = place_order(TYPE_MEMORY, RANGE_ORDER(t->range)) ? 1 : 0;
    unsigned made = 0;

    for (unsigned l = lowest; l < 3 && ITEM_TYPE(t->how) == TYPE_MEMORY; l++)
        if (OWN_TARGET(t) >> 9 * (l + 1) == page >> 9 * (l + 1))
            made |= 1u << l;
    return made;
}

/* A run of one item never crosses a table: it is aligned to its size, and has at most 64 places. */
static inline unsigned new_tables(const struct space_transfer t[], unsigned n, unsigned missing)
{
    for (unsigned i = 0; missing && i < n; i++)
        missing &= ~made_by(&t[i], OWN_TARGET(&t[n]));
    return table_count(missing);
}

static inline unsigned new_bitmap(const struct space_transfer t[], unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (ITEM_TYPE(t[i].how) == TYPE_PORTS)
            return 0;
    return bitmap_cost(t[n].to);
}

enum status space_prepare(struct space_transfer t[], unsigned n, struct bill *bill)
{
    /* Answer 6.5 (place 1 of 4) goes here: where a grant may land */
    not_implemented("6.5 where a grant may land");
}

void space_commit(struct space_transfer *t)
{
    /* Answer 6.4 (place 1 of 2) goes here: a new grant */
    not_implemented("6.4 a new grant");
}
