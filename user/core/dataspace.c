#include "core/dataspace.h"

#include "core/core.h"
#include "lib/calls.h"

RPC_SERVE(dataspace, DATASPACE_OPERATIONS)

struct dataspace *dataspace_of(struct capability c)
{
    return (struct dataspace *)rpc_object_of(c, &dataspace_interface); /* the object comes first */
}

static enum outcome do_figures(struct rpc_object *self, uint64_t *size, uint32_t *flags)
{
    const struct dataspace *d = CONTAINER(self, struct dataspace, object);

    *size = d->size;
    *flags = d->flags;
    return OK;
}

static enum outcome do_physical(struct rpc_object *self, uint64_t *address)
{
    *address = CONTAINER(self, struct dataspace, object)->frames.first * PAGE;
    return OK;
}

enum outcome dataspace_init(struct dataspace *d)
{
    static const struct dataspace_operations operations = { do_figures, do_physical };

    list_init(&d->regions);
    if (!d->seen)
        d->seen = &d->regions;
    return rpc_object_manage(&core_entrypoint, &d->object, &dataspace_interface, &operations);
}

void dataspace_close(struct dataspace *d)
{
    for (LIST_EACH(link, d->seen)) {
        struct region *r = CONTAINER(link, struct region, of_dataspace);
        if (r->dataspace == d)
            region_unmap(r);
    }
    rpc_object_dissolve(&d->object);
}

/* ---- Regions ----------------------------------------------------------------------------------------------------------- */

static result grant(const struct region *r)
{
    return frames_grant(r->pd, &r->dataspace->frames, r->offset, r->count, r->at, r->rights);
}

static bool overlap(const struct region *a, const struct region *b)
{
    return a->offset < b->offset + b->count && b->offset < a->offset + a->count;
}

/* Their records have just become free in their own accounts, so granting again what was granted does not fail. */
static void take_from_all_but_others(struct region *r)
{
    frames_revoke(&r->dataspace->frames, r->offset, r->count);
    for (LIST_EACH(link, r->dataspace->seen)) {
        const struct region *other = CONTAINER(link, struct region, of_dataspace);
        if (other != r && overlap(r, other))
            (void)grant(other);
    }
}

enum outcome region_map_in(struct region *r)
{
    const result said = grant(r);

    if (said.rax != SUCCESS) {
        take_from_all_but_others(r);
        rpc_set_lacking(REFUSAL_LACKING(said.rdx) * (uint64_t)ACCOUNT_UNIT);
        return outcome_of_status(said.rax);
    }
    list_append(r->dataspace->seen, &r->of_dataspace);
    return OK;
}

void region_unmap(struct region *r)
{
    take_from_all_but_others(r);
    list_remove(&r->of_dataspace);
    r->dataspace = NULL;
}
