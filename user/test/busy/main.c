/*
 * Never rests: takes and gives back whatever a component can, so that there is something under way whenever somebody ends it.
 */
#include "lib/dataspace.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "test/rpc_server/adder.h"

static void nothing(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
}

/* A server that has nothing to do with our parent: it must not mind that we end in the middle of a call. */
static void converse(struct env *env)
{
    static const struct session_request request = { "Adder", "busy", "", ADDER_RAM, ADDER_CAPS };
    struct session session;
    uint64_t sum;

    if (session_open(env, &session, &request) != OK)
        return;
    for (unsigned i = 0; i < 20; i++)
        if (adder_add(session.capability, i, &sum) != OK)
            break;
    session_close(env, &session);
}

void construct(struct env *env)
{
    static struct signal_handler handler = { .handle = nothing };
    struct memory memory;
    struct rom rom;

    for (;;) {
        if (memory_allocate(env, 3 * 4096, &memory) == OK)
            memory_free(env, &memory);
        if (rom_open(env, "busy", &rom) == OK)
            rom_close(env, &rom);
        converse(env);
        if (signal_handler_init(env, &handler) == OK) {
            (void)!signal_submit(handler.context);
            signal_handler_free(env, &handler);
        }
    }
}
