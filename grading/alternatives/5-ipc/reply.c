/*
 * The reply: the client goes on, and the server waits for the next call, in one step.
 */
#include "ipc.h"
#include "message.h"

/*
 * Cuts the links, both halves: nobody waits for the other any more. Returns with the server free, before anybody else can run, so
 * the next call finds it.
 */
static inline __attribute__((always_inline)) void part(struct ec *server, struct ec *client)
{
    client->ipc.callee = NULL;
    server->ipc.caller = NULL;
    server->run.cont = NULL;
}

/*
 * The time goes to whoever the current SC works for now: the client, or one who helped and can try again. Only the links are
 * asked, and they have been cut.
 */
static inline __attribute__((always_inline)) noreturn void pass_on(struct ec *client, uint64_t descriptor, enum status status)
{
    struct ec *next = chain_end(current_sc()->ec);

    trace(TRACE_REPLY, client, descriptor, next, status);
    ec_switch(next);
}

/* A call gets a status and the descriptor of what has come. */
static inline __attribute__((always_inline)) noreturn void call_answered(struct ec *server, struct ec *client, enum status status,
                                                                         uint64_t descriptor)
{
    call_results(client, status, descriptor);
    part(server, client);
    pass_on(client, descriptor, status);
}

/* An event gets registers, or nothing, and never items. */
static noreturn PATH RARE void event_answered(struct ec *server, struct ec *client, uint64_t descriptor)
{
    if (DESCRIPTOR_WORDS(descriptor))
        event_take(client, server->ipc.utcb, DESCRIPTOR_WORDS(descriptor));
    part(server, client);
    pass_on(client, 0, SUCCESS);
}

/*
 * The client gets the words in any case; the items only if all of them can arrive. What keeps them from it is the client's to
 * know.
 */
static noreturn void items_answered(struct ec *server, struct ec *client, uint64_t descriptor)
{
    const unsigned words = DESCRIPTOR_WORDS(descriptor);
    uint64_t lost;
    enum status status = items_deliver(server, client, DESCRIPTOR_ITEMS(descriptor), &lost);

    message_copy(client, server, words);
    if (status == SUCCESS)
        call_answered(server, client, SUCCESS, descriptor);
    client->ipc.utcb->lost = lost;
    call_answered(server, client, ITEMS_LOST, DESCRIPTOR(words, 0));
}

/*
 * Nobody waits for the reply: the client has died, or there never was one. The current SC helped, or has nothing to do here
 * any more.
 */
static noreturn void nobody_answered(struct ec *server)
{
    server->run.cont = NULL;
    sched_next();
}

/* With items, to nobody, to an event, or a mistake. */
static noreturn RARE void reply_rare(struct ec *self, struct ec *client, uint64_t descriptor)
{
    if (self->ipc.kind != EC_LOCAL)
        refuse(self, BAD_CALL);
    if (!descriptor_is_valid(descriptor, DESCRIPTOR_KNOWN & ~DESCRIPTOR_NO_BLOCK))
        refuse(self, BAD_PAR);
    if (!client)
        nobody_answered(self);
    if (waits_for_call(client))
        items_answered(self, client, descriptor);
    event_answered(self, client, descriptor);
}

/* Only a local EC has a client, so what has one needs no other check. */
PATH noreturn void sys_reply(struct ec *self, uint64_t a1, uint64_t descriptor, uint64_t a3, uint64_t a4, uint64_t a5)
{
    struct ec *client = self->ipc.caller;

    if (!client || descriptor > WORD_COUNT || !waits_for_call(client))
        reply_rare(self, client, descriptor);
    message_copy(client, self, descriptor);
    call_answered(self, client, SUCCESS, descriptor);
}
