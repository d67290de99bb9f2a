/*
 * Exceptions, starts and recalls: the EC calls a handler without knowing it.
 *
 * An event is a call whose message is made of the EC's registers, and whose reply sets them. Everything else (busy handlers,
 * donation, the handler's reply) is the same as in call.c, and is the same code.
 */
#include "body/unheard.h"
#include "ipc.h"
#include "panic.h"
#include "rendezvous.h"

static inline noreturn void event_raise(struct ec *self);

/* As call_again: the portal in the event table may be another one by now. */
static void event_again(struct ec *self)
{
    preempt_point(self, event_again);
    stop_wanting(self);
    event_raise(self);
}

/* The portal that self's event goes to, or NULL when nobody hears it. */
static struct pt *event_portal(const struct ec *self)
{
    //! answer 5.5 begin
    uint64_t selector = (uint64_t)self->ipc.event_base + self->ipc.event; //! skeleton: not_implemented("5.5 exceptions as messages");
    struct pt *pt = portal_lookup(self, selector, PT_RIGHT_EVENT);

    return pt && pt->ec->run.cpu == self->run.cpu ? pt : NULL;
    //! answer 5.5 end
}

/* Nobody hears it, or its handler is at work. */
static noreturn RARE void event_rare(struct ec *self, struct pt *pt)
{
    //! answer 5.5 begin
    if (!pt || closes_circle(self, pt->ec, event_again)) //! skeleton: (void)event_again; not_implemented("5.5 exceptions as messages");
        event_unheard(self);
    help(self, pt->ec, event_again);
    //! answer 5.5 end
}

static inline __attribute__((always_inline)) noreturn void event_send(struct ec *self, struct pt *pt, unsigned words)
{
    //! answer 5.5 begin
    self->ipc.event_transfer = pt->transfer; //! skeleton: not_implemented("5.5 exceptions as messages");
    self->run.cont = ec_leave_trap;
    trace(TRACE_EVENT, pt, pt->ec, self->state.frame.rip, self->ipc.event);
    rendezvous(self, pt->ec, pt, words);
    //! answer 5.5 end
}

static noreturn PATH RARE void event_send_words(struct ec *self, struct pt *pt)
{
    event_send(self, pt, event_tell(self, pt->transfer, pt->ec->ipc.utcb));
}

/* The event is in self->ipc and its frame, so that it can be raised again. Self's own UTCB is not touched. */
static inline __attribute__((always_inline)) noreturn void event_raise(struct ec *self)
{
    //! answer 5.5 begin
    struct pt *pt = event_portal(self); //! skeleton: (void)event_portal, (void)event_rare, (void)event_send_words; not_implemented("5.5 exceptions as messages");
    if (!pt || !is_receiving(pt->ec))
        event_rare(self, pt);
    if (pt->transfer)
        event_send_words(self, pt);
    event_send(self, pt, 0);
    //! answer 5.5 end
}

PATH noreturn void ipc_event(struct ec *self, unsigned number, uint64_t error, uint64_t address)
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
    //! answer 5.5 begin
    ec->run.recalled = 1; //! skeleton: not_implemented("5.5 exceptions as messages");
    if (ec == this_cpu()->current)
        this_cpu()->run.pending |= PENDING_RECALL;
    //! answer 5.5 end
}

/*
 * What exit_sysret would have put into the registers: a handler may look at all of them, and none may show what is the
 * kernel's.
 */
static void frame_complete(struct user_state *state)
{
    //! answer 5.5 begin
    const struct frame f = state->frame; //! skeleton: not_implemented("5.5 exceptions as messages");

    state->frame = (struct frame){
        .rip = f.rip, .rflags = f.rflags, .rsp = f.rsp, .rcx = f.rip, .r11 = f.rflags, .rax = f.rax, .rdx = f.rdx,
        .cs = SEL_USER_CODE, .ss = SEL_USER_DATA,
    };
    state->gs_base = 0;
    //! answer 5.5 end
}

noreturn void ipc_recall(struct ec *self)
{
    //! answer 5.5 begin
    self->run.recalled = 0; //! skeleton: (void)frame_complete; not_implemented("5.5 exceptions as messages");
    this_cpu()->run.pending &= ~PENDING_RECALL;
    if (self->run.cont == ec_leave_call)
        frame_complete(&self->state);
    ipc_event(self, EVENT_RECALL, 0, 0);
    //! answer 5.5 end
}
