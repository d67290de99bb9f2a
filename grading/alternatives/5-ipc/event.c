/*
 * Exceptions, starts and recalls: the EC calls a handler without knowing it.
 *
 * An event is a call whose message is made of the EC's registers, and whose reply sets them. Everything else (busy handlers,
 * donation, the handler's reply) is the same as in call.c, and is the same code.
 */
#include "body/unheard.h"
#include "ipc.h"
#include "rendezvous.h"

/* The portal that self's event goes to, or NULL when nobody hears it. */
static struct pt *event_portal(const struct ec *self)
{
    struct pt *pt = portal_lookup(self, (uint64_t)self->ipc.event_base + self->ipc.event, PT_RIGHT_EVENT);

    return pt && pt->ec->run.cpu == self->run.cpu ? pt : NULL;
}

/* Its handler is at work. Who would wait for himself is heard by nobody. */
static noreturn RARE void event_busy(struct ec *self, struct ec *handler)
{
    if (closes_circle(self, handler))
        event_unheard(self);
    help(self, handler);
}

/*
 * The event is in self->ipc and its frame, so that it can be raised again. Self's own UTCB is not touched. What the portal
 * shows now is what the reply may set, whatever becomes of the portal meanwhile.
 */
PATH noreturn void event_raise(struct ec *self)
{
    struct pt *pt = event_portal(self);
    unsigned words = 0;

    if (!pt)
        event_unheard(self);
    if (!is_receiving(pt->ec))
        event_busy(self, pt->ec);
    if (pt->transfer)
        words = event_tell(self, pt->transfer, pt->ec->ipc.utcb);
    self->ipc.event_transfer = pt->transfer;
    trace(TRACE_EVENT, pt, pt->ec, self->state.frame.rip, self->ipc.event);
    rendezvous(self, pt, words, ec_leave_trap);
}

noreturn void ipc_event(struct ec *self, unsigned number, uint64_t error, uint64_t address)
{
    self->ipc.event = number;
    if (number == VECTOR_PAGE_FAULT)
        self->ipc.address = address;
    self->state.frame.error = error;
    event_raise(self);
}

/* continuation */
noreturn void ipc_startup(struct ec *self)
{
    ipc_event(self, EVENT_STARTUP, 0, 0);
}

/* ---- Recall --------------------------------------------------------------------------------------------------------- */

/* If it is the current EC, its exit looks at PENDING_RECALL; any other one finds the mark when it is switched to. */
void ec_recall(struct ec *ec)
{
    ec->run.recalled = 1;
    if (ec == this_cpu()->current)
        this_cpu()->run.pending |= PENDING_RECALL;
}

/*
 * What exit_sysret would have put into the registers: a handler may look at all of them, and none may show what is the
 * kernel's.
 */
static void frame_complete(struct user_state *state)
{
    const struct frame left = state->frame;

    state->gs_base = 0;
    state->frame = (struct frame){
        .rip = left.rip,
        .rflags = left.rflags,
        .rsp = left.rsp,
        .rax = left.rax,
        .rdx = left.rdx,
        .rcx = left.rip,
        .r11 = left.rflags,
        .cs = SEL_USER_CODE,
        .ss = SEL_USER_DATA,
    };
}

noreturn void ipc_recall(struct ec *self)
{
    if (self->run.cont == ec_leave_call)
        frame_complete(&self->state);
    self->run.recalled = 0;
    this_cpu()->run.pending &= ~PENDING_RECALL;
    ipc_event(self, EVENT_RECALL, 0, 0);
}
