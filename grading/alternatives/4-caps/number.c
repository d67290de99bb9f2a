/*
 * A PD's numbers: tables that come with their first number, and the index that leads from an object to its number.
 *
 *     directory            table                          bucket[hash(object)] ─> number ─next─> number ─next─> 0
 *     [0] ──────────────>  128 entries
 *     [1] ──> empty_table <── [2], [3], …
 *
 * The index needs no memory of its own: its buckets are in the PD's page, its chains go through the entries. So a delegation that
 * finds the object known cannot fail for want of memory.
 */
#include "pool.h"

/* Read-only, so that writing an entry without having bought its table is a page fault here and not a number for everybody. */
static const struct capability no_entries[SELECTORS_PER_TABLE] __attribute__((aligned(ACCOUNT_UNIT)));
struct capability *const empty_table = (struct capability *)no_entries;

/* The directory of all PDs without a number: a new PD costs little before it is used. */
static const struct capability *const no_tables[CAP_TABLES] = {[0 ... CAP_TABLES - 1] = no_entries};

static inline uint64_t serial_of(const struct capability *entry)
{
    return entry->object ? entry->object->serial : entry->serial;
}

/*
 * Objects are numbered in turn, so those that are made together are in different buckets; and who makes one for himself in each
 * round of a program is not always in the same.
 */
static inline uint32_t bucket_of(uint64_t serial)
{
    return (serial ^ serial / PD_BUCKETS) % PD_BUCKETS;
}

bool cap_space_init(struct pd *pd)
{
    struct pd *payer = pd->object.payer ? pd->object.payer : pd;

    pd->directory = (struct capability **)no_tables;
    pd->own = page_take(payer);
    return pd->own;
}

/* While a PD has no number its buckets are whatever was in the page. */
static inline bool has_numbers(const struct pd *pd)
{
    return pd->directory == pd->own;
}

uint32_t number_find(const struct pd *pd, const struct object *object)
{
    if (!has_numbers(pd))
        return 0;
    for (uint32_t number = pd->bucket[bucket_of(object->serial)]; number; number = number_entry(pd, number)->next)
        if (serial_of(number_entry(pd, number)) == object->serial)
            return number;
    return 0;
}

static void index_add(struct pd *pd, uint32_t number)
{
    struct capability *entry = number_entry(pd, number);
    uint16_t *first = &pd->bucket[bucket_of(serial_of(entry))];

    entry->next = *first;
    *first = number;
}

/* The order in a chain says nothing: it is taken down, and put up again without the one that goes. */
static void index_remove(struct pd *pd, uint32_t number)
{
    uint16_t *bucket = &pd->bucket[bucket_of(serial_of(number_entry(pd, number)))];
    uint32_t rest = *bucket;

    *bucket = 0;
    while (rest) {
        struct capability *entry = number_entry(pd, rest);
        const uint32_t next = entry->next;
        if (rest != number) {
            entry->next = *bucket;
            *bucket = rest;
        }
        rest = next;
    }
}

/* What a PD has from its first number on: a directory in which all tables are missing, and an index in which nothing is. */
static void numbers_begin(struct pd *pd)
{
    words_fill(pd->own, CAP_TABLES, (uint64_t)empty_table);
    words_fill(pd->bucket, sizeof pd->bucket / 8, 0);
    pd->directory = pd->own;
}

struct capability *number_take(struct pd *pd, uint32_t selector, const struct object *object)
{
    if (!has_numbers(pd))
        numbers_begin(pd);
    if (table_missing(pd, selector))
        pd->directory[selector / SELECTORS_PER_TABLE] = page_alloc(pd);
    struct capability *entry = number_entry(pd, selector);
    entry->serial = object->serial;
    index_add(pd, selector);
    return entry;
}

/* The entry shows what its grants say: without any the number is reserved for the object. */
static void number_show(struct capability *entry, struct object *object, struct grant *oldest)
{
    entry->rights = grant_rights(oldest);
    entry->object = oldest ? object : NULL;
    if (oldest)
        entry->grants = oldest;
    else
        entry->serial = object->serial;
}

struct capability *number_give(struct pd *pd, const struct offer *o)
{
    struct object *object = (struct object *)o->what;
    struct capability *entry = number_entry(pd, o->place);

    if (!number_taken(entry))
        entry = number_take(pd, o->place, object);
    struct grant *oldest = number_grants(entry);
    grant_give(pd, &oldest, o);
    number_show(entry, object, oldest);
    return entry;
}

void number_changed(const struct grant *grant, struct grant *now)
{
    number_show(number_entry(grant->pd, grant->place), (struct object *)grant->what, now);
}

void number_forget(struct pd *pd, uint32_t selector)
{
    struct capability *entry = number_entry(pd, selector);
    const bool pinned = entry->pins && !pd->object.dying;

    if (!number_taken(entry) || entry->object || pinned)
        return;
    index_remove(pd, selector);
    *entry = (struct capability){0};
}
