/*
 * The address space of a PD as a region map.
 */
#include "core/core.h"
#include "core/pd.h"
#include "lib/calls.h"
#include "lib/service/rm.h"

RPC_SERVE(region_map, REGION_MAP_OPERATIONS)

static struct pd *pd_of_map(struct rpc_object *self)
{
    return CONTAINER(self, struct pd, address_space);
}

static struct region *find_room(struct pd *pd)
{
    for (struct region *r = pd->region; r < pd->region + REGIONS_PER_PD; r++)
        if (!r->dataspace)
            return r;
    return NULL;
}

static const struct region *find_overlap(const struct pd *pd, uint64_t at, uint64_t count)
{
    for (const struct region *r = pd->region; r < pd->region + REGIONS_PER_PD; r++)
        if (r->dataspace && at < r->at + r->count && r->at < at + count)
            return r;
    return NULL;
}

/* First fit; 0: there is no such gap. */
static uint64_t find_gap(const struct pd *pd, uint64_t count)
{
    uint64_t at = ATTACH_FIRST / PAGE;
    const struct region *r;

    while (count <= ATTACH_END / PAGE - at && (r = find_overlap(pd, at, count)))
        at = r->at + r->count;
    return count <= ATTACH_END / PAGE - at ? at : 0;
}

static bool rights_fit(const struct dataspace *d, uint32_t rights)
{
    const uint32_t both = ATTACH_WRITE | ATTACH_EXECUTE;

    return (rights & ATTACH_READ) && !(rights & ~(both | ATTACH_READ)) && (rights & both) != both &&
           (!(rights & ATTACH_WRITE) || (d->flags & DATASPACE_WRITABLE)) &&
           (!(rights & ATTACH_EXECUTE) || d->frames.executable_page);
}

enum outcome address_space_attach(struct pd *pd, struct dataspace *d, uint64_t offset, uint64_t size, uint64_t at,
                                  uint32_t rights, uint64_t *address)
{
    struct region *r = find_room(pd);

    if (!d || offset % PAGE || size % PAGE || at % PAGE || at >= ATTACH_END || offset / PAGE >= d->frames.count ||
        size / PAGE > d->frames.count - offset / PAGE || !rights_fit(d, rights))
        return INVALID;
    if (!r)
        return OUT_OF_RAM;
    const uint64_t count = size ? size / PAGE : d->frames.count - offset / PAGE;
    const uint64_t page = at ? at / PAGE : find_gap(pd, count);
    if (count > ATTACH_END / PAGE - page)
        return INVALID;
    if (!page || find_overlap(pd, page, count))
        return OVERLAP;
    *r = (struct region){ d, pd->kernel_pd, rights, page, offset / PAGE, count, { NULL, NULL } };
    const enum outcome outcome = region_map_in(r);
    if (outcome != OK)
        r->dataspace = NULL;
    *address = page * PAGE;
    return outcome;
}

static enum outcome do_attach(struct rpc_object *self, struct capability dataspace, uint64_t offset, uint64_t size, uint64_t at,
                              uint32_t rights, uint64_t *address)
{
    return address_space_attach(pd_of_map(self), dataspace_of(dataspace), offset, size, at, rights, address);
}

static enum outcome do_detach(struct rpc_object *self, uint64_t at)
{
    struct pd *pd = pd_of_map(self);

    for (struct region *r = pd->region; r < pd->region + REGIONS_PER_PD; r++)
        if (r->dataspace && r->at == at / PAGE && at % PAGE == 0) {
            region_unmap(r);
            return OK;
        }
    return INVALID;
}

enum outcome region_map_init(struct rpc_object *map)
{
    static const struct region_map_operations operations = { do_attach, do_detach };
    return rpc_object_manage(&core_entrypoint, map, &region_map_interface, &operations);
}

bool region_map_resolve(struct pd *pd, uint64_t address, uint64_t error)
{
    enum { FAULT_WRITE = 1 << 1, FAULT_FETCH = 1 << 4 }; /* SDM vol. 3A §4.7 */
    const uint32_t wanted = error & FAULT_WRITE ? ATTACH_WRITE : error & FAULT_FETCH ? ATTACH_EXECUTE : ATTACH_READ;
    const uint64_t page = address / PAGE;

    for (const struct region *r = pd->region; r < pd->region + REGIONS_PER_PD; r++)
        if (r->dataspace && page - r->at < r->count && (r->rights & wanted))
            return frames_grant(r->pd, &r->dataspace->frames, r->offset + page - r->at, 1, page, r->rights).rax == SUCCESS;
    return false;
}

/* The PD is gone, and what was mapped in it. */
void region_map_forget(struct region *region, unsigned count)
{
    for (struct region *r = region; r < region + count; r++)
        if (r->dataspace) {
            list_remove(&r->of_dataspace);
            r->dataspace = NULL;
        }
}
