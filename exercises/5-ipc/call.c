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
    /* Answer 5.5 (place 1 of 4) goes here: help a busy server */
    not_implemented("5.5 help a busy server");
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
    /* Answer 5.3 (place 1 of 7) goes here: items of a message */
    not_implemented("5.3 items of a message");
}

/*
 * The registers that the arguments came in are gone when the call begins anew, so they are kept first. From there the
 * descriptor is also read again behind the look-up: a load costs less than a saved register.
 */
noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    /* Answer 5.1 (place 1 of 2) goes here: client and server meet */
    (void)call_busy, (void)call_rare; not_implemented("5.1 client and server meet");
}
