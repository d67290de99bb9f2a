/*
 * The reply: the client goes on, and the server waits for the next call, in one step.
 */
#include "ipc.h"
#include "message.h"
#include "panic.h"

/* The current SC is not the client's: there is a longer chain, or a helper. Kept apart, so that the usual reply is short. */
static noreturn RARE void part_far(struct ec *payer)
{
    ec_switch(chain_end(payer));
}

/*
 * Server and client part. leave: the client's continuation. The server is free before anybody else runs, so the next call finds it;
 * and the time goes to whoever the current SC works for now: the client, or one who helped and can try again.
 */
static inline __attribute__((always_inline)) noreturn void part(struct ec *server, struct ec *client, continuation *leave)
{
    //! answer 5.3 begin
    struct ec *payer = current_sc()->ec; //! skeleton: (void)part_far; not_implemented("5.3 reply");

    client->ipc.callee = NULL;
    server->ipc.caller = NULL;
    server->run.cont = NULL;
    trace(TRACE_REPLY, client, leave == ec_leave_call ? client->state.frame.rdx : 0, chain_end(payer),
          leave == ec_leave_call ? client->state.frame.rax : SUCCESS);
    if (payer != client)
        part_far(payer);
    if (client->run.cont != leave)
        __builtin_unreachable(); /* says to the compiler what it is: three instructions less */
    ec_switch(client);
    //! answer 5.3 end
}

/*
 * Nobody waits for the reply: the client has died, or there never was one. The current SC helped, or has nothing to do here
 * any more.
 */
static noreturn void reply_to_nobody(struct ec *self)
{
    //! answer 5.3 begin
    self->run.cont = NULL; //! skeleton: not_implemented("5.3 reply");
    sched_next();
    //! answer 5.3 end
}

/*
 * The client gets the words in any case; the items only if all of them can arrive. What keeps them from it is the client's to
 * know.
 */
static void reply_items(struct ec *self, struct ec *client, uint64_t descriptor)
{
    //! answer 5.4 begin
    uint64_t refusal; //! skeleton: not_implemented("5.4 items of a message");

    client->state.frame.rdx = descriptor;
    if (items_deliver(self, client, DESCRIPTOR_ITEMS(descriptor), &refusal) != SUCCESS) {
        client->ipc.utcb->lost = refusal;
        client->state.frame.rax = ITEMS_LOST;
        client->state.frame.rdx = DESCRIPTOR_WORDS(descriptor);
    }
    message_copy(client, self, DESCRIPTOR_WORDS(descriptor));
    //! answer 5.4 end
}

/* With items, to nobody, to an event with words, or a mistake. */
static noreturn RARE void reply_rare(struct ec *self, uint64_t descriptor)
{
    struct ec *client = self->ipc.caller;

    if (self->ipc.kind != EC_LOCAL)
        refuse(self, BAD_CALL);
    if (!descriptor_is_valid(descriptor, DESCRIPTOR_KNOWN & ~DESCRIPTOR_NO_BLOCK))
        refuse(self, BAD_PAR);
    if (!client)
        reply_to_nobody(self);
    if (waits_for_call(client)) {
        reply_items(self, client, descriptor);
        part(self, client, ec_leave_call);
    }
    event_take(client, self->ipc.utcb, DESCRIPTOR_WORDS(descriptor));
    part(self, client, ec_leave_trap);
}

/* More than a few words. */
static noreturn PATH RARE void reply_words(struct ec *self, uint64_t descriptor)
{
    //! answer 5.3 begin
    struct ec *client = self->ipc.caller; //! skeleton: (void)reply_rare; not_implemented("5.3 reply");

    if (descriptor > WORD_COUNT || !client || !waits_for_call(client))
        reply_rare(self, descriptor);
    message_copy(client, self, descriptor);
    client->state.frame.rdx = descriptor;
    part(self, client, ec_leave_call);
    //! answer 5.3 end
}

/* Only a local EC has a client, so what has one needs no other check. */
PATH noreturn void sys_reply(struct ec *self, uint64_t a1, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    //! answer 5.3 begin
    struct ec *client = self->ipc.caller; //! skeleton: (void)reply_words; not_implemented("5.3 reply");

    if (descriptor > FEW_WORDS || !client)
        reply_words(self, descriptor);
    if (waits_for_call(client)) {
        message_copy_few(client, self, descriptor);
        client->state.frame.rdx = descriptor;
        part(self, client, ec_leave_call);
    }
    if (descriptor)
        reply_words(self, descriptor);
    part(self, client, ec_leave_trap);
    //! answer 5.3 end
}
