/*
 * Delegation: how an item becomes offers, one for each place, and what these cost.
 *
 * An item has its first offer with it, which nearly always is the only one. Between prepare and commit of a message nothing changes
 * but by the commits of its own items, and these add nothing from which a later one takes its source. So commit finds the
 * sources of the other places again, and needs no room to remember 64 of them.
 */
#include "spaces.h"

#include "panic.h"

/* The source of one place of an item; the offer then says what of it. */
static bool find_source(const struct transfer *t, uint64_t place, struct offer *o)
{
    struct grant *source = o->type == TYPE_MEMORY ? page_source(t->from, place, o->rights, o->order == LARGE_ORDER)
                                                  : ports_source(t->from, place, o->order, o->rights);

    o->parent = source;
    o->what = source ? source->what + (place - source->place) : 0;
    return source;
}

const struct offer *item_offer(const struct transfer *t, unsigned i, struct offer *room)
{
    const uint64_t step = (uint64_t)i << t->offer.order;

    if (!i)
        return &t->offer;
    *room = t->offer;
    room->place += step;
    room->what += step; /* of what comes from nobody */
    if (t->from)
        find_source(t, RANGE_BASE(t->range) + step, room);
    return room;
}

/* ---- Checks, in their order ----------------------------------------------------------------------------------------- */

static inline enum status form_check(const struct transfer *t)
{
    const unsigned type = t->offer.type, rights = t->offer.rights, order = RANGE_ORDER(t->range);
    const unsigned known = type == TYPE_MEMORY ? MEMORY_READ | MEMORY_WRITE | MEMORY_EXECUTE : PORTS_ACCESS;

    if (!space_range_ok(type, t->range) || !(rights & 1) || rights & ~known || (type == TYPE_PORTS && ITEM_SPOT(t->how)))
        return BAD_PAR;
    return type == TYPE_MEMORY && !is_memory_order(order) ? TOO_MANY : SUCCESS;
}

/* Whether an earlier item of a message within one PD lands where t takes its source from. */
static inline bool source_is_new(const struct transfer t[], unsigned n)
{
    const uint64_t base = RANGE_BASE(t[n].range), end = base + ORDER_PAGES(RANGE_ORDER(t[n].range));

    for (unsigned i = 0; i < n && t[n].from == t[n].to; i++)
        if (t[i].offer.type == t[n].offer.type && t[i].offer.place < end &&
            base < t[i].offer.place + ORDER_PAGES(RANGE_ORDER(t[i].range)))
            return true;
    return false;
}

/* Whether single live grants cover all places, in large pages if the item is of such. */
static inline bool is_covered(struct transfer t[], unsigned n)
{
    /* Answer 6.3 (place 1 of 3) goes here: the source of a grant */
    (void)find_source; not_implemented("6.3 the source of a grant");
}

/* Where the run lands: the receiver chose the window, the sender's spot a place in it. */
static inline enum status window_check(struct transfer *t)
{
    const uint64_t size = ORDER_PAGES(RANGE_ORDER(t->range)), base = t->window_base, count = t->window_count;
    uint64_t place = RANGE_BASE(t->range);

    if (t->offer.type == TYPE_PORTS) {
        t->offer.place = place;
        return place >= base && place + size <= base + count ? SUCCESS : NO_WINDOW;
    }
    place = base + (ITEM_SPOT(t->how) & (count - 1) & ~(size - 1));
    t->offer.place = place;
    return count >= size && place && place + size < SPACE_PAGES ? SUCCESS : NO_WINDOW;
}

/* ---- Costs ---------------------------------------------------------------------------------------------------------- */

/* The tables on the way to page that t will have made, or found. */
static unsigned made_by(const struct transfer *t, uint64_t page)
{
    unsigned made = 0;

    for (unsigned l = t->offer.order ? 1 : 0; l < 3 && t->offer.type == TYPE_MEMORY; l++)
        if (t->offer.place >> 9 * (l + 1) == page >> 9 * (l + 1))
            made |= 1u << l;
    return made;
}

/* A run of one item never crosses a table: it is aligned to its size, and has at most 64 places. */
static inline unsigned new_tables(const struct transfer t[], unsigned n, unsigned missing)
{
    for (unsigned i = 0; missing && i < n; i++)
        missing &= ~made_by(&t[i], t[n].offer.place);
    return missing ? table_count(missing) : 0;
}

enum status space_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    /* Answer 6.5 (place 1 of 4) goes here: where a grant may land */
    not_implemented("6.5 where a grant may land");
}

void space_commit(const struct transfer *t)
{
    /* Answer 6.4 (place 1 of 4) goes here: grants in places */
    not_implemented("6.4 grants in places");
}
