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
    /* Answer 4.4 (place 1 of 4) goes here: what a delegation will do */
    (void)rights_of, (void)source_find; not_implemented("4.4 what a delegation will do");
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
    /* Answer 4.4 (place 2 of 4) goes here: what a delegation will do */
    (void)taken_earlier;
    (void)table_earlier;
    not_implemented("4.4 what a delegation will do");
}

/* What is to be done when the receiver has a number for the object, or will have one. */
static uint32_t known_step(struct transfer *t, const struct earlier *e)
{
    /* Answer 4.4 (place 3 of 4) goes here: what a delegation will do */
    (void)known_find;
    not_implemented("4.4 what a delegation will do");
}

enum status cap_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    /* Answer 4.4 (place 4 of 4) goes here: what a delegation will do */
    (void)source_check;
    (void)arrive_prepare;
    (void)known_step;
    (void)earlier_items;
    not_implemented("4.4 what a delegation will do");
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
    /* Answer 4.5 (place 3 of 3) goes here: delegate */
    (void)grant_widen; not_implemented("4.5 delegate");
}
