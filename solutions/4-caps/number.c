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

/* Objects are at least a cell apart. Fibonacci hashing: the golden ratio spreads neighbours (Knuth, vol. 3, §6.4). */
static inline uint32_t bucket_of(const struct object *object)
{
    return (uint32_t)((uintptr_t)object / CELL_SIZE) * 0x9e3779b1u / (0xffffffffu / PD_BUCKETS + 1);
}

bool cap_space_init(struct pd *pd)
{
    struct pd *payer = pd->object.payer ? pd->object.payer : pd;

    pd->directory = page_alloc(payer);
    if (!pd->directory)
        return false;
    for (unsigned i = 0; i < CAP_TABLES; i++)
        pd->directory[i] = empty_table;
    return true;
}

uint32_t number_find(const struct pd *pd, const struct object *object)
{
    //! answer 4.3 begin
    uint32_t number = pd->bucket[bucket_of(object)]; //! skeleton: (void)bucket_of;
    //! skeleton: not_implemented("4.3 one number for each object");

    while (number && number_entry(pd, number)->object != object)
        number = number_entry(pd, number)->next;
    return number;
    //! answer 4.3 end
}

static void index_remove(struct pd *pd, uint32_t number)
{
    //! answer 4.3 begin
    struct capability *entry = number_entry(pd, number); //! skeleton: not_implemented("4.3 one number for each object");
    uint16_t *first = &pd->bucket[bucket_of(entry->object)];

    if (*first == number) {
        *first = entry->next;
    } else {
        struct capability *before = number_entry(pd, *first);
        while (before->next != number)
            before = number_entry(pd, before->next);
        before->next = entry->next;
    }
    entry->object = NULL;
    entry->next = 0;
    //! answer 4.3 end
}

struct capability *number_take(struct pd *pd, uint32_t selector, struct object *object)
{
    //! answer 4.3 begin
    if (table_missing(pd, selector)) //! skeleton: not_implemented("4.3 one number for each object");
        pd->directory[selector / SELECTORS_PER_TABLE] = page_alloc(pd);
    struct capability *entry = number_entry(pd, selector);
    uint16_t *first = &pd->bucket[bucket_of(object)];

    entry->object = object;
    entry->next = *first;
    *first = selector;
    return entry;
    //! answer 4.3 end
}

void number_dead(struct pd *pd, uint32_t selector)
{
    struct capability *entry = number_entry(pd, selector);

    index_remove(pd, selector);
    entry->rights = 0;
    entry->state = NUMBER_DEAD;
}

void number_empty(struct pd *pd, uint32_t selector)
{
    struct capability *entry = number_entry(pd, selector);

    if (entry->object)
        index_remove(pd, selector);
    *entry = (struct capability){0};
}
