#include "lib/signal.h"

#include "lib/calls.h"
#include "lib/service/parent.h"
#include "lib/service/signal.h"

static struct list handlers = LIST_HEAD(handlers);
static struct capability doorbell;
static uint64_t next_imprint = 1;

enum outcome signal_init(struct env *env, uint32_t *number)
{
    const enum outcome outcome = signal_doorbell(env->signal, &doorbell);
    *number = doorbell.selector;
    return outcome;
}

enum outcome signal_handler_init(struct env *env, struct signal_handler *handler)
{
    enum outcome outcome;

    handler->imprint = next_imprint;
    handler->pending = 0;
    do
        outcome = signal_create(env->signal, handler->imprint, &handler->context);
    while (env_upgrade(env, ENV_SIGNAL, outcome));
    if (outcome != OK)
        return outcome;
    next_imprint++;
    list_append(&handlers, &handler->link);
    return OK;
}

void signal_handler_free(struct env *env, struct signal_handler *handler)
{
    if (!capability_valid(handler->context))
        return;
    list_remove(&handler->link);
    (void)!signal_free(env->signal, handler->context);
    capability_release(handler->context);
    handler->context = NO_CAPABILITY;
}

/* Imprints are looked up and never trusted to be addresses: the handler may have been freed since the signal was fetched. */
static void note(uint64_t imprint, uint64_t count)
{
    for (LIST_EACH(link, &handlers)) {
        struct signal_handler *h = CONTAINER(link, struct signal_handler, link);
        if (h->imprint == imprint)
            h->pending += count;
    }
}

/* A handler may free any handler, so the search begins anew after each. */
static bool handle_one(void)
{
    for (LIST_EACH(link, &handlers)) {
        struct signal_handler *h = CONTAINER(link, struct signal_handler, link);
        const uint64_t count = h->pending;
        if (count) {
            h->pending = 0;
            list_remove(link); /* to the end: nobody who submits all the time keeps the others away */
            list_append(&handlers, link);
            h->handle(h, count);
            return true;
        }
    }
    return false;
}

static void fetch(struct env *env)
{
    uint64_t imprint, count;

    while (signal_next(env->signal, &imprint, &count) == OK)
        note(imprint, count);
}

void signal_handle_all(struct env *env)
{
    do
        fetch(env);
    while (handle_one());
}

void signal_wait(struct env *env, struct signal_handler *handler)
{
    for (;;) {
        fetch(env);
        if (handler->pending)
            break;
        sm_down(doorbell.selector, DEADLINE_NEVER);
    }
    handler->pending = 0;
}
