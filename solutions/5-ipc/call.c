/*
 * The call: a client and a server meet, without a scheduler in between.
 */
#include "ipc.h"
#include "message.h"
#include "panic.h"
#include "rendezvous.h"

/* What a caller does that has helped: the call begins anew, as if it had just come. The portal may be another one by now. */
static void call_again(struct ec *self)
{
    //! answer 5.7 begin
    preempt_point(self, call_again); //! skeleton: not_implemented("5.7 help a busy server");
    stop_wanting(self);
    sys_call(self, self->ipc.selector, self->ipc.descriptor, 0, 0, 0);
    //! answer 5.7 end
}

/*
 * The callee is at work. Kept apart from sys_call, which is short because what is rare is elsewhere. The registers that the arguments
 * came in are gone when the call begins anew, so they are kept first.
 */
static noreturn RARE void call_busy(struct ec *self, struct ec *server, uint64_t selector, uint64_t descriptor)
{
    self->ipc.selector = selector;
    self->ipc.descriptor = descriptor;
    if (descriptor & DESCRIPTOR_NO_BLOCK)
        refuse(self, TIMEOUT);
    if (closes_circle(self, server, call_again))
        refuse(self, CYCLE);
    help(self, server, call_again);
}

/* Steps 2 and 3 of ABI.md §7.0: the portal that leads to a free server. Else the call ends or waits here. */
static inline __attribute__((always_inline)) struct pt *portal_free(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    //! answer 5.1 begin
    struct pt *pt = portal_lookup(self, selector, PT_RIGHT_CALL); //! skeleton: (void)call_busy; not_implemented("5.1 client and server meet");

    if (!pt)
        refuse(self, BAD_CAP);
    if (pt->ec->run.cpu != self->run.cpu)
        refuse(self, BAD_CPU);
    if (!is_receiving(pt->ec))
        call_busy(self, pt->ec, selector, descriptor);
    return pt;
    //! answer 5.1 end
}

/* The message is in the server's UTCB. The reply will add rdx. */
static inline __attribute__((always_inline)) noreturn void call_send(struct ec *self, const struct pt *pt, uint64_t descriptor)
{
    //! answer 5.1 begin
    trace(TRACE_CALL, pt, pt->ec, descriptor, 0); //! skeleton: (void)portal_free; not_implemented("5.1 client and server meet");
    self->state.frame.rax = SUCCESS;
    self->run.cont = ec_leave_call;
    rendezvous(self, pt->ec, pt, descriptor);
    //! answer 5.1 end
}

/* Flags and items, or a mistake. Kept apart from sys_call for the same reason. */
static noreturn RARE void call_rare(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    //! answer 5.4 begin
    uint64_t refusal; //! skeleton: (void)portal_free; not_implemented("5.4 items of a message");

    if (!descriptor_is_valid(descriptor, DESCRIPTOR_KNOWN))
        refuse(self, BAD_PAR);
    struct pt *pt = portal_free(self, selector, descriptor);
    descriptor &= ~DESCRIPTOR_NO_BLOCK;
    enum status status = items_deliver(self, pt->ec, DESCRIPTOR_ITEMS(descriptor), &refusal);
    if (status != SUCCESS)
        finish(self, status, refusal);
    message_copy(pt->ec, self, DESCRIPTOR_WORDS(descriptor));
    call_send(self, pt, descriptor);
    //! answer 5.4 end
}

/* More than a few words. */
static noreturn PATH RARE void call_words(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    //! answer 5.2 begin
    if (descriptor > WORD_COUNT) //! skeleton: (void)call_rare; not_implemented("5.2 the words of a message");
        call_rare(self, selector, descriptor);
    struct pt *pt = portal_free(self, selector, descriptor);
    message_copy(pt->ec, self, descriptor);
    call_send(self, pt, descriptor);
    //! answer 5.2 end
}

PATH noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    if (descriptor > FEW_WORDS)
        call_words(self, selector, descriptor);
    struct pt *pt = portal_free(self, selector, descriptor);
    message_copy_few(pt->ec, self, descriptor);
    call_send(self, pt, descriptor);
}
