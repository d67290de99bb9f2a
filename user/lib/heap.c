#include "lib/heap.h"

#include <stdbool.h>
#include <stdint.h>

#include "lib/dataspace.h"
#include "lib/log.h"
#include "lib/string.h"

/*
 * Blocks stand in one list: those of a dataspace behind each other, as they lie in memory, without gaps. The first that
 * is large enough is taken. The way is as long as there are blocks; who has thousands and is in a hurry keeps lists of
 * his own.
 */
struct heap_block {
    struct heap_block *next;
    size_t size; /* with this header: a multiple of 16, so the lowest bit is free to say that the block is */
};

enum { ALIGNMENT = 16, GROWTH = 16384, FREE = 1, LARGEST = 1 << 30 };

_Static_assert(sizeof(struct heap_block) == ALIGNMENT, "what follows a header is aligned");

static size_t block_size(const struct heap_block *b)
{
    return b->size & ~(size_t)FREE;
}

static bool is_free(const struct heap_block *b)
{
    return b->size & FREE;
}

static bool adjoins(const struct heap_block *b, const struct heap_block *next)
{
    return (const char *)b + block_size(b) == (const char *)next;
}

/* Cuts what is not needed off b. */
static void block_cut(struct heap_block *b, size_t size)
{
    const size_t rest = block_size(b) - size;

    if (rest < 2 * sizeof *b)
        return;
    struct heap_block *other = (struct heap_block *)((char *)b + size);
    *other = (struct heap_block){ b->next, rest | FREE };
    *b = (struct heap_block){ other, size | (b->size & FREE) };
}

static struct heap_block *find(const struct heap *heap, size_t size)
{
    struct heap_block *b = heap->first;

    while (b && (!is_free(b) || block_size(b) < size))
        b = b->next;
    return b;
}

/* One more dataspace, with at least size bytes. NULL: not to be had. */
static struct heap_block *grow(struct heap *heap, size_t size)
{
    struct memory memory;
    const size_t wanted = size < GROWTH ? GROWTH : size;

    if (heap->limit && wanted > heap->limit - heap->taken)
        return NULL;
    if (memory_allocate(heap->env, wanted, &memory) != OK)
        return NULL;
    struct heap_block *b = memory.address;
    *b = (struct heap_block){ heap->first, memory.size | FREE };
    heap->first = b;
    heap->taken += memory.size;
    return b;
}

void heap_init(struct heap *heap, struct env *env, size_t limit)
{
    *heap = (struct heap){ .env = env, .limit = limit };
}

void *heap_allocate(struct heap *heap, size_t size)
{
    if (size > LARGEST)
        return NULL;
    size = (size + sizeof(struct heap_block) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct heap_block *b = find(heap, size);
    if (!b)
        b = grow(heap, size);
    if (!b)
        return NULL;
    block_cut(b, size);
    b->size &= ~(size_t)FREE;
    return memset(b + 1, 0, block_size(b) - sizeof *b);
}

/* Block is looked for, so that freeing something twice, or something else, is found here and not much later. */
void heap_free(struct heap *heap, void *block)
{
    struct heap_block *before = NULL, *b = heap->first;

    if (!block)
        return;
    while (b && (void *)(b + 1) != block) {
        before = b;
        b = b->next;
    }
    if (!b || is_free(b)) {
        log_line(heap->env, "heap: %p is freed, and was not allocated", block);
        return;
    }
    b->size |= FREE;
    if (b->next && is_free(b->next) && adjoins(b, b->next))
        *b = (struct heap_block){ b->next->next, b->size + block_size(b->next) };
    if (before && is_free(before) && adjoins(before, b))
        *before = (struct heap_block){ b->next, before->size + block_size(b) };
}
