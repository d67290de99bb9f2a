/*
 * The heap: random blocks with patterns in them, limits, and frees that should not be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/dataspace.h"
#include "lib/heap.h"
#include "lib/log.h"
#include "lib/string.h"

enum { PAGE = 4096, AREAS = 64 };

static void *areas[AREAS];
static unsigned area_count, complaints;
static size_t account; /* bytes that can still be had */

/* Stands for the RAM session. Each dataspace is memory of its own, so that the sanitizers see what lies beside it. */
enum outcome memory_allocate(struct env *env, size_t size, struct memory *memory)
{
    (void)env;
    size = (size + PAGE - 1) / PAGE * PAGE;
    if (size > account || area_count == AREAS)
        return OUT_OF_RAM;
    account -= size;
    *memory = (struct memory){ .address = areas[area_count++] = aligned_alloc(PAGE, size), .size = size };
    memset(memory->address, 0xa5, size); /* the heap does not rely on zeroed memory */
    return OK;
}

void log_line(struct env *env, const char *format, ...)
{
    (void)env;
    (void)format;
    complaints++;
}

static struct heap heap;

static void start(size_t limit, size_t bytes)
{
    while (area_count)
        free(areas[--area_count]);
    complaints = 0;
    account = bytes;
    heap_init(&heap, NULL, limit);
}

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    start(0, 1 << 20);
    for (size_t size = 0; size < 300; size++) {
        uint8_t *block = heap_allocate(&heap, size);
        assert_true(block && (uintptr_t)block % 16 == 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xff, size);
        if (size % 3)
            heap_free(&heap, block);
    }
    heap_free(&heap, NULL);
    assert_int_equal(complaints, 0);
}

static uint32_t random_below(uint32_t limit)
{
    static uint64_t x = 1;

    x = x * 6364136223846793005u + 1442695040888963407u;
    return (x >> 33) % limit;
}

/* 10^5 steps; each block is full of its own number, and at the end all is one again. */
static void test_storm(void **state)
{
    enum { BLOCKS = 100 };
    static struct {
        uint8_t *at;
        size_t size;
    } block[BLOCKS];

    (void)state;
    start(0, 1 << 18);
    for (unsigned step = 0; step < 100000; step++) {
        const unsigned n = random_below(BLOCKS);
        if (block[n].at) {
            for (size_t i = 0; i < block[n].size; i++)
                assert_int_equal(block[n].at[i], n);
            heap_free(&heap, block[n].at);
            block[n].at = NULL;
        } else {
            block[n].size = random_below(16) ? random_below(500) : random_below(40000);
            block[n].at = heap_allocate(&heap, block[n].size);
            if (block[n].at)
                memset(block[n].at, n, block[n].size);
        }
    }
    for (unsigned n = 0; n < BLOCKS; n++)
        heap_free(&heap, block[n].at);
    /* Each dataspace is one free block again, so it can be had in one piece. */
    for (unsigned i = 0; i < area_count; i++)
        assert_non_null(heap_allocate(&heap, 16384 - 16));
    assert_int_equal(complaints, 0);
}

static void test_limits(void **state)
{
    (void)state;
    start(32768, 1 << 20);
    assert_non_null(heap_allocate(&heap, 16384 - 16));
    assert_non_null(heap_allocate(&heap, 16384 - 16));
    assert_null(heap_allocate(&heap, 1));
    assert_int_equal(heap.taken, 32768);
    start(0, 16384);
    assert_null(heap_allocate(&heap, 16384));
    assert_int_equal(account, 16384);
    assert_non_null(heap_allocate(&heap, 16384 - 16));
    assert_null(heap_allocate(&heap, SIZE_MAX));
    assert_null(heap_allocate(&heap, SIZE_MAX - 16));
}

static void test_wrong_frees(void **state)
{
    char other[64];

    (void)state;
    start(0, 1 << 20);
    char *a = heap_allocate(&heap, 100), *b = heap_allocate(&heap, 100);
    heap_free(&heap, a);
    heap_free(&heap, a);
    assert_int_equal(complaints, 1);
    heap_free(&heap, b + 16);
    heap_free(&heap, other);
    assert_int_equal(complaints, 3);
    assert_ptr_equal(heap_allocate(&heap, 100), a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_wrong_frees),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    start(0, 0);
    return failed;
}
