/*
 * From one PD to another: the rules of ABI.md §4.2, checked first and then done.
 *
 * A message can bring many items. All are prepared before the first is committed, each as if those before it were
 * already there; what they will have changed is in the array t, and nowhere else. Between prepare and commit nothing changes but by
 * the commits of the message's own items.
 */
#include "caps.h"

#include "panic.h"
#include "path.h"

static const uint8_t rights_of[] = {
    [TYPE_PD] = PD_RIGHTS, [TYPE_EC] = EC_RIGHTS, [TYPE_SC] = SC_RIGHTS,
    [TYPE_PT] = PT_RIGHTS, [TYPE_SM] = SM_RIGHTS, [TYPE_KERNEL] = KERNEL_RIGHTS,
};

/* What the items before t[n] bring to the same PD. */
struct earlier {
    uint64_t place;   /* of this object; 0: none brings it */
    uint32_t pins;    /* how many do */
    bool same_source; /* one of them makes or widens the grant from t[n]'s source */
};

static struct earlier earlier_items(const struct transfer t[], unsigned n)
{
    const struct offer *own = &t[n].offer;
    struct earlier e = {0};

    for (unsigned i = 0; i < n; i++) {
        const struct offer *o = &t[i].offer;
        if (o->type != TYPE_OBJECT || o->what != own->what || !o->place)
            continue;
        e.place = o->place;
        e.pins++;
        e.same_source |= own->parent && o->parent == own->parent;
    }
    return e;
}

/* Whether an item before t[n] lands in these numbers. */
static bool taken_earlier(const struct transfer t[], unsigned n, uint64_t first, uint64_t count)
{
    for (unsigned i = 0; i < n; i++)
        if (t[i].offer.type == TYPE_OBJECT && t[i].offer.place && t[i].offer.place - first < count)
            return true;
    return false;
}

/* The entry that an item names in the sender's PD, if it is live; else NULL. */
static const struct capability *sent_entry(const struct transfer *t)
{
    const uint64_t selector = RANGE_BASE(t->range);
    const struct capability *entry = selector < SELECTOR_COUNT ? number_entry(t->from, selector) : NULL;

    return entry && number_live(entry) ? entry : NULL;
}

static enum status source_check(struct transfer *t)
{
    //! answer 4.5 begin
    struct offer *o = &t->offer; //! skeleton: (void)rights_of, (void)sent_entry; not_implemented("4.5 delegate");

    if (!o->rights)
        return BAD_PAR;
    const struct capability *entry = sent_entry(t);
    if (!entry)
        return BAD_CAP;
    if (o->rights & ~rights_of[entry->object->type])
        return BAD_PAR;
    o->what = (uint64_t)entry->object;
    o->parent = grant_source(entry->grants, o->rights);
    return o->parent ? SUCCESS : BAD_CAP;
    //! answer 4.5 end
}

/* The lowest empty number of the window, with what it costs; 0: there is none. */
static uint64_t arrive_prepare(const struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.5 begin
    const struct pd *to = t[n].to; //! skeleton: (void)taken_earlier; not_implemented("4.5 delegate");
    const uint64_t end = t[n].window_base + t[n].window_count;

    for (uint64_t number = t[n].window_base; number < end; number++) {
        if (number_taken(number_entry(to, number)) || taken_earlier(t, n, number, 1))
            continue;
        const uint64_t table = number & -(uint64_t)SELECTORS_PER_TABLE;
        bill->pages += table_missing(to, number) && !taken_earlier(t, n, table, SELECTORS_PER_TABLE);
        return number;
    }
    return 0;
    //! answer 4.5 end
}

/* The receiver's own grant is the source, or above it: so what is sent adds nothing. */
static bool goes_back(const struct transfer *t)
{
    //! answer 4.5 begin
    const struct grant *above = t->offer.parent->parent; //! skeleton: not_implemented("4.5 delegate");

    return t->from == t->to || (above && above->pd == t->to && grant_live(above));
    //! answer 4.5 end
}

/* The receiver has the object under this number, live or reserved. */
static enum status known_prepare(struct transfer *own, uint32_t number, const struct earlier *e)
{
    //! answer 4.5 begin
    const struct capability *entry = number_entry(own->to, number); //! skeleton: (void)goes_back; not_implemented("4.5 delegate");
    struct grant *grants = number_grants(entry);

