/*
 * The server of the first conversation between two components.
 */
#include "lib/list.h"
#include "lib/log.h"
#include "lib/root.h"
#include "lib/service/signal.h"
#include "lib/string.h"
#include "test/rpc_server/adder.h"

RPC_SERVE(adder, ADDER_OPERATIONS)

enum { SESSIONS = 4 };

static struct adder {
    struct rpc_object object;
    uint64_t id; /* 0: free */
    uint64_t sum;
    char label[LABEL_SIZE];
} adder[SESSIONS];

static enum outcome do_add(struct rpc_object *self, uint64_t number, uint64_t *sum)
{
    struct adder *a = CONTAINER(self, struct adder, object);
    *sum = a->sum += number;
    return OK;
}

static enum outcome do_name(struct rpc_object *self, const char *greeting, char *answer)
{
    struct adder *a = CONTAINER(self, struct adder, object);
    const size_t length = text_length(greeting);

    (void)text_copy(answer, 64, greeting);
    return text_copy(answer + length, 64 - length, a->label) ? OK : INVALID;
}

static enum outcome do_tell(struct rpc_object *self, struct capability signal)
{
    return signal_context_submit(signal, CONTAINER(self, struct adder, object)->sum);
}

static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *session)
{
    static const struct adder_operations operations = { do_add, do_name, do_tell };

    if (creation->ram < ADDER_RAM)
        return INSUFFICIENT_RAM;
    for (struct adder *a = adder; a < adder + SESSIONS; a++)
        if (!a->id) {
            const enum outcome outcome = rpc_object_manage(&root->env->entrypoint, &a->object, &adder_interface, &operations);
            if (outcome != OK)
                return outcome;
            a->id = creation->id;
            a->sum = 0;
            (void)text_copy(a->label, sizeof a->label, creation->label);
            *session = a->object.capability;
            return OK;
        }
    return OUT_OF_RAM;
}

static void close_session(struct root *root, uint64_t id)
{
    for (struct adder *a = adder; a < adder + SESSIONS; a++)
        if (a->id == id) {
            rpc_object_dissolve(&a->object);
            a->id = 0;
            log_line(root->env, "closed");
        }
}

static struct root root = { .service = "Adder", .create = create, .close = close_session };

void construct(struct env *env)
{
    if (root_announce(env, &root) != OK)
        env_exit(env, 1);
    log_line(env, "ready");
}
