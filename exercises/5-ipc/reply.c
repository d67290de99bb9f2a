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
    /* Answer 5.3 (place 1 of 4) goes here: reply */
    (void)part_far; not_implemented("5.3 reply");
}

/*
 * Nobody waits for the reply: the client has died, or there never was one. The current SC helped, or has nothing to do here
 * any more.
 */
static noreturn void reply_to_nobody(struct ec *self)
{
    /* Answer 5.3 (place 2 of 4) goes here: reply */
    not_implemented("5.3 reply");
}

/*
 * The client gets the words in any case; the items only if all of them can arrive. What keeps them from it is the client's to
 * know.
 */
static void reply_items(struct ec *self, struct ec *client, uint64_t descriptor)
{
    /* Answer 5.4 (place 8 of 8) goes here: items of a message */
    not_implemented("5.4 items of a message");
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
    /* Answer 5.3 (place 3 of 4) goes here: reply */
    (void)reply_rare; not_implemented("5.3 reply");
}

/* Only a local EC has a client, so what has one needs no other check. */
PATH noreturn void sys_reply(struct ec *self, uint64_t a1, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    /* Answer 5.3 (place 4 of 4) goes here: reply */
    (void)reply_words; not_implemented("5.3 reply");
}
