/*
 * From one PD to another: the rules of ABI.md §4.2, checked first and then done.
 *
 * A message can bring many items. All are prepared before the first is committed, each as if those before it were
 * already there; what they will have changed is in the array t, and nowhere else. Between prepare and commit nothing changes but by
 * the commits of the message's own items.
 */
#include "caps.h"

#include "panic.h"

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
    struct earlier e = {0};

    for (unsigned i = 0; i < n; i++) {
        if (t[i].object != t[n].object || !t[i].target)
            continue;
        e.place = t[i].target;
        e.pins++;
        e.same_source |= t[n].source && t[i].source == t[n].source;
    }
    return e;
}

/* Whether an item before t[n] lands in these numbers. */
static bool taken_earlier(const struct transfer t[], unsigned n, uint64_t first, uint64_t count)
{
    for (unsigned i = 0; i < n; i++)
        if (t[i].object && t[i].target && t[i].target - first < count)
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
    const uint32_t rights = ITEM_RIGHTS(t->how); //! skeleton: (void)rights_of, (void)sent_entry; not_implemented("4.5 delegate");

    if (!rights)
        return BAD_PAR;
    const struct capability *entry = sent_entry(t);
    if (!entry)
        return BAD_CAP;
    t->object = entry->object;
    if (rights & ~(uint32_t)rights_of[t->object->type])
        return BAD_PAR;
    t->source = grant_source(entry->grants, rights);
    return t->source ? SUCCESS : BAD_CAP;
    //! answer 4.5 end
}

/* The lowest empty number of the window, with what it costs; 0: there is none. */
static uint64_t arrive_prepare(const struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.5 begin
    const struct pd *to = t[n].to; //! skeleton: (void)taken_earlier; not_implemented("4.5 delegate");
    const uint64_t end = t[n].window_base + t[n].window_count;

    for (uint64_t number = t[n].window_base; number < end && number < SELECTOR_COUNT; number++) {
        if (!number || number_taken(number_entry(to, number)) || taken_earlier(t, n, number, 1))
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
    const struct grant *above = t->source->parent; //! skeleton: not_implemented("4.5 delegate");

    return t->from == t->to || (above && above->pd == t->to && grant_live(above));
    //! answer 4.5 end
}

static enum status object_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.5 begin
    struct transfer *own = &t[n]; //! skeleton: (void)source_check, (void)arrive_prepare, (void)goes_back, (void)earlier_items;
    //! skeleton: not_implemented("4.5 delegate");
    const enum status status = source_check(own);

    if (status != SUCCESS)
        return status;
    const uint64_t number = own->window_count ? number_find(own->to, own->object) : 0;
    const struct earlier e = earlier_items(t, n);
    own->target = !own->window_count ? 0 : number ? number : e.place ? e.place : arrive_prepare(t, n, bill);
    if (!own->target)
        return NO_WINDOW;
    const struct capability *entry = number_entry(own->to, own->target);
    if (goes_back(own))
        own->source = NULL;
    else
        own->records = !e.same_source && !grant_from(number_grants(entry), own->source);
    bill->cells += own->records;
    return entry->pins >= PIN_MAX - e.pins || (own->records && grant_full(number_grants(entry))) ? TOO_MANY : SUCCESS;
    //! answer 4.5 end
}

/* The receiver learns the number that it has already, or will have by an item before this one. */
static enum status translate_prepare(struct transfer t[], unsigned n)
{
    //! answer 4.5 begin
    struct transfer *own = &t[n]; //! skeleton: (void)earlier_items; not_implemented("4.5 delegate");
    const struct capability *entry = sent_entry(own);

    if (!entry)
        return BAD_CAP;
    own->object = entry->object;
    if (!own->window_count)
        return SUCCESS;
    const struct earlier e = earlier_items(t, n);
    const uint64_t number = number_find(own->to, own->object);
    own->target = number_live(number_entry(own->to, number)) ? number : e.place;
    return number_entry(own->to, own->target)->pins >= PIN_MAX - e.pins ? TOO_MANY : SUCCESS;
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
    own->target = 0;
    own->object = NULL;
    own->source = NULL;
    switch (ITEM_KIND(own->how)) {
    case ITEM_NULL:
        own->how = 0; /* of a null item only the kind is read */
        return SUCCESS;
    case ITEM_TRANSLATE:
        return type == TYPE_OBJECT && is_plain(own) && !ITEM_RIGHTS(own->how) ? translate_prepare(t, n) : BAD_PAR;
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
    const struct offer offer = { //! skeleton: not_implemented("4.5 delegate");
        .parent = t->source, .place = t->target, .what = (uint64_t)t->object, .type = TYPE_OBJECT, .rights = ITEM_RIGHTS(t->how),
    };

    if (t->source && !number_taken(number_entry(t->to, t->target)))
        number_take(t->to, t->target, t->object);
    if (t->source)
        grant_give(t->to, &offer);
    struct capability *entry = number_entry(t->to, t->target);
    entry->pins += pin;
    return ITEM_KIND(t->how) == ITEM_TRANSLATE ? entry->rights : offer.rights;
    //! answer 4.5 end
}

struct item cap_commit(struct transfer *t, bool pin)
{
    const unsigned kind = ITEM_KIND(t->how), type = ITEM_TYPE(t->how);
    uint32_t rights = ITEM_RIGHTS(t->how);

    if (t->object && t->target)
        rights = object_commit(t, pin);
    else if (type == TYPE_MEMORY || type == TYPE_PORTS)
        space_commit(t);
    else
        return (struct item){0, 0};
    return (struct item){RANGE(t->target, RANGE_ORDER(t->range)), ITEM(kind, type, rights, 0)};
}
