/*
 * Never rests: takes and gives back whatever a component can, so that there is something under way whenever somebody ends it.
 */
#include "lib/dataspace.h"
#include "lib/signal.h"

static void nothing(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
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
        if (signal_handler_init(env, &handler) == OK) {
            (void)!signal_submit(handler.context);
            signal_handler_free(env, &handler);
        }
    }
}
