/*
 * The end of a PD: first what acts in it, then what it pays, then what it holds, then what it is made of.
 */
#include "caps.h"

/*
 * From STAGE_PORTS on no EC is asked for any more: only the one that did the work when that stage began can be left,
 * and it is dead. It may have been interrupted since, and another one goes on; the removal that has begun must not be left
 * for that.
 */
enum stage { STAGE_ECS, STAGE_PAID, STAGE_PORTS, STAGE_MEMORY, STAGE_NUMBERS, STAGE_SPACE, STAGE_LAST };

/* One after the other, for each leaves the list with its end; but self, which ends last of all. */
static enum progress ecs_step(struct pd *pd, const struct ec *self)
{
    struct ec *ec = pd->ecs;

    if (ec == self && object_dead(&self->object))
        ec = ec->ipc.next;
    if (!ec)
        return END_DONE;
    if (object_dead(&ec->object))
        return END_WAIT;
    object_kill(&ec->object);
    return END_AGAIN;
}

/* All of it is dead before the first of it goes. */
static enum progress paid_step(struct pd *pd)
{
    if (!pd->paid)
        return END_DONE;
    object_kill(pd->paid);
    return END_MORE;
}

static enum progress delete_all(struct pd *pd, enum cap_type type, unsigned order)
{
    const struct request all = {
        .pd = pd, .type = type, .range = RANGE(0, order), .operation = REMOVE_SELF, .rights = 0xff,
    };
    return end_removal(all) ? END_DONE : END_MORE;
}

/* A piece of what the PD has; END_DONE: this stage is over. */
static enum progress stage_step(struct pd *pd, const struct ec *self)
{
    switch ((enum stage)pd->stage) {
    case STAGE_ECS:
        return ecs_step(pd, self);
    case STAGE_PAID:
        return paid_step(pd);
    case STAGE_PORTS:
        return delete_all(pd, TYPE_PORTS, PORTS_ORDER_MAX);
    case STAGE_MEMORY:
        return delete_all(pd, TYPE_MEMORY, SPACE_PAGES_ORDER);
    case STAGE_NUMBERS:
        return delete_all(pd, TYPE_OBJECT, 16);
    default:
        return space_end(pd) ? END_DONE : END_MORE;
    }
}

/* What the payer paid goes back to it, and so does the quota. */
static void pd_dissolve(struct pd *pd)
{
    struct pd *payer = pd->object.payer;

    for (uint32_t i = 0; i < SELECTOR_COUNT; i += SELECTORS_PER_TABLE)
        if (!table_missing(pd, i))
            page_free(pd, pd->directory[i / SELECTORS_PER_TABLE]);
    page_free(payer, pd->own);
    payer->quota += pd->quota;
    pd->quota = 0;
}

enum progress pd_step(struct pd *pd, struct ec *self)
{
    if (pd->stage < STAGE_LAST) {
        const enum progress progress = stage_step(pd, self);
        if (progress != END_DONE)
            return progress;
        pd->stage++;
        return END_MORE;
    }
    if (pd->ecs || pd->ending)
        return END_WAIT;
    pd_dissolve(pd);
    return END_DONE;
}
