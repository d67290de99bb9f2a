#include "core/core.h"
#include "core/service.h"
#include "lib/args.h"
#include "lib/calls.h"
#include "lib/list.h"
#include "lib/service/irq.h"

RPC_SERVE(irq, IRQ_OPERATIONS)

_Static_assert(IRQ_CAPS >= 2 * OBJECT_CAPS, "a portal and a semaphore");

struct irq_session {
    struct core_session session;
    uint32_t semaphore;
};

/* Without the right to up: only the kernel says that the interrupt has fired. */
static enum outcome do_semaphore(struct rpc_object *self, struct capability *semaphore)
{
    *semaphore = (struct capability){ CONTAINER(self, struct irq_session, session.object)->semaphore, SM_RIGHT_DOWN };
    return OK;
}

static enum outcome bind(uint32_t semaphore, const char *args)
{
    const uint64_t flags = (args_word(args, "trigger", "level") ? INTERRUPT_LEVEL : 0) |
                           (args_word(args, "polarity", "low") ? INTERRUPT_LOW : 0);
    uint64_t line;

    if (!args_number(args, "line", &line) || line > 0xffff)
        return INVALID;
    const result r = kernel_control(ROOT_SEL_KERNEL, KERNEL_INTERRUPT, semaphore, INTERRUPT(line, 0, flags), 0);
    return r.rax == SUCCESS ? OK : r.rax == BAD_PAR ? INVALID : DENIED; /* no such line; somebody has it */
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct irq_operations operations = { do_semaphore };
    struct irq_session *s = (struct irq_session *)session;
    const uint32_t number = capability_number_new();

    if (!number)
        return OUT_OF_CAPS;
    const result r = create_sm(number, ROOT_SEL_PD, 0);
    if (r.rax != SUCCESS) {
        capability_number_free(number);
        return outcome_of_status(r.rax);
    }
    s->semaphore = number;
    const enum outcome outcome = bind(number, args);
    return outcome == OK ? rpc_object_manage(&core_entrypoint, &session->object, &irq_interface, &operations) : outcome;
}

/* The line is masked and free when its semaphore dies. */
static void close_session(struct core_session *session)
{
    struct irq_session *s = (struct irq_session *)session;

    if (!s->semaphore)
        return;
    (void)destroy(s->semaphore);
    capability_release((struct capability){ s->semaphore, 0 });
}

const struct service irq_service = { "IRQ", IRQ_RAM, IRQ_CAPS, 1, create, close_session };
