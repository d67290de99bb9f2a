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
    /* Answer 4.8 (place 5 of 7) goes here: the end of objects */
    (void)delete_all; not_implemented("4.8 the end of objects");
}

/* What the payer paid goes back to it, and so does the quota. */
static void pd_dissolve(struct pd *pd)
{
    /* Answer 4.8 (place 6 of 7) goes here: the end of objects */
    not_implemented("4.8 the end of objects");
}

enum progress pd_step(struct pd *pd, struct ec *self)
{
    /* Answer 4.8 (place 7 of 7) goes here: the end of objects */
    (void)stage_step, (void)pd_dissolve; not_implemented("4.8 the end of objects");
}