    own->offer.place = number;
    if (goes_back(own))
        own->offer.parent = NULL;
    else
        own->records = !e->same_source && !grant_from(grants, own->offer.parent);
    return entry->pins >= PIN_MAX - e->pins || (own->records && grant_full(grants)) ? TOO_MANY : SUCCESS;
    //! answer 4.5 end
}

static enum status object_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.5 begin
    struct transfer *own = &t[n]; //! skeleton: (void)source_check, (void)arrive_prepare, (void)known_prepare, (void)earlier_items;
    //! skeleton: not_implemented("4.5 delegate");
    enum status status = source_check(own);

    if (status != SUCCESS)
        return status;
    if (!own->window_count)
        return NO_WINDOW;
    const struct earlier e = earlier_items(t, n);
    const uint32_t number = number_find(own->to, (struct object *)own->offer.what);
    if (number) {
        status = known_prepare(own, number, &e);
    } else {
        own->records = !e.same_source;
        own->offer.place = e.place ? e.place : arrive_prepare(t, n, bill);
        status = own->offer.place ? SUCCESS : NO_WINDOW;
    }
    bill->cells += own->records;
    return status;
    //! answer 4.5 end
}

/* The receiver learns the number that it has already, or will have by an item before this one. */
static RARE enum status translate_prepare(struct transfer t[], unsigned n)
{
    //! answer 4.5 begin
    struct transfer *own = &t[n]; //! skeleton: (void)earlier_items; not_implemented("4.5 delegate");
    const struct capability *entry = sent_entry(own);

    if (!entry)
        return BAD_CAP;
    own->offer.what = (uint64_t)entry->object;
    if (!own->window_count)
        return SUCCESS;
    const struct earlier e = earlier_items(t, n);
    const uint64_t number = number_find(own->to, entry->object);
    own->offer.place = number_live(number_entry(own->to, number)) ? number : e.place;
    return number_entry(own->to, own->offer.place)->pins >= PIN_MAX - e.pins ? TOO_MANY : SUCCESS;
    //! answer 4.5 end
}

/* Objects have no order, and a spot is for memory only. */
static bool is_plain(const struct transfer *t)
{
    return !RANGE_ORDER(t->range) && !ITEM_SPOT(t->how);
}

enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    struct transfer *own = &t[n];
    const unsigned type = ITEM_TYPE(own->how);

    own->records = 0;
    own->offer = (struct offer){.type = type, .rights = ITEM_RIGHTS(own->how)};
    switch (ITEM_KIND(own->how)) {
    case ITEM_NULL:
        own->how = own->offer.type = 0; /* of a null item only the kind is read */
        return SUCCESS;
    case ITEM_TRANSLATE:
        return type == TYPE_OBJECT && is_plain(own) && !own->offer.rights ? translate_prepare(t, n) : BAD_PAR;
    case ITEM_DELEGATE:
        if (type == TYPE_OBJECT)
            return is_plain(own) ? object_prepare(t, n, bill) : BAD_PAR;
        return type == TYPE_MEMORY || type == TYPE_PORTS ? space_prepare(t, n, bill) : BAD_PAR;
    default:
        return BAD_PAR;
    }
}

/* Returns the rights that the receiver is told. */
static uint32_t object_commit(const struct transfer *t, bool pin)
{
    //! answer 4.5 begin
    const struct offer *o = &t->offer; //! skeleton: not_implemented("4.5 delegate");
    struct capability *entry = o->parent ? number_give(t->to, o) : number_entry(t->to, o->place);

    entry->pins += pin;
    return ITEM_KIND(t->how) == ITEM_TRANSLATE ? entry->rights : o->rights;
    //! answer 4.5 end
}

struct item cap_commit(struct transfer *t, bool pin)
{
    const unsigned type = t->offer.type;
    uint32_t rights = ITEM_RIGHTS(t->how);

    if (type == TYPE_OBJECT && t->offer.place)
        rights = object_commit(t, pin);
    else if (type == TYPE_MEMORY || type == TYPE_PORTS)
        space_commit(t);
    else
        return (struct item){0, 0};
    return (struct item){RANGE(t->offer.place, RANGE_ORDER(t->range)), ITEM(ITEM_KIND(t->how), type, rights, 0)};
}
