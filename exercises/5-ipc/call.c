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
    /* Answer 5.7 (place 1 of 3) goes here: help a busy server */
    not_implemented("5.7 help a busy server");
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
    /* Answer 5.1 (place 1 of 4) goes here: client and server meet */
    (void)call_busy; not_implemented("5.1 client and server meet");
}

/* The message is in the server's UTCB. The reply will add rdx. */
static inline __attribute__((always_inline)) noreturn void call_send(struct ec *self, const struct pt *pt, uint64_t descriptor)
{
    /* Answer 5.1 (place 2 of 4) goes here: client and server meet */
    (void)portal_free; not_implemented("5.1 client and server meet");
}

/* Flags and items, or a mistake. Kept apart from sys_call for the same reason. */
static noreturn RARE void call_rare(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    /* Answer 5.4 (place 1 of 8) goes here: items of a message */
    (void)portal_free; not_implemented("5.4 items of a message");
}

/* More than a few words. */
static noreturn PATH RARE void call_words(struct ec *self, uint64_t selector, uint64_t descriptor)
{
    /* Answer 5.2 (place 1 of 4) goes here: the words of a message */
    (void)call_rare; not_implemented("5.2 the words of a message");
}

PATH noreturn void sys_call(struct ec *self, uint64_t selector, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    if (descriptor > FEW_WORDS)
        call_words(self, selector, descriptor);
    struct pt *pt = portal_free(self, selector, descriptor);
    message_copy_few(pt->ec, self, descriptor);
    call_send(self, pt, descriptor);
}
