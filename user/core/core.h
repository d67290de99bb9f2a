/*
 * What core's files share: its entrypoint, its memory for descriptions, what things cost it.
 */
#pragma once

#include "core/memory.h"
#include "lib/entrypoint.h"

extern struct entrypoint core_entrypoint;
extern struct utcb *core_utcb; /* of the entrypoint */

/* Pages for a description, zeroed; NULL: no memory. */
void *pages_allocate(uint32_t pages);
void pages_free(void *at, uint32_t pages);

enum {
    PLACE_CAPS = 128 + 32,         /* a capability of core's: its record and its share of a table */
    OBJECT_CAPS = 128 + PLACE_CAPS /* a portal, semaphore or thread's SC of core's own */
};

/* At boot: nothing can go on without it. */
void core_need(enum outcome outcome, const char *what);
