/*
 * The end of objects: dead at once, taken apart in pieces.
 *
 * All objects whose end has begun are in one queue. Whoever comes to object_finish works on it until it is empty, so
 * it does not matter who began what, nor whether he is still there: that is how the work of a destroyed caller is
 * taken over.
 *
 * An object that needs others to go first (a PD its ECs and what it pays) goes behind them in the queue and is looked at again.
 */
#include "caps.h"

#include "linked.h"
#include "panic.h"
#include "trace.h"

static struct {
    struct object *first, *last;
    uint64_t count;
} ends;

static void ends_append(struct object *object)
{
    object->next = NULL;
    if (ends.count++)
        ends.last->next = object;
    else
        ends.first = object;
    ends.last = object;
}

static void ends_pop(void)
{
    ends.first = ends.first->next;
    ends.count--;
}

static void payer_remove(struct object *object)
{
    LINKED_TAKE(object->payer->paid, object, next, prev);
}

/* The kernel's own objects do not die. */
void object_kill(struct object *object)
{
    /* Answer 4.8 (place 1 of 7) goes here: the end of objects */
    (void)payer_remove; not_implemented("4.8 the end of objects");
}

/* Who has to do with an object of each type; a PD ends by pd_step. */
static bool (*const owners_part[])(struct object *) = {
    [TYPE_EC] = ec_end, [TYPE_SC] = sc_end, [TYPE_PT] = pt_end, [TYPE_SM] = sm_end,
};

/* A piece of the owner's part. Returns true when it was the last. */
static bool owner_end(struct object *object)
{
    bool (*const part)(struct object *) = owners_part[object->dying & DYING_TYPE];

    return !part || part(object);
}

/*
 * What is under way can be another one: who began it was interrupted, and for who goes on now that object waits, its own EC among
 * others. It is finished first, and is not what was asked for.
 */
bool end_removal(struct request request)
{
    static struct request ending;
    bool own = true;

    if (ending.state == REQUEST_NONE) {
        ending = request;
        request_begin(&ending);
    } else {
        own = ending.pd == request.pd && ending.type == request.type && ending.operation == request.operation;
    }
    removal_settle();
    if (ending.state != REQUEST_DONE)
        return false;
    ending.state = REQUEST_NONE;
    return own;
}

/* Takes a dead object's grants apart; true: there is none left. */
static bool object_strip(struct object *object)
{
    const struct request all = {.object = object, .type = TYPE_OBJECT, .operation = REMOVE_DESTROY, .rights = 0xff};

    if (!(object->dying & DYING_STRIPPED) && end_removal(all))
        object->dying |= DYING_STRIPPED;
    return object->dying & DYING_STRIPPED;
}

/* What an EC had begun when it was destroyed is finished before its memory goes. */
static bool ec_settled(const struct ec *ec)
{
    const uint8_t state = ec->caps.request.state;

    if (state != REQUEST_WAITING && state != REQUEST_ACTIVE)
        return true;
    removal_settle();
    return false;
}

static void memory_free(struct object *object)
{
    const uint32_t type = object->dying & DYING_TYPE;

    object->payer->ending--;
    if (type == TYPE_PD)
        page_free(object->payer, object);
    else if (type == TYPE_EC)
        page_free(object->payer, ec_of(object));
    else
        cell_free(object->payer, object);
}

/* The SC that pays for the work, and the EC that does it. */
static bool in_use(const struct object *object, const struct ec *self)
{
    const struct sc *sc = this_cpu()->run.sc;

    return object == &self->object || (sc && object == &sc->object);
}

/*
 * All that can be done before one of these two really ends: its grants, and for self its portals and its SC, whose ends would
 * otherwise be left when nobody is there any more to be interrupted.
 */
static enum progress in_use_step(struct object *object, struct ec *self)
{
    /* Answer 4.8 (place 2 of 7) goes here: the end of objects */
    not_implemented("4.8 the end of objects");
}

/* A piece of bounded length of the end of object. last: nothing else is left to do before self and its SC end. */
static enum progress object_step(struct object *object, struct ec *self, bool last)
{
    /* Answer 4.8 (place 3 of 7) goes here: the end of objects */
    (void)owner_end;
    (void)ec_settled;
    (void)memory_free;
    (void)in_use;
    (void)in_use_step;
    (void)object_strip;
    (void)ends_pop;
    not_implemented("4.8 the end of objects");
}

static void ends_rotate(void)
{
    struct object *object = ends.first;

    ends_pop();
    ends_append(object);
}

/* One pass: after it there may be no self that could go on, or nobody's time to do so. */
static noreturn void finish_last(struct ec *self, continuation *restart)
{
    self->run.cont = restart;
    while (ends.count) {
        enum progress progress = object_step(ends.first, self, true);
        if (progress == END_AGAIN || progress == END_WAIT)
            ends_rotate();
    }
    sched_next();
}

/*
 * When every object in the queue waits, then for self or its SC: it is their turn. A look at one that waits is short
 * and not counted: or an interrupt at each preemption point could keep it from being found out.
 */
void object_finish(struct ec *self, continuation *restart)
{
    if (!ends.count)
        return;
    /* Answer 4.8 (place 4 of 7) goes here: the end of objects */
    (void)object_step;
    (void)ends_rotate;
    (void)finish_last;
    not_implemented("4.8 the end of objects");
}
