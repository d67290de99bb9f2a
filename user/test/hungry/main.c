/*
 * Asks for more of everything than its environment's sessions came with: the library sends more quota along, as long as the component's
 * own accounts have it, and says what is lacking when they do not.
 */
#include "lib/dataspace.h"
#include "lib/log.h"
#include "lib/signal.h"

enum { PIECES = 40, HANDLERS = 20 };

static void nothing(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
}

void construct(struct env *env)
{
    static struct memory memory[PIECES];
    static struct signal_handler handler[HANDLERS];
    enum outcome outcome = OK;

    for (unsigned i = 0; i < PIECES && outcome == OK; i++)
        outcome = memory_allocate(env, 4096, &memory[i]);
    log_line(env, "%u pieces of memory: %s", PIECES, outcome_name(outcome));
    for (unsigned i = 0; i < HANDLERS && outcome == OK; i++) {
        handler[i].handle = nothing;
        outcome = signal_handler_init(env, &handler[i]);
    }
    log_line(env, "%u signals: %s", HANDLERS, outcome_name(outcome));
    struct memory too_much;
    const enum outcome refused = memory_allocate(env, 64 << 20, &too_much);
    log_line(env, "64 MiB: %s, %s", outcome_name(refused), rpc_lacking() > 63 << 20 ? "63 and more are missing" : "wrong");
    env_exit(env, outcome == OK && refused == OUT_OF_RAM ? 0 : 1);
}
