/*
 * From one PD to another: the rules of ABI.md §4.2, checked first and then done.
 *
 * A message can bring many items. All are prepared before the first is committed, each as if those before it were
 * already there; what they will have changed is in the array t, and nowhere else.
 */
#include "caps.h"

#include "panic.h"
#include "trace.h"

enum step {
    STEP_NOTHING, /* the receiver's own grant is above the source, or is the source */
    STEP_WIDEN,   /* there is, or will be, a grant from this source */
    STEP_ADD,     /* one more under a number that is there, live or reserved */
    STEP_ARRIVE,  /* a new number */
};

static uint32_t rights_of(uint32_t type)
{
    static const uint8_t rights[] = {
        [TYPE_PD] = PD_RIGHTS, [TYPE_EC] = EC_RIGHTS, [TYPE_SC] = SC_RIGHTS,
        [TYPE_PT] = PT_RIGHTS, [TYPE_SM] = SM_RIGHTS, [TYPE_KERNEL] = KERNEL_RIGHTS,
    };

    return rights[type];
}

/* The oldest grant that covers rights. Nothing is put together from two, so that one revoke takes back what one item gave. */
static struct grant *source_find(const struct capability *entry, uint32_t rights)
{
    struct grant *g = entry->grants;

    while (g && rights & ~grant_live(g))
        g = g->here_next;
    return g;
}

static struct grant *known_find(const struct capability *entry, const struct grant *source)
{
    struct grant *g = number_grants(entry);

    while (g && (g->parent != source || !grant_live(g)))
        g = g->here_next;
    return g;
}

static enum status source_check(struct transfer *t)
{
    //! answer 4.4 begin
    if (!t->rights) //! skeleton: (void)rights_of, (void)source_find; not_implemented("4.4 what a delegation will do");
        return BAD_PAR;
    if (t->selector >= SELECTOR_COUNT)
        return BAD_CAP;
    const struct capability *entry = number_entry(t->from, t->selector);
    if (!number_live(entry))
        return BAD_CAP;
    t->object = entry->object;
    if (t->rights & ~rights_of(t->object->type))
        return BAD_PAR;
    t->source = source_find(entry, t->rights);
    return t->source ? SUCCESS : BAD_CAP;
    //! answer 4.4 end
}

/* What the items before t[n] bring to the same PD. */
struct earlier {
    uint32_t place;   /* of this object; 0: none brings it */
    uint32_t pins;    /* how many do */
    bool same_source; /* one of them makes or widens the grant from t[n]'s source */
};

static struct earlier earlier_items(const struct transfer t[], unsigned n)
{
    struct earlier e = {0};

    for (unsigned i = 0; i < n; i++) {
        if (t[i].to != t[n].to || t[i].object != t[n].object)
            continue;
        e.place = t[i].place;
        e.pins++;
        e.same_source |= t[i].source == t[n].source && t[i].step != STEP_NOTHING;
    }
    return e;
}

static bool taken_earlier(const struct transfer t[], unsigned n, uint32_t number)
{
    for (unsigned i = 0; i < n; i++)
        if (t[i].to == t[n].to && t[i].step == STEP_ARRIVE && t[i].place == number)
            return true;
    return false;
}

static bool table_earlier(const struct transfer t[], unsigned n, uint32_t number)
{
    for (unsigned i = 0; i < n; i++)
        if (t[i].to == t[n].to && t[i].step == STEP_ARRIVE && t[i].place / SELECTORS_PER_TABLE == number / SELECTORS_PER_TABLE)
            return true;
    return false;
}

/* The lowest empty number of the window, with what it costs. */
static enum status arrive_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.4 begin
    struct transfer *own = &t[n]; //! skeleton: (void)taken_earlier;
    //! skeleton: (void)table_earlier;
    //! skeleton: not_implemented("4.4 what a delegation will do");
    uint32_t number = own->window_base ? own->window_base : 1, left = own->window_count;

    left -= own->window_base ? 0 : 1;
    while (left && number < SELECTOR_COUNT && (number_taken(number_entry(own->to, number)) || taken_earlier(t, n, number)))
        number++, left--;
    if (!left || number >= SELECTOR_COUNT)
        return NO_WINDOW;
    own->place = number;
    own->step = STEP_ARRIVE;
    if (table_missing(own->to, number) && !table_earlier(t, n, number))
        bill->pages++;
    return SUCCESS;
    //! answer 4.4 end
}

/* What is to be done when the receiver has a number for the object, or will have one. */
static uint32_t known_step(struct transfer *t, const struct earlier *e)
{
    //! answer 4.4 begin
    const struct capability *entry = number_entry(t->to, t->place); //! skeleton: (void)known_find;
    //! skeleton: not_implemented("4.4 what a delegation will do");
    const struct grant *above = t->source->parent;

    if (t->from == t->to || (above && above->pd == t->to && grant_live(above)))
        return STEP_NOTHING;
    t->known = known_find(entry, t->source);
    return t->known || e->same_source ? STEP_WIDEN : STEP_ADD;
    //! answer 4.4 end
}

enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    //! answer 4.4 begin
    struct transfer *own = &t[n]; //! skeleton: (void)source_check;
    //! skeleton: (void)arrive_prepare;
    //! skeleton: (void)known_step;
    //! skeleton: (void)earlier_items;
    //! skeleton: not_implemented("4.4 what a delegation will do");
    enum status status = source_check(own);

    if (status != SUCCESS)
        return status;
    if (!own->window_count)
        return NO_WINDOW;
    const struct earlier e = earlier_items(t, n);
    const uint32_t number = number_find(own->to, own->object);
    own->known = NULL;
    own->place = number ? number : e.place;
    if (own->place)
        own->step = known_step(own, &e);
    else if ((status = arrive_prepare(t, n, bill)) != SUCCESS)
        return status;
    if (number && number_entry(own->to, number)->pins >= PIN_MAX - e.pins)
        return TOO_MANY;
    own->record = own->step >= STEP_ADD;
    bill->cells += own->record;
    return SUCCESS;
    //! answer 4.4 end
}

/* The grant gets back what another removal was taking: it has been sent anew, and what was below it is still being taken. */
static void grant_widen(struct grant *grant, uint32_t rights)
{
    grant->rights |= rights;
    grant->dying &= ~rights;
    number_entry(grant->pd, grant->selector)->rights |= rights;
}

void cap_commit(struct transfer *t, bool pin)
{
    if (t->step != STEP_NOTHING)
        trace(TRACE_DELEGATE, trace_name(t->object), t->to, t->place, TRACE_PLACE(t->rights, t->object->type, 0));
    //! answer 4.5 begin
    struct pd *to = t->to; //! skeleton: (void)grant_widen; not_implemented("4.5 delegate");

    if (t->step == STEP_ARRIVE)
        number_take(to, t->place, t->object);
    struct capability *entry = number_entry(to, t->place);
    switch (t->step) {
    case STEP_WIDEN:
        grant_widen(t->known ? t->known : known_find(entry, t->source), t->rights);
        break;
    case STEP_ADD:
    case STEP_ARRIVE:
        grant_make(to, t->source, to, t->place, t->object, t->rights);
        break;
    }
    entry->pins += pin;
    //! answer 4.5 end
}
