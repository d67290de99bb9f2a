/*
 * May a grant land there? What stands at the place already, and what earlier items of the same message will have put there.
 *
 * Nothing is changed. So an earlier item is looked at by asking again what its commit will do; nearly always there is none that
 * touches the same place.
 */
#include "spaces.h"

#include "panic.h"
#include "path.h"

#define WRITE_AND_EXECUTE (MEMORY_WRITE | MEMORY_EXECUTE)

/*
 * What is there now. A page that is mapped without a grant is nobody's to give: a UTCB, or root's image. The table is
 * looked at first: mostly there is nothing, and the index need not be asked.
 */
static inline enum status standing_check(const struct pd *pd, const struct offer *o, struct standing *s)
{
    /* Answer 6.5 (place 2 of 4) goes here: where a grant may land */
    not_implemented("6.5 where a grant may land");
}

static inline bool overlap(uint64_t a, uint64_t a_order, uint64_t b, uint64_t b_order)
{
    return a < b + ORDER_PAGES(b_order) && b < a + ORDER_PAGES(a_order);
}

/* What t will have put there. */
static RARE enum status earlier_check(const struct transfer *t, const struct offer *o, struct standing *s)
{
    /* Answer 6.5 (place 3 of 4) goes here: where a grant may land */
    not_implemented("6.5 where a grant may land");
}

enum status target_check(const struct pd *pd, const struct offer *o, const struct transfer t[], unsigned n,
                         struct standing *s)
{
    /* Answer 6.5 (place 4 of 4) goes here: where a grant may land */
    (void)standing_check, (void)earlier_check; not_implemented("6.5 where a grant may land");
}
