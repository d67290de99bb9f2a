#include "region.h"

#include "panic.h"
#include "string.h"

static uint64_t region_end(const struct info_region *r)
{
    return r->base + r->size;
}

/* Takes out all ranges that touch [*base, *end), which then reaches from the first one's base to the last one's end. Returns where. */
static unsigned cut(struct region_list *list, uint64_t *base, uint64_t *end)
{
    unsigned first = 0, behind;

    while (first < list->count && region_end(&list->region[first]) < *base)
        first++;
    for (behind = first; behind < list->count && list->region[behind].base <= *end; behind++) {
        if (list->region[behind].base < *base)
            *base = list->region[behind].base;
        if (region_end(&list->region[behind]) > *end)
            *end = region_end(&list->region[behind]);
    }
    memmove(&list->region[first], &list->region[behind], (list->count - behind) * sizeof list->region[0]);
    list->count -= behind - first;
    return first;
}

static void insert_at(struct region_list *list, unsigned i, uint64_t base, uint64_t end)
{
    if (base >= end)
        return;
    if (list->count == REGION_MAX)
        panic("the memory map has more than %u pieces", REGION_MAX);
    memmove(&list->region[i + 1], &list->region[i], (list->count - i) * sizeof list->region[0]);
    list->region[i] = (struct info_region){base, end - base};
    list->count++;
}

void region_add(struct region_list *list, uint64_t base, uint64_t end)
{
    if (base >= end)
        return;
    const unsigned at = cut(list, &base, &end);
    insert_at(list, at, base, end);
}

void region_remove(struct region_list *list, uint64_t base, uint64_t end)
{
    uint64_t first = base, last = end;

    if (base >= end)
        return;
    const unsigned at = cut(list, &first, &last);
    insert_at(list, at, end, last);
    insert_at(list, at, first, base);
}

uint64_t region_total(const struct region_list *list)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < list->count; i++)
        sum += list->region[i].size;
    return sum;
}
