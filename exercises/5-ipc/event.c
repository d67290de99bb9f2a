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
    /* Answer 5.5 (place 1 of 10) goes here: exceptions as messages */
    not_implemented("5.5 exceptions as messages");
}

/* Nobody hears it, or its handler is at work. */
static noreturn RARE void event_rare(struct ec *self, struct pt *pt)
{
    /* Answer 5.5 (place 2 of 10) goes here: exceptions as messages */
    (void)event_again; not_implemented("5.5 exceptions as messages");
}

static inline __attribute__((always_inline)) noreturn void event_send(struct ec *self, struct pt *pt, unsigned words)
{
    /* Answer 5.5 (place 3 of 10) goes here: exceptions as messages */
    not_implemented("5.5 exceptions as messages");
}

static noreturn PATH RARE void event_send_words(struct ec *self, struct pt *pt)
{
    event_send(self, pt, event_tell(self, pt->transfer, pt->ec->ipc.utcb));
}

/* The event is in self->ipc and its frame, so that it can be raised again. Self's own UTCB is not touched. */
static inline __attribute__((always_inline)) noreturn void event_raise(struct ec *self)
{
    /* Answer 5.5 (place 4 of 10) goes here: exceptions as messages */
    (void)event_portal, (void)event_rare, (void)event_send_words; not_implemented("5.5 exceptions as messages");
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
    /* Answer 5.5 (place 5 of 10) goes here: exceptions as messages */
    not_implemented("5.5 exceptions as messages");
}

/*
 * What exit_sysret would have put into the registers: a handler may look at all of them, and none may show what is the
 * kernel's.
 */
static void frame_complete(struct user_state *state)
{
    /* Answer 5.5 (place 6 of 10) goes here: exceptions as messages */
    not_implemented("5.5 exceptions as messages");
}

noreturn void ipc_recall(struct ec *self)
{
    /* Answer 5.5 (place 7 of 10) goes here: exceptions as messages */
    (void)frame_complete; not_implemented("5.5 exceptions as messages");
}
