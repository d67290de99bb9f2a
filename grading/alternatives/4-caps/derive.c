/*
 * From one PD to another: the rules of ABI.md §4.2, checked first and then done.
 *
 * A message can bring many items. All are prepared before the first is committed, each as if those before it were
 * already there; what they will have changed is in the array t, and nowhere else. Between prepare and commit nothing changes but by
 * the commits of the message's own items.
 */
#include "caps.h"

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

/* From which of its grants the sender gives; the form comes first as far as it can be told without an object. */
static enum status source_check(struct transfer *t)
{
    struct offer *own = &t->offer;
    const struct capability *entry = sent_entry(t);

    if (!own->rights)
        return BAD_PAR;
    if (!entry)
        return BAD_CAP;
    if (own->rights & ~rights_of[entry->object->type])
        return BAD_PAR;
    own->what = (uint64_t)entry->object;
    own->parent = grant_source(entry->grants, own->rights);
    return own->parent ? SUCCESS : BAD_CAP;
}

/* Whether a number is taken now, or by an item before t[n]. Number 0 is not to be had. */
static bool is_taken(const struct transfer t[], unsigned n, uint64_t number)
{
    return !number || number_taken(number_entry(t[n].to, number)) || taken_earlier(t, n, number, 1);
}

/* The lowest empty number of the window, with what it costs; 0: there is none. */
static uint64_t arrive_prepare(const struct transfer t[], unsigned n, struct bill *bill)
{
    const uint64_t end = t[n].window_base + t[n].window_count;
    uint64_t number = t[n].window_base;

    while (number < end && is_taken(t, n, number))
        number++;
    if (number == end)
        return 0;
    const uint64_t table = number - number % SELECTORS_PER_TABLE;
    if (table_missing(t[n].to, number) && !taken_earlier(t, n, table, SELECTORS_PER_TABLE))
        bill->pages++;
    return number;
}

/*
 * The receiver's own grant is the source, or above it: so what is sent adds nothing. Within a PD the source itself stands under
 * the number; sent straight back, what it was derived from.
 */
static bool goes_back(const struct grant *under_number, const struct grant *source)
{
    for (const struct grant *g = under_number; g; g = g->younger)
        if (g == source || (g == source->parent && grant_live(g)))
            return true;
    return false;
}

/* One pin more than the number has, with those of the items before. */
static bool pins_full(const struct capability *entry, const struct earlier *e)
{
    return (uint64_t)entry->pins + e->pins + 1 > PIN_MAX;
}

/* The receiver has the object under this number, live or reserved. */
static enum status known_prepare(struct transfer *own, uint32_t number, const struct earlier *e)
{
    const struct capability *entry = number_entry(own->to, number);
    struct grant *grants = number_grants(entry);

    if (pins_full(entry, e))
        return TOO_MANY;
    own->offer.place = number;
    if (goes_back(grants, own->offer.parent)) {
        own->offer.parent = NULL;
        return SUCCESS;
    }
    if (e->same_source || grant_from(grants, own->offer.parent))
        return SUCCESS;
    own->records = 1;
    return grant_full(grants) ? TOO_MANY : SUCCESS;
}

/* Nothing of the receiver's leads to the object yet, unless an item before this one brings it. */
static enum status unknown_prepare(struct transfer t[], unsigned n, const struct earlier *e, struct bill *bill)
{
    struct transfer *own = &t[n];

    own->offer.place = e->place ? e->place : arrive_prepare(t, n, bill);
    own->records = !e->same_source;
    return own->offer.place ? SUCCESS : NO_WINDOW;
}

static enum status object_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    struct transfer *own = &t[n];
    enum status status = source_check(own);

    if (status != SUCCESS)
        return status;
    if (!own->window_count)
        return NO_WINDOW;
    const struct earlier e = earlier_items(t, n);
    const uint32_t number = number_find(own->to, (const struct object *)own->offer.what);
    status = number ? known_prepare(own, number, &e) : unknown_prepare(t, n, &e, bill);
    if (status == SUCCESS)
        bill->cells += own->records;
    return status;
}

/* The receiver learns the number that it has already, or will have by an item before this one. */
static RARE enum status translate_prepare(struct transfer t[], unsigned n)
{
    struct transfer *own = &t[n];
    const struct capability *sent = sent_entry(own);

    if (!sent)
        return BAD_CAP;
    if (!own->window_count)
        return SUCCESS;
    own->offer.what = (uint64_t)sent->object;
    const struct earlier e = earlier_items(t, n);
    const uint32_t number = number_find(own->to, sent->object);
    const struct capability *entry = number_entry(own->to, number); /* number 0: the empty one */
    const uint64_t place = number_live(entry) ? number : e.place;
    if (place && pins_full(entry, &e))
        return TOO_MANY;
    own->offer.place = place;
    return SUCCESS;
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

/* Returns the rights that the receiver is told: of a delegation the item's, behind a translation all that he has. */
static uint32_t object_commit(const struct transfer *t, bool pin)
{
    struct capability *entry = t->offer.parent ? number_give(t->to, &t->offer) : number_entry(t->to, t->offer.place);

    entry->pins += pin;
    return ITEM_KIND(t->how) == ITEM_TRANSLATE ? entry->rights : t->offer.rights;
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
