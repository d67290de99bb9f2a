#include "core/core.h"
#include "core/pd.h"
#include "core/service.h"
#include "lib/args.h"
#include "lib/calls.h"
#include "lib/service/io_port.h"

RPC_SERVE(io_port, IO_PORT_OPERATIONS)

enum { PORTS = 65536, CORE_FIRST = 0x3f8, CORE_END = 0x400 }; /* core's own: the serial line of LOG */

struct io_port_session {
    struct core_session session;
    struct list link; /* in sessions */
    uint32_t base, end;
};

static struct list sessions = LIST_HEAD(sessions);

/* The largest piece that begins at base. */
static unsigned order_of(uint32_t base, uint32_t end)
{
    unsigned order = 0;
    while (order < 16 && base % (2u << order) == 0 && base + (2u << order) <= end)
        order++;
    return order;
}

static bool taken(uint32_t base, uint32_t end)
{
    for (LIST_EACH(link, &sessions)) {
        const struct io_port_session *s = CONTAINER(link, struct io_port_session, link);
        if (base < s->end && s->base < end)
            return true;
    }
    return base < CORE_END && CORE_FIRST < end;
}

static enum outcome do_attach(struct rpc_object *self, struct capability pd_capability)
{
    const struct io_port_session *s = CONTAINER(self, struct io_port_session, session.object);
    const struct pd *pd = pd_of(pd_capability);

    if (!pd)
        return INVALID;
    for (uint32_t at = s->base; at < s->end; at += 1u << order_of(at, s->end)) {
        const result r = pd_grant(pd->kernel_pd, RANGE(at, order_of(at, s->end)),
                                  ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, at));
        if (r.rax != SUCCESS) {
            rpc_set_lacking(REFUSAL_LACKING(r.rdx) * (uint64_t)ACCOUNT_UNIT);
            return outcome_of_status(r.rax);
        }
    }
    return OK;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct io_port_operations operations = { do_attach };
    struct io_port_session *s = (struct io_port_session *)session;
    uint64_t base, size;

    list_init(&s->link);
    if (!args_number(args, "base", &base) || !args_number(args, "size", &size) || !size || base >= PORTS || size > PORTS - base)
        return INVALID;
    if (taken((uint32_t)base, (uint32_t)(base + size)))
        return DENIED;
    s->base = (uint32_t)base;
    s->end = (uint32_t)(base + size);
    list_append(&sessions, &s->link);
    for (uint32_t at = s->base; at < s->end; at += 1u << order_of(at, s->end)) {
        const result r = kernel_control(ROOT_SEL_KERNEL, KERNEL_PORTS, RANGE(at, order_of(at, s->end)), 0, 0);
        if (r.rax != SUCCESS)
            return r.rax == BAD_PAR ? DENIED : outcome_of_status(r.rax); /* the kernel's own: timer, interrupt controllers */
    }
    return rpc_object_manage(&core_entrypoint, &session->object, &io_port_interface, &operations);
}

/* They go from every PD that was given them. */
static void close_session(struct core_session *session)
{
    struct io_port_session *s = (struct io_port_session *)session;

    for (uint32_t at = s->base; at < s->end; at += 1u << order_of(at, s->end))
        (void)remove_range(REMOVE_SELF, TYPE_PORTS, RANGE(at, order_of(at, s->end)), 0xff);
    list_remove(&s->link);
}

const struct service io_port_service = { "IO_PORT", IO_PORT_RAM, IO_PORT_CAPS, 1, create, close_session };
