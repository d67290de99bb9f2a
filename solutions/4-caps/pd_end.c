/*
 * The end of a PD: first what acts in it, then what it pays, then what it holds, then what it is made of.
 */
#include "caps.h"

#include "panic.h"

enum stage { STAGE_NUMBERS, STAGE_MEMORY, STAGE_PORTS, STAGE_SPACE, STAGE_LAST };

static bool delete_all(struct pd *pd, enum cap_type type, uint64_t range)
{
    return end_removal((struct request){.pd = pd, .type = type, .range = range, .operation = REMOVE_SELF, .rights = 0xff});
}

/* A piece of what the PD has; true: this stage is over. */
static bool stage_step(struct pd *pd)
{
    //! answer 4.8 begin
    switch (pd->stage) { //! skeleton: (void)delete_all; not_implemented("4.8 the end of objects");
    case STAGE_NUMBERS:
        return delete_all(pd, TYPE_OBJECT, RANGE(0, 16));
    case STAGE_MEMORY:
        return delete_all(pd, TYPE_MEMORY, RANGE(0, 35));
    case STAGE_PORTS:
        return delete_all(pd, TYPE_PORTS, RANGE(0, 16));
    default:
        return space_end(pd);
    }
    //! answer 4.8 end
}

/* What the payer paid goes back to it, and so does the quota. */
static void pd_dissolve(struct pd *pd)
{
    //! answer 4.8 begin
    struct pd *payer = pd->object.payer; //! skeleton: not_implemented("4.8 the end of objects");

    for (unsigned i = 0; i < CAP_TABLES; i++)
        if (pd->directory[i] != empty_table)
            page_free(pd, pd->directory[i]);
    page_free(payer, pd->own);
    payer->quota += pd->quota;
    pd->quota = 0;
    //! answer 4.8 end
}

enum progress pd_step(struct pd *pd, struct ec *self)
{
    //! answer 4.8 begin
    struct ec *ec = pd->ecs; //! skeleton: (void)stage_step, (void)pd_dissolve; not_implemented("4.8 the end of objects");

    if (ec == self && self->object.dying)
        ec = self->ipc.next; /* self stays until the end, but nothing waits for it before that */
    if (ec && ec->object.dying)
        return END_WAIT;
    if (ec || pd->paid) {
        object_kill(ec ? &ec->object : pd->paid);
        return END_AGAIN;
    }
    if (pd->stage != STAGE_LAST) {
        pd->stage += stage_step(pd);
        return END_MORE;
    }
    if (pd->ecs || pd->ending)
        return END_WAIT;
    pd_dissolve(pd);
    return END_DONE;
    //! answer 4.8 end
}
