/*
 * Delegation: how an item becomes offers, one for each place, and what these cost.
 *
 * Between prepare and commit of a message nothing changes but by the commits of its own items, and these add nothing from
 * which a later one takes its source. So commit finds the same sources again, and needs no room to remember 64 of them.
 */
#include "spaces.h"

#include "panic.h"

unsigned item_places(const struct transfer *t)
{
    const unsigned order = RANGE_ORDER(t->range);

    return 1u << (order - place_order(ITEM_TYPE(t->how), order));
}

static struct grant *find_source(const struct transfer *t, uint64_t place, unsigned order)
{
    return ITEM_TYPE(t->how) == TYPE_MEMORY ? page_source(t->from, place, ITEM_RIGHTS(t->how), order == LARGE_ORDER)
                                            : ports_source(t->from, place, order, ITEM_RIGHTS(t->how));
}

struct offer item_offer(const struct transfer *t, unsigned i)
{
    const unsigned order = place_order(ITEM_TYPE(t->how), RANGE_ORDER(t->range));
    const uint64_t from = RANGE_BASE(t->range) + ((uint64_t)i << order);
    struct grant *source = t->source || !t->from ? t->source : find_source(t, from, order);
    const uint64_t device = ITEM_RIGHTS(t->how) & MEMORY_DEVICE ? FRAME_DEVICE : 0;

    return (struct offer){
        .parent = source,
        .place = t->target + ((uint64_t)i << order),
        .what = source ? source->what + (from - source->place) : from | device,
        .type = ITEM_TYPE(t->how),
        .order = order,
        .rights = ITEM_RIGHTS(t->how) & ~(unsigned)MEMORY_DEVICE,
    };
}

/* ---- Checks, in their order ----------------------------------------------------------------------------------------- */

static inline enum status form_check(const struct transfer *t)
{
    const unsigned type = ITEM_TYPE(t->how), rights = ITEM_RIGHTS(t->how), order = RANGE_ORDER(t->range);
    const unsigned known = type == TYPE_MEMORY ? MEMORY_READ | MEMORY_WRITE | MEMORY_EXECUTE : PORTS_ACCESS;

    if (!space_range_ok(type, t->range) || !(rights & 1) || rights & ~known || (type == TYPE_PORTS && ITEM_SPOT(t->how)))
        return BAD_PAR;
    return type == TYPE_MEMORY && !is_memory_order(order) ? TOO_MANY : SUCCESS;
}

/* Whether an earlier item of a message within one PD lands where t takes its source from. */
static inline bool source_is_new(const struct transfer t[], unsigned n)
{
    const uint64_t base = RANGE_BASE(t[n].range), end = base + ORDER_PAGES(RANGE_ORDER(t[n].range));

    for (unsigned i = 0; t[n].from == t[n].to && i < n; i++)
        if (ITEM_TYPE(t[i].how) == ITEM_TYPE(t[n].how) && t[i].target < end &&
            base < t[i].target + ORDER_PAGES(RANGE_ORDER(t[i].range)))
            return true;
    return false;
}

static inline enum status source_check(struct transfer t[], unsigned n)
{
    /* Answer 6.3 (place 1 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
}

/* Where the run lands: the receiver chose the window, the sender's spot a place in it. */
static inline enum status window_check(struct transfer *t)
{
    const uint64_t size = ORDER_PAGES(RANGE_ORDER(t->range)), base = t->window_base, count = t->window_count;

    if (ITEM_TYPE(t->how) == TYPE_PORTS) {
        t->target = RANGE_BASE(t->range);
        return t->target >= base && t->target + size <= base + count ? SUCCESS : NO_WINDOW;
    }
    if (count < size || count & (count - 1) || base & (count - 1) || base + count > SPACE_PAGES)
        return NO_WINDOW;
    t->target = base + (ITEM_SPOT(t->how) & (count - 1) & ~(size - 1));
    return t->target && t->target + size < SPACE_PAGES ? SUCCESS : NO_WINDOW;
}

/* ---- Costs ---------------------------------------------------------------------------------------------------------- */

/* The tables on the way to page that t will have made, or found. */
static unsigned made_by(const struct transfer *t, uint64_t page)
{
    const unsigned lowest = place_order(TYPE_MEMORY, RANGE_ORDER(t->range)) ? 1 : 0;
    unsigned made = 0;

    for (unsigned l = lowest; l < 3 && ITEM_TYPE(t->how) == TYPE_MEMORY; l++)
        if (t->target >> 9 * (l + 1) == page >> 9 * (l + 1))
            made |= 1u << l;
    return made;
}

/* A run of one item never crosses a table: it is aligned to its size, and has at most 64 places. */
static inline unsigned new_tables(const struct transfer t[], unsigned n, unsigned missing)
{
    for (unsigned i = 0; missing && i < n; i++)
        missing &= ~made_by(&t[i], t[n].target);
    return table_count(missing);
}

static inline unsigned new_bitmap(const struct transfer t[], unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (ITEM_TYPE(t[i].how) == TYPE_PORTS)
            return 0;
    return bitmap_cost(t[n].to);
}

enum status space_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    /* Answer 6.5 (place 1 of 4) goes here: where a grant may land */
    not_implemented("6.5 where a grant may land");
}

void space_commit(const struct transfer *t)
{
    /* Answer 6.4 (place 1 of 2) goes here: grants in places */
    not_implemented("6.4 grants in places");
}
