/*
 * Memory ranges against a model: one flag for each of 200 units.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region.h"

#include "panic.h"

#define UNITS 200

void panic(const char *format, ...)
{
    fprintf(stderr, "panic: %s\n", format);
    abort();
}

static void compare(const struct region_list *list, const bool *model)
{
    bool covered[UNITS] = {false};
    for (unsigned i = 0; i < list->count; i++) {
        const struct info_region *r = &list->region[i];
        assert_true(r->size > 0);
        if (i) /* ascending, and never touching: touching ranges are one */
            assert_true(r[-1].base + r[-1].size < r->base);
        for (uint64_t u = r->base; u < r->base + r->size; u++)
            covered[u] = true;
    }
    assert_memory_equal(covered, model, sizeof covered);
    uint64_t sum = 0;
    for (unsigned u = 0; u < UNITS; u++)
        sum += model[u];
    assert_int_equal(region_total(list), sum);
}

static void random_walk(void **state)
{
    (void)state;
    srand(1);
    for (unsigned walk = 0; walk < 500; walk++) {
        struct region_list list = {0};
        bool model[UNITS] = {false};
        for (unsigned step = 0; step < 60; step++) {
            unsigned base = rand() % UNITS, end = base + rand() % (UNITS - base + 1) / (1 + rand() % 20);
            bool add = rand() % 2;
            (add ? region_add : region_remove)(&list, base, end);
            for (unsigned u = base; u < end; u++)
                model[u] = add;
            compare(&list, model);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_walk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
