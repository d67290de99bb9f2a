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
    /* Answer 4.3 (place 2 of 6) goes here: one number for each object */
    (void)bucket_of, (void)serial_of;
    not_implemented("4.3 one number for each object");
}

static void index_remove(struct pd *pd, uint32_t number)
{
    /* Answer 4.3 (place 3 of 6) goes here: one number for each object */
    not_implemented("4.3 one number for each object");
}

struct capability *number_take(struct pd *pd, uint32_t selector, const struct object *object)
{
    /* Answer 4.3 (place 4 of 6) goes here: one number for each object */
    not_implemented("4.3 one number for each object");
}

struct capability *number_give(struct pd *pd, const struct offer *o)
{
    /* Answer 4.3 (place 5 of 6) goes here: one number for each object */
    not_implemented("4.3 one number for each object");
}

void number_changed(const struct grant *grant, struct grant *now)
{
    /* Answer 4.3 (place 6 of 6) goes here: one number for each object */
    not_implemented("4.3 one number for each object");
}

void number_forget(struct pd *pd, uint32_t selector)
{
    /* Answer 4.7 (place 2 of 3) goes here: delete, and pins */
    (void)index_remove; not_implemented("4.7 delete, and pins");
}
