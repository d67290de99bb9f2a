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
#include "panic.h"
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

/* Objects are numbered in turn, so those that are made together are in different buckets. */
static inline uint16_t *bucket_of(struct pd *pd, uint64_t serial)
{
    return &pd->bucket[serial % PD_BUCKETS];
}

bool cap_space_init(struct pd *pd)
{
    struct pd *payer = pd->object.payer ? pd->object.payer : pd;

    pd->directory = (struct capability **)no_tables;
    pd->own = page_take(payer);
    return pd->own;
}

uint32_t number_find(const struct pd *pd, const struct object *object)
{
    //! answer 4.3 begin
    uint32_t number = pd->directory == pd->own ? *bucket_of((struct pd *)pd, object->serial) : 0;
    //! skeleton: (void)bucket_of, (void)serial_of;
    //! skeleton: not_implemented("4.3 one number for each object");

    while (number && serial_of(number_entry(pd, number)) != object->serial)
        number = number_entry(pd, number)->next;
    return number;
    //! answer 4.3 end
}

static void index_remove(struct pd *pd, uint32_t number)
{
    //! answer 4.3 begin
    struct capability *entry = number_entry(pd, number); //! skeleton: not_implemented("4.3 one number for each object");
    uint16_t *first = bucket_of(pd, serial_of(entry));

    if (*first == number) {
        *first = entry->next;
    } else {
        struct capability *before = number_entry(pd, *first);
        while (before->next != number)
            before = number_entry(pd, before->next);
        before->next = entry->next;
    }
    //! answer 4.3 end
}

struct capability *number_take(struct pd *pd, uint32_t selector, const struct object *object)
{
    //! answer 4.3 begin
    if (pd->directory != pd->own) { //! skeleton: not_implemented("4.3 one number for each object");
        pd->directory = words_fill(pd->own, CAP_TABLES, (uint64_t)empty_table);
        words_fill(pd->bucket, sizeof pd->bucket / sizeof(uint64_t), 0);
    }
    if (table_missing(pd, selector))
        pd->directory[selector / SELECTORS_PER_TABLE] = page_alloc(pd);
    struct capability *entry = number_entry(pd, selector);
    uint16_t *first = bucket_of(pd, object->serial);

    entry->serial = object->serial;
    entry->next = *first;
    *first = selector;
    return entry;
    //! answer 4.3 end
}

struct capability *number_give(struct pd *pd, const struct offer *o)
{
    //! answer 4.3 begin
    struct capability *entry = number_entry(pd, o->place); //! skeleton: not_implemented("4.3 one number for each object");

    if (!number_taken(entry))
        entry = number_take(pd, o->place, (struct object *)o->what);
    struct grant *oldest = number_grants(entry);
    grant_give(pd, &oldest, o);
    entry->object = (struct object *)o->what;
    entry->rights |= o->rights;
    entry->grants = oldest;
    return entry;
    //! answer 4.3 end
}

void number_changed(const struct grant *grant, struct grant *now)
{
    //! answer 4.3 begin
    struct object *object = (struct object *)grant->what; //! skeleton: not_implemented("4.3 one number for each object");
    struct capability *entry = number_entry(grant->pd, grant->place);

    entry->rights = grant_rights(now);
    if (now) {
        entry->grants = now;
    } else {
        entry->object = NULL;
        entry->serial = object->serial;
    }
    //! answer 4.3 end
}

void number_forget(struct pd *pd, uint32_t selector)
{
    //! answer 4.7 begin
    struct capability *entry = number_entry(pd, selector); //! skeleton: (void)index_remove; not_implemented("4.7 delete, and pins");

    if (!number_taken(entry) || entry->object || (entry->pins && !pd->object.dying))
        return;
    index_remove(pd, selector);
    *entry = (struct capability){0};
    //! answer 4.7 end
}
