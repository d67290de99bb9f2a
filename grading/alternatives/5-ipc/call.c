/*
 * The call: a client and a server meet, without a scheduler in between.
 *
 * A call has two ends, as a plain number of words or as something rarer, and one middle: the portal, and the server that it
 * leads to.
 */
#include "ipc.h"
#include "message.h"
#include "rendezvous.h"

/*
 * The callee is at work: the arguments are kept, because the call may begin anew when the registers that they came in are
 * gone.
 */
static noreturn RARE void call_busy(struct ec *self, struct ec *server, uint64_t selector, uint64_t descriptor)
{
    if (descriptor & DESCRIPTOR_NO_BLOCK)
        refuse(self, TIMEOUT);
    self->ipc.selector = selector;
    self->ipc.descriptor = descriptor;
    if (closes_circle(self, server))
        refuse(self, CYCLE);
    help(self, server);
}

/* Steps 2 and 3 of ABI.md §7.0: the portal that leads to a free server. Else the call ends or waits here. */
static inline __attribute__((always_inline)) struct pt *portal_free(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    struct pt *pt = portal_lookup(self, selector, PT_RIGHT_CALL);

    self->ipc.event = CALLING;
    if (!pt)
        refuse(self, BAD_CAP);
    if (pt->ec->run.cpu != self->run.cpu)
        refuse(self, BAD_CPU);
    if (!is_receiving(pt->ec))
        call_busy(self, pt->ec, selector, descriptor);
    return pt;
}

/* The reply has come, or never will: what it says has been put down meanwhile (call_results). */
static void call_end(struct ec *self)
{
    self->state.frame.rax = self->ipc.selector;
    self->state.frame.rdx = self->ipc.descriptor;
    ec_leave_call(self);
}

/* The message is in the server's UTCB. */
static inline __attribute__((always_inline)) noreturn void call_send(struct ec *self, const struct pt *pt, uint64_t descriptor)
{
    trace(TRACE_CALL, pt, pt->ec, descriptor, 0);
    rendezvous(self, pt, descriptor, call_end);
}

/* Flags and items, or a mistake. The server sees nothing of the flag. */
static noreturn RARE void call_rare(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    const uint64_t message = descriptor & ~DESCRIPTOR_NO_BLOCK;
    uint64_t refusal;

    if (!descriptor_is_valid(descriptor, DESCRIPTOR_KNOWN))
        refuse(self, BAD_PAR);
    struct pt *pt = portal_free(self, selector, descriptor);
    enum status status = items_deliver(self, pt->ec, DESCRIPTOR_ITEMS(message), &refusal);
    if (status != SUCCESS)
        refuse_with(self, status, refusal);
    message_copy(pt->ec, self, DESCRIPTOR_WORDS(message));
    call_send(self, pt, message);
}

/*
 * One that is not greater than WORD_COUNT is a number of words and nothing else: for the usual message this comparison is enough.
 */
PATH noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    if (descriptor > WORD_COUNT)
        call_rare(self, selector, descriptor);
    struct pt *pt = portal_free(self, selector, descriptor);
    message_copy(pt->ec, self, descriptor);
    call_send(self, pt, descriptor);
}
