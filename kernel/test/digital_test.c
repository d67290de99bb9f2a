/*
 * The digital search tree against a sorted array, over random insertions and removals, with keys that share many bits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "digital.h"

enum { KEYS = 300, STEPS = 200000 };

static struct digital_node node[KEYS];
static int present[KEYS];

static int ascending(const void *a, const void *b)
{
    const struct digital_node *x = a;
    const struct digital_node *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Three kinds: neighbours, high bits only, spread ones; and the two ends. Ascending and different. */
static void make_keys(void)
{
    for (unsigned i = 0; i < KEYS; i++)
        node[i].key = i < 100 ? i : i < 150 ? (uint64_t)i << 56 : (uint64_t)rand() << 33 ^ (uint64_t)rand() << 10 ^ i;
    node[KEYS - 1].key = UINT64_MAX;
    qsort(node, KEYS, sizeof node[0], ascending);
    for (unsigned i = 1; i < KEYS; i++)
        assert_true(node[i - 1].key < node[i].key);
}

static struct digital_node *expected_next(uint64_t key)
{
    for (unsigned i = 0; i < KEYS; i++)
        if (present[i] && node[i].key >= key)
            return &node[i];
    return NULL;
}

static void random_walk(void **state)
{
    struct digital_node *root = NULL;
    (void)state;

    make_keys();
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = rand() % KEYS;
        if (present[i])
            digital_remove(&root, &node[i]);
        else
            digital_insert(&root, &node[i]);
        present[i] = !present[i];

        unsigned j = rand() % KEYS;
        assert_ptr_equal(digital_find(root, node[j].key), present[j] ? &node[j] : NULL);
        uint64_t key = node[j].key + rand() % 3 - 1;
        assert_ptr_equal(digital_next(root, key), expected_next(key));
    }
}

static void replace_keeps_the_rest(void **state)
{
    struct digital_node *root = NULL;
    struct digital_node other;
    (void)state;

    for (unsigned i = 0; i < KEYS; i++)
        digital_insert(&root, &node[i]);
    for (unsigned i = 0; i < KEYS; i += 7) {
        other.key = node[i].key;
        digital_replace(&root, &node[i], &other);
        assert_ptr_equal(digital_find(root, other.key), &other);
        for (unsigned j = 0; j < KEYS; j++)
            if (j != i)
                assert_ptr_equal(digital_find(root, node[j].key), &node[j]);
        digital_replace(&root, &other, &node[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_walk),
        cmocka_unit_test(replace_keeps_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
