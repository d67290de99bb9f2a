/*
 * Sorted lists of memory ranges: the union of what was added, less what was removed.
 */
#pragma once

#include <stdint.h>

#include "cairn/info.h"

#define REGION_MAX 64

struct region_list {
    unsigned count;
    struct info_region region[REGION_MAX];
};

/* Adds [base, end); overlapping and touching ranges become one. Panics when the list is full. */
void region_add(struct region_list *list, uint64_t base, uint64_t end);

/* Takes [base, end) away, which may split a range. Panics when the list is full. */
void region_remove(struct region_list *list, uint64_t base, uint64_t end);

/* How many bytes are in all of it. */
uint64_t region_total(const struct region_list *list);
