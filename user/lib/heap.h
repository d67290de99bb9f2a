/*
 * Memory in pieces. A heap takes dataspaces as it grows, and gives none back: for what lives as long as the component. What
 * belongs to a session is a dataspace of its own (dataspace.h), so that closing the session gives all of it back, to the
 * byte.
 */
#pragma once

#include <stddef.h>

#include "lib/env.h"

struct heap_block;

struct heap {
    struct env *env;
    struct heap_block *first; /* ascending addresses within each dataspace */
    size_t taken, limit;      /* bytes of dataspaces; 0: no limit but the account's */
};

void heap_init(struct heap *heap, struct env *env, size_t limit);

/* size bytes, zeroed, aligned to 16. NULL: the limit is reached, or the account lacks rpc_lacking() bytes. */
MUST_USE void *heap_allocate(struct heap *heap, size_t size);

/* NULL is nothing. Neighbours that are free become one. */
void heap_free(struct heap *heap, void *block);
