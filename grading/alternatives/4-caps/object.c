/*
 * The end of objects: dead at once, taken apart in pieces.
 *
 * All objects whose end has begun are in one of two queues. Whoever comes to object_finish works on them until both
 * are empty, so it does not matter who began what, nor whether he is still there: that is how the work of a destroyed caller
 * is taken over.
 *
 *     begun     those to work on
 *     waiting   those that had to wait for others: a PD for its ECs and for what it pays. When one has gone, all begin anew
 *
 * Whoever takes the work over is another self, and other objects are in use: so then, too, all that wait are asked again.
 */
#include "caps.h"

#include "trace.h"

static struct queue {
    struct object *first, *last;
} begun, waiting;

static void queue_append(struct queue *q, struct object *object)
{
    object->next = NULL;
    if (q->first)
        q->last->next = object;
    else
        q->first = object;
    q->last = object;
}

static void queue_pop(struct queue *q)
{
    q->first = q->first->next;
}

static void wake_all(void)
{
    if (!waiting.first)
        return;
    if (begun.first)
        begun.last->next = waiting.first;
    else
        begun.first = waiting.first;
    begun.last = waiting.last;
    waiting.first = NULL;
}

static void payer_remove(struct object *object)
{
    if (object->next)
        object->next->prev = object->prev;
    if (object->prev)
        object->prev->next = object->next;
    else
        object->payer->paid = object->next;
}

/* The kernel's own objects do not die. */
void object_kill(struct object *object)
{
    if (!object->payer || object_dead(object))
        return;
    trace(TRACE_DESTROY, trace_name(object), 0, 0, object->type);
    object->dying = object->type;
    object->type = TYPE_NULL;
    payer_remove(object);
    object->payer->ending++;
    queue_append(&begun, object);
}

/* A piece of the owner's part. Returns true when it was the last. */
static bool owner_end(struct object *object)
{
    switch (object->dying & DYING_TYPE) {
    case TYPE_EC:
        return ec_end(object);
    case TYPE_SC:
        return sc_end(object);
    case TYPE_PT:
        return pt_end(object);
    case TYPE_SM:
        return sm_end(object);
    default:
        return true;
    }
}

bool end_removal(struct request request)
{
    static struct request ending;

    if (ending.state == REQUEST_NONE) {
        ending = request;
        request_begin(&ending);
    }
    removal_settle();
    if (ending.state != REQUEST_DONE)
        return false;
    ending.state = REQUEST_NONE;
    return true;
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
    struct pd *payer = object->payer;

    payer->ending--;
    switch (object->dying & DYING_TYPE) {
    case TYPE_PD:
        page_free(payer, object);
        break;
    case TYPE_EC:
        page_free(payer, ec_of(object));
        break;
    default:
        cell_free(payer, object);
    }
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
    if (object == &self->object) {
        struct sc *sc = self->run.sc;
        struct pt *portal = self->ipc.portals; /* it leaves the list with its own end */
        if (sc && !object_dead(&sc->object)) {
            object_kill(&sc->object);
            return END_AGAIN;
        }
        if (portal) {
            object_kill(&portal->object);
            return END_AGAIN;
        }
    }
    return object_strip(object) ? END_WAIT : END_MORE;
}

/* A piece of bounded length of the end of object. last: nothing else is left to do before self and its SC end. */
static enum progress object_step(struct object *object, struct ec *self, bool last)
{
    const unsigned type = object->dying & DYING_TYPE;
    enum progress progress = END_DONE;

    if (!(object->dying & DYING_ENDED)) {
        if (!last && in_use(object, self))
            return in_use_step(object, self);
        if (owner_end(object))
            object->dying |= DYING_ENDED;
        return END_MORE;
    }
    if (type == TYPE_EC && !ec_settled(ec_of(object)))
        return END_MORE;
    if (!object_strip(object))
        return END_MORE;
    if (type == TYPE_PD)
        progress = pd_step((struct pd *)object, self);
    if (progress == END_DONE) {
        queue_pop(&begun);
        memory_free(object);
    }
    return progress;
}

/*
 * A step of the first that has begun, and where it stands then. Others may have begun behind it in the step. Returns whether
 * anything was done; a look at one that must wait is short.
 */
static bool finish_one(struct ec *self, bool last)
{
    struct object *object = begun.first;
    const enum progress progress = object_step(object, self, last);

    if (progress == END_DONE)
        wake_all();
    if (progress == END_AGAIN || progress == END_WAIT) {
        queue_pop(&begun);
        queue_append(progress == END_WAIT ? &waiting : &begun, object);
    }
    return progress != END_WAIT;
}

/* One pass: after it there may be no self that could go on, or nobody's time to do so. */
static noreturn void finish_last(struct ec *self, continuation *restart)
{
    self->run.cont = restart;
    while (begun.first)
        finish_one(self, true);
    sched_next();
}

/*
 * When nothing has begun that does not wait, then for self or its SC: it is their turn. An interrupt at each
 * preemption point cannot keep that from being found out: there is none behind a look that has done nothing.
 */
void object_finish(struct ec *self, continuation *restart)
{
    wake_all();
    while (begun.first)
        if (finish_one(self, false))
            preempt_point(self, restart);
    if (!waiting.first)
        return;
    wake_all();
    finish_last(self, restart);
}
