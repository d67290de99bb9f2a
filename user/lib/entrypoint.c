#include "lib/entrypoint.h"

#include "lib/calls.h"
#include "lib/thread.h"

enum { STACK_SIZE = 16 * 1024 };

static char stack[STACK_SIZE] __attribute__((aligned(16)));
static struct thread thread = { .in_handler = true };
static uint64_t requests; /* see entrypoint_requests */

void *entrypoint_stack(void)
{
    return stack + STACK_SIZE;
}

uint64_t entrypoint_requests(void)
{
    return requests;
}

void entrypoint_init(struct entrypoint *ep, struct capability ec, struct utcb *utcb)
{
    *ep = (struct entrypoint){ ec };
    thread.utcb = utcb;
    utcb->user[0] = (uint64_t)&thread;
    capability_window(utcb, RPC_CAPS);
}

/* ---- Objects ----------------------------------------------------------------------------------------------------------- */

enum outcome rpc_object_manage(struct entrypoint *ep, struct rpc_object *object, const struct rpc_interface *interface,
                               const void *operations)
{
    const uint32_t number = capability_number_new();

    if (!number)
        return OUT_OF_CAPS;
    struct capability_slot *slot = &capability_slot[number];
    const uint64_t id = PAIR(number, slot->generation);
    const result r = create_pt(number, capability_own_pd().selector, ep->ec.selector, (uint64_t)entrypoint_entry, id, 0);
    if (r.rax != SUCCESS) {
        rpc_set_lacking(REFUSAL_LACKING(r.rdx) * (uint64_t)ACCOUNT_UNIT);
        capability_number_free(number);
        return outcome_of_status(r.rax);
    }
    *object = (struct rpc_object){ interface, operations, { number, PT_RIGHT_CALL } };
    slot->object = object;
    return OK;
}

void rpc_object_dissolve(struct rpc_object *object)
{
    const struct capability c = object->capability;

    if (!capability_valid(c))
        return;
    object->capability = NO_CAPABILITY;
    capability_slot[c.selector].object = NULL;
    (void)destroy(c.selector);
    capability_release(c);
}

struct rpc_object *rpc_object_of(struct capability c, const struct rpc_interface *interface)
{
    struct rpc_object *object = c.selector < capability_slots ? capability_slot[c.selector].object : NULL;
    return object && object->interface == interface ? object : NULL;
}

/* ---- Serving ----------------------------------------------------------------------------------------------------------- */

static void take_arrivals(struct rpc_message *m)
{
    for (uint32_t i = 0; i < m->items; i++) {
        const struct capability c = capability_arrived(&m->utcb->item[i]);
        if (i < RPC_CAPS)
            m->capability[m->arrived++] = c;
        else
            capability_release(c);
    }
    m->items = m->arrived;
}

/* A call may have waited while its object was dissolved; the portal is gone then, but not what had entered it. */
static enum outcome dispatch(struct rpc_message *m, uint64_t id)
{
    const struct capability_slot *slot = &capability_slot[PAIR_LOW(id)];

    if (!slot->object || slot->generation != PAIR_HIGH(id))
        return GONE;
    return slot->object->interface->dispatch(slot->object, m, m->utcb->word[0]);
}

uint64_t entrypoint_serve(uint64_t id, uint64_t descriptor)
{
    struct rpc_message m;
    enum outcome outcome = INVALID;

    requests++;
    m.utcb = thread.utcb;
    m.words = DESCRIPTOR_WORDS(descriptor);
    m.items = DESCRIPTOR_ITEMS(descriptor);
    m.word = RPC_HEAD;
    m.item = m.arrived = 0;
    m.bad = false;

    if (m.items)
        take_arrivals(&m);
    thread.lacking = 0;
    if (m.words >= RPC_HEAD)
        outcome = dispatch(&m, id);
    const uint64_t lacking = thread.lacking;
    for (uint32_t i = 0; i < m.arrived; i++)
        capability_release(m.capability[i]);
    if ((outcome != OK && outcome != PENDING) || m.bad)
        rpc_begin_reply(&m); /* a refusal carries nothing else */
    m.utcb->word[0] = m.bad ? INVALID : outcome;
    m.utcb->word[1] = lacking;
    if (m.utcb->records != RPC_CAPS || !m.utcb->object_count)
        capability_window(m.utcb, RPC_CAPS); /* something has arrived, or the handler has made calls of its own */
    return DESCRIPTOR(m.words, m.items);
}
