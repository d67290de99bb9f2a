#include "lib/capability.h"

#include "lib/calls.h"
#include "lib/lock.h"

enum {
    FIRST = SELECTORS_PER_TABLE, /* below: what the creator has put there, and the event table */
    WINDOW_ROOM = WINDOW_COUNT / 2,
};

static struct capability own_pd;
static struct lock lock;
static uint32_t next_number = FIRST;
static uint32_t window;

struct capability capability_own_pd(void)
{
    return own_pd;
}

/* The upper half is for arrivals, so that what is made here and what comes never want the same number. */
static uint32_t first_arrival(void)
{
    return capability_slots / 2;
}

enum outcome capability_init(struct capability pd)
{
    own_pd = pd;
    return lock_init(&lock);
}

uint32_t capability_number_new(void)
{
    const uint32_t end = first_arrival();
    uint32_t found = 0;

    lock_take(&lock);
    for (uint32_t tried = FIRST; tried < end && !found; tried++) {
        if (next_number == end)
            next_number = FIRST;
        if (!capability_slot[next_number].count)
            found = next_number;
        next_number++;
    }
    if (found) {
        capability_slot[found].count = 1;
        capability_slot[found].generation++;
    }
    lock_release(&lock);
    return found;
}

void capability_number_free(uint32_t number)
{
    capability_slot[number].count = 0;
    if (number < next_number)
        next_number = number; /* low numbers first: a table of 128 costs a page */
}

static struct capability_slot *slot_of(struct capability c)
{
    return c.selector && c.selector < capability_slots ? &capability_slot[c.selector] : NULL;
}

void capability_retain(struct capability c)
{
    struct capability_slot *slot = slot_of(c);

    if (!slot)
        return;
    lock_take(&lock);
    slot->count++;
    lock_release(&lock);
}

/* Counting and deleting are one step: else an arrival between them would be counted, acknowledged and then deleted. */
void capability_release(struct capability c)
{
    struct capability_slot *slot = slot_of(c);

    if (!slot)
        return;
    lock_take(&lock);
    if (slot->count && --slot->count == 0) {
        (void)delete(c.selector); /* PINNED: it has just arrived again, and belongs to whom it has arrived for */
        if (c.selector < first_arrival() && c.selector < next_number)
            next_number = c.selector;
    }
    lock_release(&lock);
}

/* A window in which enough numbers are empty for all threads of this component at once. */
static uint32_t find_window(void)
{
    uint32_t at = window ? window : (window = first_arrival());

    do {
        uint32_t empty = 0;
        for (uint32_t i = 0; i < WINDOW_COUNT; i++)
            empty += !capability_slot[at + i].count;
        if (empty >= WINDOW_ROOM)
            return at;
        at = at + WINDOW_COUNT < capability_slots ? at + WINDOW_COUNT : first_arrival();
    } while (at != window);
    return window;
}

void capability_window(struct utcb *utcb, uint32_t records)
{
    utcb->records = records;
    utcb->object_count = 0;
    if (!records)
        return;
    lock_take(&lock);
    window = find_window();
    utcb->object_base = window;
    utcb->object_count = WINDOW_COUNT;
    lock_release(&lock);
}

struct capability capability_arrived(const struct item *item)
{
    const struct capability c = { (uint32_t)RANGE_BASE(item->range), ITEM_RIGHTS(item->how) };
    struct capability_slot *slot = slot_of(c);

    if (ITEM_KIND(item->how) == ITEM_NULL || !slot)
        return NO_CAPABILITY;
    lock_take(&lock);
    slot->count++;
    (void)pd_acknowledge(c.selector, 1);
    lock_release(&lock);
    return c;
}

struct item capability_item(struct capability c)
{
    if (!capability_valid(c))
        return (struct item){ 0, 0 };
    return (struct item){ RANGE(c.selector, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, c.rights, 0) };
}
