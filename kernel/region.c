#include "region.h"

#include "panic.h"
#include "string.h"

static uint64_t region_end(const struct info_region *r)
{
    return r->base + r->size;
}

static void delete_at(struct region_list *list, unsigned i)
{
    list->count--;
    memmove(&list->region[i], &list->region[i + 1], (list->count - i) * sizeof list->region[0]);
}

static void insert_at(struct region_list *list, unsigned i, uint64_t base, uint64_t end)
{
    if (list->count == REGION_MAX)
        panic("the memory map has more than %u pieces", REGION_MAX);
    memmove(&list->region[i + 1], &list->region[i], (list->count - i) * sizeof list->region[0]);
    list->region[i] = (struct info_region){base, end - base};
    list->count++;
}

void region_add(struct region_list *list, uint64_t base, uint64_t end)
{
    unsigned i = 0;

    if (base >= end)
        return;
    while (i < list->count && region_end(&list->region[i]) < base)
        i++;
    while (i < list->count && list->region[i].base <= end) {
        if (list->region[i].base < base)
            base = list->region[i].base;
        if (region_end(&list->region[i]) > end)
            end = region_end(&list->region[i]);
        delete_at(list, i);
    }
    insert_at(list, i, base, end);
}

void region_remove(struct region_list *list, uint64_t base, uint64_t end)
{
    if (base >= end)
        return;
    for (unsigned i = 0; i < list->count;) {
        struct info_region r = list->region[i];
        if (base >= region_end(&r) || end <= r.base) {
            i++;
            continue;
        }
        delete_at(list, i);
        if (end < region_end(&r))
            insert_at(list, i, end, region_end(&r));
        if (r.base < base)
            insert_at(list, i++, r.base, base);
    }
}

uint64_t region_total(const struct region_list *list)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < list->count; i++)
        sum += list->region[i].size;
    return sum;
}
