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
    //! answer 6.5 begin
    const bool memory = o->type == TYPE_MEMORY; //! skeleton: not_implemented("6.5 where a grant may land");
    const struct look look = memory ? table_look(pd, o->place, o->order) : (struct look){.state = TABLE_MAPPED};

    s->missing = look.missing;
    if (look.state == TABLE_FREE)
        return SUCCESS;
    if (look.state == TABLE_OTHER_SIZE)
        return CONFLICT;
    struct grant *head = space_grants(pd, o->type, o->place, o->order);
    if (!head)
        return memory ? OCCUPIED : SUCCESS;
    if (head->what != o->what)
        return CONFLICT;
    s->rights = grant_rights(head);
    s->derived = grant_from(head, o->parent);
    s->full = grant_full(head);
    return SUCCESS;
    //! answer 6.5 end
}

static inline bool overlap(uint64_t a, uint64_t a_order, uint64_t b, uint64_t b_order)
{
    return a < b + ORDER_PAGES(b_order) && b < a + ORDER_PAGES(a_order);
}

/* What t will have put there. */
static RARE enum status earlier_check(const struct transfer *t, const struct offer *o, struct standing *s)
{
    //! answer 6.5 begin
    const struct offer *e = &t->offer; //! skeleton: not_implemented("6.5 where a grant may land");
    struct offer room;

    if (e->type != o->type || !overlap(e->place, RANGE_ORDER(t->range), o->place, o->order))
        return SUCCESS;
    if (e->order != o->order)
        return o->type == TYPE_MEMORY ? CONFLICT : SUCCESS;
    e = item_offer(t, (o->place - e->place) >> o->order, &room);
    if (e->what != o->what)
        return CONFLICT;
    s->rights |= e->rights;
    s->derived |= e->parent == o->parent;
    return SUCCESS;
    //! answer 6.5 end
}

enum status target_check(const struct pd *pd, const struct offer *o, const struct transfer t[], unsigned n,
                         struct standing *s)
{
    //! answer 6.5 begin
    *s = (struct standing){0}; //! skeleton: (void)standing_check, (void)earlier_check; not_implemented("6.5 where a grant may land");
    enum status status = standing_check(pd, o, s);

    for (unsigned i = 0; status == SUCCESS && i < n; i++)
        if (is_area(&t[i]))
            status = earlier_check(&t[i], o, s);
    if (status != SUCCESS)
        return status;
    if (o->type == TYPE_MEMORY && !(WRITE_AND_EXECUTE & ~(s->rights | o->rights)))
        return CONFLICT;
    return s->full && !s->derived ? TOO_MANY : SUCCESS;
    //! answer 6.5 end
}
