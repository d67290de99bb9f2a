#include "core/core.h"
#include "core/service.h"
#include "lib/calls.h"
#include "lib/list.h"
#include "lib/service/signal.h"
#include "lib/signal.h"

RPC_SERVE(signal, SIGNAL_OPERATIONS)
RPC_SERVE(signal_context, SIGNAL_CONTEXT_OPERATIONS)

enum { CONTEXTS = 24 }; /* as many as fit a page with the session */

struct context {
    struct rpc_object object;
    struct source *source; /* NULL: free */
    uint64_t imprint, count;
    struct list pending;   /* in source->pending while count > 0 and it is not being handled */
};

struct source {
    struct core_session session;
    uint32_t doorbell;
    struct context *delivered; /* told, and not acknowledged */
    struct list pending;
    struct context context[CONTEXTS];
};

_Static_assert(sizeof(struct source) <= PAGE, "a session is one page");

static struct source *source_of(struct rpc_object *self)
{
    return CONTAINER(self, struct source, session.object);
}

/* ---- Contexts ---------------------------------------------------------------------------------------------------------- */

static void enqueue(struct context *c)
{
    if (!c->count || c->source->delivered == c || !list_empty(&c->pending))
        return;
    list_append(&c->source->pending, &c->pending);
    (void)sm_up(c->source->doorbell);
}

/* The count stays at its largest value rather than begin again at 0. */
static enum outcome do_submit(struct rpc_object *self, uint64_t count)
{
    struct context *c = CONTAINER(self, struct context, object);

    if (__builtin_add_overflow(c->count, count, &c->count))
        c->count = UINT64_MAX;
    enqueue(c);
    return OK;
}

static enum outcome do_create(struct rpc_object *self, uint64_t imprint, struct capability *context)
{
    static const struct signal_context_operations operations = { do_submit };
    struct source *source = source_of(self);

    for (struct context *c = source->context; c < source->context + CONTEXTS; c++)
        if (!c->source) {
            enum outcome outcome = session_take(&source->session, 0, SIGNAL_CONTEXT_CAPS);
            if (outcome != OK)
                return outcome;
            outcome = rpc_object_manage(&core_entrypoint, &c->object, &signal_context_interface, &operations);
            if (outcome != OK) {
                session_give_back(&source->session, 0, SIGNAL_CONTEXT_CAPS);
                return outcome;
            }
            c->source = source;
            c->imprint = imprint;
            c->count = 0;
            list_init(&c->pending);
            *context = c->object.capability;
            return OK;
        }
    return OUT_OF_RAM;
}

static void context_close(struct context *c)
{
    list_remove(&c->pending);
    if (c->source->delivered == c)
        c->source->delivered = NULL;
    session_give_back(&c->source->session, 0, SIGNAL_CONTEXT_CAPS);
    c->source = NULL;
    rpc_object_dissolve(&c->object);
}

static enum outcome do_free(struct rpc_object *self, struct capability context)
{
    struct context *c = (struct context *)rpc_object_of(context, &signal_context_interface);

    if (!c || c->source != source_of(self))
        return INVALID;
    context_close(c);
    return OK;
}

/* ---- Fetching ---------------------------------------------------------------------------------------------------------- */

static enum outcome do_doorbell(struct rpc_object *self, struct capability *semaphore)
{
    *semaphore = (struct capability){ source_of(self)->doorbell, SM_RIGHT_DOWN };
    return OK;
}

static enum outcome do_next(struct rpc_object *self, uint64_t *imprint, uint64_t *count)
{
    struct source *source = source_of(self);
    struct context *acknowledged = source->delivered;

    source->delivered = NULL;
    if (acknowledged)
        enqueue(acknowledged);
    if (list_empty(&source->pending))
        return NOTHING;
    struct context *c = CONTAINER(source->pending.next, struct context, pending);
    list_remove(&c->pending);
    source->delivered = c;
    *imprint = c->imprint;
    *count = c->count;
    c->count = 0;
    return OK;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct signal_operations operations = { do_doorbell, do_create, do_free, do_next };
    struct source *source = (struct source *)session;

    (void)args;
    list_init(&source->pending);
    const uint32_t number = capability_number_new();
    if (!number)
        return OUT_OF_CAPS;
    const result r = create_sm(number, ROOT_SEL_PD, 0);
    if (r.rax != SUCCESS) {
        capability_number_free(number);
        return outcome_of_status(r.rax);
    }
    source->doorbell = number;
    return rpc_object_manage(&core_entrypoint, &session->object, &signal_interface, &operations);
}

static void close_session(struct core_session *session)
{
    struct source *source = (struct source *)session;

    for (struct context *c = source->context; c < source->context + CONTEXTS; c++)
        if (c->source)
            context_close(c);
    if (source->doorbell) {
        (void)destroy(source->doorbell);
        capability_release((struct capability){ source->doorbell, 0 });
    }
}

const struct service signal_service = { "SIGNAL", SIGNAL_RAM, SIGNAL_CAPS, 1, create, close_session };

/* Instead of the library's: core cannot call itself (kernel/ABI.md §7.0, CYCLE), and need not. */
enum outcome signal_submit(struct capability context)
{
    struct rpc_object *object = rpc_object_of(context, &signal_context_interface);
    return object ? do_submit(object, 1) : GONE;
}
