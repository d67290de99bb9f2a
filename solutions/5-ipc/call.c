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
    //! answer 5.5 begin
    preempt_point(self, call_again); //! skeleton: not_implemented("5.5 help a busy server");
    stop_wanting(self);
    sys_call(self, self->ipc.selector, self->ipc.descriptor, 0, 0, 0);
    //! answer 5.5 end
}

/* The callee is at work. Kept apart from sys_call, which is short because what is rare is elsewhere. */
static noreturn __attribute__((noinline)) void call_busy(struct ec *self, struct ec *server)
{
    if (self->ipc.descriptor & DESCRIPTOR_NO_BLOCK)
        refuse(self, TIMEOUT);
    if (closes_circle(self, server, call_again))
        refuse(self, CYCLE);
    help(self, server, call_again);
}

/* Everything but words: flags and items. Kept apart from sys_call for the same reason. */
static noreturn __attribute__((noinline)) void call_rare(struct ec *self, struct pt *pt)
{
    //! answer 5.3 begin
    uint64_t descriptor = self->ipc.descriptor & ~DESCRIPTOR_NO_BLOCK; //! skeleton: not_implemented("5.3 items of a message");
    uint64_t refusal;
    enum status status = items_deliver(self, pt->ec, DESCRIPTOR_ITEMS(descriptor), &refusal);

    if (status != SUCCESS)
        refuse_with(self, status, refusal);
    trace(TRACE_CALL, pt, pt->ec, descriptor, 0);
    message_copy(pt->ec, self, DESCRIPTOR_WORDS(descriptor));
    self->state.frame.rax = SUCCESS;
    self->run.cont = ec_leave_call;
    rendezvous(self, pt->ec, pt, descriptor);
    //! answer 5.3 end
}

/*
 * The registers that the arguments came in are gone when the call begins anew, so they are kept first. From there the
 * descriptor is also read again behind the look-up: a load costs less than a saved register.
 */
noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    //! answer 5.1 begin
    self->ipc.selector = selector; //! skeleton: (void)call_busy, (void)call_rare; not_implemented("5.1 client and server meet");
    self->ipc.descriptor = descriptor;
    if (descriptor > WORD_COUNT && !descriptor_is_valid(descriptor, DESCRIPTOR_KNOWN))
        refuse(self, BAD_PAR);
    struct pt *pt = portal_lookup(self, selector, PT_RIGHT_CALL);
    self = current_ec();
    if (!pt)
        refuse(self, BAD_CAP);
    struct ec *server = pt->ec;
    if (server->run.cpu != self->run.cpu)
        refuse(self, BAD_CPU);
    if (!is_receiving(server))
        call_busy(self, server);
    descriptor = self->ipc.descriptor;
    if (descriptor > WORD_COUNT)
        call_rare(self, pt);

    trace(TRACE_CALL, pt, server, descriptor, 0);
    message_copy(server, self, descriptor);
    self->state.frame.rax = SUCCESS; /* the reply adds rdx */
    self->run.cont = ec_leave_call;
    rendezvous(self, server, pt, descriptor);
    //! answer 5.1 end
}
