#include "body/unheard.h"

#include "ec.h"
#include "panic.h"

/* The kernel's own objects, which are root's, have no payer. */
static bool is_root(const struct ec *ec)
{
    return !ec->object.payer;
}

void ec_unheard(struct ec *ec)
{
    if (is_root(ec))
        panic_frame(&ec->state.frame, "the root task raised event %u, and nobody hears it; address %p", ec->ipc.event,
                    (void *)ec->ipc.address);
    object_kill(&ec->object);
    if (ec != this_cpu()->current)
        ec_hold(ec, BLOCKED_DYING);
}

/* Whoever dies pays for it: it runs until it is gone. */
static void die(struct ec *self)
{
    object_finish(self, die);
    sched_next();
}

noreturn void event_unheard(struct ec *self)
{
    ec_unheard(self);
    self->run.cont = die;
    die(self);
    __builtin_unreachable();
}
