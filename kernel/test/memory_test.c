/*
 * Who gets which memory at the end of booting, against a model: one letter for each of 700 pages.
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

#include "body/memory.h"
#include "frames.h"
#include "panic.h"

enum { PAGES = 700, LOW = 0x100000 / PAGE_SIZE, MODULES = 3 };

/* '-' no usable memory, 'v' vacant, 'g' given to the kernel, 'm' a module's */
static char page[PAGES];
static struct region_list vacant;

void panic(const char *format, ...)
{
    fprintf(stderr, "panic: %s\n", format);
    abort();
}

const struct region_list *phys_vacant(void)
{
    return &vacant;
}

static void fill(char letter, unsigned from, unsigned count)
{
    for (unsigned p = from; p < from + count && p < PAGES; p++)
        if (page[p] != '-' && page[p] != 'm')
            page[p] = letter;
}

/* Usable memory in two regions, modules that begin and end within pages, and pages that the kernel has taken here and there. */
static void make_machine(struct boot_info *boot)
{
    unsigned gap = LOW + 50 + rand() % 300, gap_end = gap + 1 + rand() % 20;

    memset(page, 'v', sizeof page);
    memset(page + gap, '-', gap_end - gap);
    boot->region_count = 2;
    boot->region[0] = (struct info_region){0, gap * PAGE_SIZE};
    boot->region[1] = (struct info_region){gap_end * PAGE_SIZE, (PAGES - gap_end) * PAGE_SIZE};
    for (unsigned i = 0; i < MODULES; i++) {
        unsigned first = (i % 2 ? gap_end : LOW) + rand() % 20u, count = 1 + rand() % 10;
        boot->module[boot->module_count].base = first * PAGE_SIZE + 100;
        boot->module[boot->module_count++].size = count * PAGE_SIZE - 200;
        fill('m', first, count);
    }
    for (unsigned i = 0; i < 8; i++)
        fill('g', LOW + rand() % (PAGES - LOW), 1 + rand() % 12);
    vacant.count = 0;
    for (unsigned p = LOW; p < PAGES; p++)
        if (page[p] == 'v')
            region_add(&vacant, p * PAGE_SIZE, (p + 1) * PAGE_SIZE);
}

/* The last run of so many vacant pages. */
static unsigned last_run(unsigned pages)
{
    unsigned run = 0;

    for (unsigned p = PAGES; p-- > LOW;) {
        run = page[p] == 'v' ? run + 1 : 0;
        if (run == pages)
            return p;
    }
    return 0;
}

static void divides(void **state)
{
    (void)state;
    srand(1);
    for (unsigned machine = 0; machine < 2000; machine++) {
        struct boot_info boot = {0};
        unsigned wanted = 2 + rand() % 200;

        make_machine(&boot);
        frames_release(0, PAGES * PAGE_SIZE);
        struct pool pool = memory_divide(&boot, wanted);
        while (!last_run(wanted))
            wanted /= 2;
        assert_int_equal(pool.pages, wanted);
        assert_int_equal(pool.base / PAGE_SIZE, last_run(wanted));
        for (unsigned p = 0; p < PAGES; p++) {
            bool in_pool = p >= pool.base / PAGE_SIZE && p < pool.base / PAGE_SIZE + pool.pages;
            assert_int_equal(frames_excluded((uint64_t)p * PAGE_SIZE, PAGE_SIZE), page[p] == 'g' || in_pool);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(divides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
