#include "lib/capability.h"

#include "lib/calls.h"

/*
 * No locks: the entrypoint runs on its clients' time, and a client may die while it is in here. Whoever waited for a lock
 * would then wait until somebody else called. The state of a number is one word instead:
 *
 *     bits 0-23   count
 *     bit 24      DELETING: somebody is about to delete the number, or has
 *     bits 32-63  owed: arrivals since then, not acknowledged
 *
 * While it is DELETING, arrivals count and leave their pins: the kernel then refuses to delete (PINNED), or has deleted
 * before and made the number anew for the arrival. Either way the count is right when DELETING goes, and only then the pins
 * do.
 */
#define DELETING  (1ull << 24)
#define COUNT     (DELETING - 1)
#define ONE_OWED  (1ull << 32)
#define OWED(word) ((word) >> 32)

enum {
    FIRST = SELECTORS_PER_TABLE, /* below: what the creator has put there, and the event table */
    WINDOW_ROOM = WINDOW_COUNT / 2, /* empty numbers when a window is chosen */
    WINDOW_USED = WINDOW_ROOM / 2,  /* after so many arrivals there is room for all threads still, and another is chosen */
};

static struct capability own_pd;
static uint32_t window;   /* where arrivals land */
static uint32_t arrivals; /* since it was chosen */

struct capability capability_own_pd(void)
{
    return own_pd;
}

void capability_init(struct capability pd)
{
    own_pd = pd;
}

/* The upper half is for arrivals, so that what is made here and what comes never want the same number. */
static uint32_t first_arrival(void)
{
    return capability_slots / 2;
}

static struct capability_slot *slot_of(struct capability c)
{
    return c.selector && c.selector < capability_slots ? &capability_slot[c.selector] : NULL;
}

static bool replace(struct capability_slot *slot, uint64_t *seen, uint64_t with)
{
    return __atomic_compare_exchange_n(&slot->state, seen, with, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Low numbers first: a table of 128 costs a page. */
uint32_t capability_number_new(void)
{
    for (uint32_t number = FIRST; number < first_arrival(); number++) {
        uint64_t empty = 0;
        if (!capability_slot[number].state && replace(&capability_slot[number], &empty, 1)) {
            capability_slot[number].generation++;
            return number;
        }
    }
    return 0;
}

void capability_number_free(uint32_t number)
{
    __atomic_store_n(&capability_slot[number].state, 0, __ATOMIC_RELEASE);
}

void capability_retain(struct capability c)
{
    struct capability_slot *slot = slot_of(c);

    if (slot)
        __atomic_add_fetch(&slot->state, 1, __ATOMIC_ACQ_REL);
}

/* The number is DELETING, by us. Ends with it empty, or counted again by those for whom it has arrived meanwhile. */
static void delete_number(struct capability_slot *slot, uint32_t number)
{
    uint64_t state, next;

    do {
        (void)delete(number);
        state = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
        do /* arrivals that have come and gone leave pins behind: then once more */
            next = state & COUNT ? state & COUNT : OWED(state) ? DELETING : 0;
        while (!replace(slot, &state, next));
        if (OWED(state))
            (void)pd_acknowledge(number, (uint32_t)OWED(state));
    } while (next == DELETING);
}

void capability_release(struct capability c)
{
    struct capability_slot *slot = slot_of(c);
    uint64_t state, next;

    if (!slot)
        return;
    state = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
    do {
        if (!(state & COUNT))
            return; /* more released than held: a programming error that harms nobody else */
        next = state - 1;
        if (!(next & COUNT) && !(state & DELETING))
            next |= DELETING;
    } while (!replace(slot, &state, next));
    if ((next & DELETING) && !(state & DELETING))
        delete_number(slot, c.selector);
}

/* ---- Arrivals ---------------------------------------------------------------------------------------------------------- */

/* A window in which enough numbers are empty for all threads of this component at once. */
static uint32_t find_window(void)
{
    const uint32_t begin = window ? window : first_arrival();
    uint32_t at = begin;

    do {
        uint32_t empty = 0;
        for (uint32_t i = 0; i < WINDOW_COUNT; i++)
            empty += !capability_slot[at + i].state;
        if (empty >= WINDOW_ROOM)
            return at;
        at = at + WINDOW_COUNT < capability_slots ? at + WINDOW_COUNT : first_arrival();
    } while (at != begin);
    return begin;
}

void capability_window(struct utcb *utcb, uint32_t records)
{
    utcb->records = records;
    utcb->object_count = 0;
    if (!records)
        return;
    if (!window || arrivals >= WINDOW_USED) {
        arrivals = 0;
        window = find_window();
    }
    utcb->object_base = window;
    utcb->object_count = WINDOW_COUNT;
}

struct capability capability_arrived(const struct item *item)
{
    const struct capability c = { (uint32_t)RANGE_BASE(item->range), ITEM_RIGHTS(item->how) };
    struct capability_slot *slot = slot_of(c);
    uint64_t state, next;

    if (ITEM_KIND(item->how) == ITEM_NULL || !slot)
        return NO_CAPABILITY;
    state = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
    do
        next = state + 1 + (state & DELETING ? ONE_OWED : 0);
    while (!replace(slot, &state, next));
    arrivals++;
    if (!(next & DELETING))
        (void)pd_acknowledge(c.selector, 1);
    return c;
}

struct item capability_item(struct capability c)
{
    if (!capability_valid(c))
        return (struct item){ 0, 0 };
    return (struct item){ RANGE(c.selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, c.rights, 0) };
}
