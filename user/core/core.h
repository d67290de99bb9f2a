/*
 * What core's files share: its entrypoint and its memory for descriptions.
 */
#pragma once

#include "core/memory.h"
#include "lib/entrypoint.h"

extern struct entrypoint core_entrypoint;
extern struct utcb *core_utcb; /* of the entrypoint */

/* A page for a description, zeroed; NULL: no memory. */
static inline void *page_allocate(void)
{
    const uint64_t frame = frames_allocate(1);
    return frame ? frame_address(frame) : NULL;
}
