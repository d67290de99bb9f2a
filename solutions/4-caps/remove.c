/*
 * The call `remove` for objects: revoke, delete, destroy.
 */
#include "caps.h"

#include "panic.h"
#include "trace.h"

static noreturn void leave(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
    trace(TRACE_EXIT, NULL, value, 0, status);
    ec_leave_call(self);
}

/*
 * Waits until nothing is marked in the object's tree, by doing the work. Between two of its turns another may have
 * done it, and the object may even be gone: then self has been taken off the list, and knows.
 */
static void removal_continue(struct ec *self)
{
    struct ec_caps *own = &self->caps;

    while (own->object && removal_work(own->object->root, STEPS_AT_ONCE))
        preempt_point(self, removal_continue);
    if (own->object)
        removal_leave(own);
    leave(self, SUCCESS, 0);
}

/* Most removals are short: self only gets on the list when it may be interrupted. */
static noreturn void removal_wait(struct ec *self, struct object *object)
{
    //! answer 4.6 begin
    if (!removal_work(object->root, STEPS_AT_ONCE)) //! skeleton: (void)removal_continue; not_implemented("4.6 revoke");
        leave(self, SUCCESS, 0);
    removal_join(&self->caps, object);
    preempt_point(self, removal_continue);
    removal_continue(self);
    __builtin_unreachable();
    //! answer 4.6 end
}

static void destroy_continue(struct ec *self)
{
    object_finish(self, destroy_continue);
    leave(self, SUCCESS, 0);
}

static noreturn void destroy_wait(struct ec *self)
{
    destroy_continue(self);
    __builtin_unreachable();
}

static noreturn void remove_self(struct ec *self, uint32_t selector, uint32_t rights)
{
    //! answer 4.7 begin
    struct pd *pd = self->ipc.pd; //! skeleton: not_implemented("4.7 delete, and pins");
    struct capability *entry = number_entry(pd, selector);
    struct object *object = entry->object;

    if (!number_taken(entry))
        leave(self, BAD_CAP, 0);
    if (entry->pins)
        leave(self, PINNED, entry->pins);
    if (!object) {
        number_empty(pd, selector);
        leave(self, SUCCESS, 0);
    }
    if (object_dead(object))
        entry->state |= NUMBER_GOING;
    else
        removal_begin(pd, selector, rights, true);
    if (object_dead(object))
        destroy_wait(self);
    removal_wait(self, object);
    //! answer 4.7 end
}

noreturn void cap_remove(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights)
{
    if (selector >= SELECTOR_COUNT)
        leave(self, BAD_CAP, 0);
    if (operation == REMOVE_SELF)
        remove_self(self, selector, rights);

    struct capability *entry = number_entry(self->ipc.pd, selector);
    struct object *object = entry->object;
    if (operation == REMOVE_BELOW) {
        if (!number_granted(entry)) /* one that is being revoked still is: BAD_CAP would say that nothing is left below */
            leave(self, BAD_CAP, 0);
        removal_begin(self->ipc.pd, selector, rights, false);
        removal_wait(self, object);
    }
    if (!number_live(entry) || !(entry->rights & RIGHT_DESTROY))
        leave(self, BAD_CAP, 0);
    object_kill(object);
    destroy_wait(self);
}
