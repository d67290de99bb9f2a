/*
 * Dataspaces, whoever gave them, and the regions of PDs in which they can be seen.
 */
#pragma once

#include "core/memory.h"
#include "lib/entrypoint.h"
#include "lib/list.h"
#include "lib/service/dataspace.h"

struct dataspace {
    struct rpc_object object;
    struct frames frames;
    uint64_t size;  /* bytes; the frames may be more */
    uint32_t flags; /* enum dataspace_flags */
    struct list regions;
    struct list *seen; /* the regions that show these frames: its own, or those of all dataspaces of a file */
};

struct region {
    struct dataspace *dataspace; /* NULL: free */
    uint32_t pd;                 /* the kernel's */
    uint32_t rights;
    uint64_t at, offset, count;  /* pages */
    struct list of_dataspace;
};

/* The rest of the structure is filled in by the caller. Costs OBJECT_CAPS. seen: NULL for frames that nobody else shows. */
MUST_USE enum outcome dataspace_init(struct dataspace *d);

/* Out of every region, and no dataspace any more. The frames are the caller's. */
void dataspace_close(struct dataspace *d);

struct dataspace *dataspace_of(struct capability c);

/* Maps a region, whose fields are all set but of_dataspace and known to be right. On failure nothing is mapped. */
MUST_USE enum outcome region_map_in(struct region *r);

/* Unmaps it. Other regions that show the same frames are mapped again at once: the kernel takes pages from all PDs or none. */
void region_unmap(struct region *r);
