#include "test/witness/witness.h"

#include "lib/list.h"
#include "lib/log.h"
#include "lib/root.h"
#include "lib/service/ram.h"
#include "lib/string.h"
#include "test/witness/bare.h"

RPC_SERVE(witness, WITNESS_OPERATIONS)

enum { SESSIONS = 8, KEPT = 8, EXIT_DIED = 3 };

static struct witness {
    struct rpc_object object;
    uint64_t id;   /* 0: free */
    uint64_t left; /* bytes of RAM that came with the session */
    struct capability kept[KEPT];
    char label[LABEL_SIZE];
} witness[SESSIONS];

static struct env *own;
static uint64_t notes;

static struct witness *witness_of(struct rpc_object *self)
{
    return CONTAINER(self, struct witness, object);
}

static enum outcome do_note(struct rpc_object *self)
{
    (void)self;
    notes++;
    return OK;
}

static enum outcome do_notes(struct rpc_object *self, uint64_t *count)
{
    (void)self;
    *count = notes;
    return OK;
}

static enum outcome do_label(struct rpc_object *self, char *label)
{
    return text_copy(label, LABEL_SIZE, witness_of(self)->label) ? OK : INVALID;
}

/* Whole pages: what an account is charged. */
static enum outcome do_keep(struct rpc_object *self, uint64_t bytes)
{
    struct witness *w = witness_of(self);
    const uint64_t pages = (bytes + 4095) & ~4095ull;

    if (pages > w->left || bytes > pages) {
        rpc_set_lacking(pages - w->left);
        return OUT_OF_RAM;
    }
    for (struct capability *c = w->kept; c < w->kept + KEPT; c++)
        if (!capability_valid(*c)) {
            const enum outcome outcome = ram_allocate(own->ram, bytes, c);
            w->left -= outcome == OK ? pages : 0;
            return outcome;
        }
    return OUT_OF_CAPS;
}

static enum outcome do_die(struct rpc_object *self)
{
    (void)self;
    log_line(own, "dies");
    env_exit(own, EXIT_DIED);
}

static enum outcome do_echo(struct rpc_object *self, uint64_t number, uint64_t *same)
{
    (void)self;
    *same = number;
    return OK;
}

static enum outcome do_bare(struct rpc_object *self, struct capability *portal)
{
    (void)self;
    return bare_portal(own, portal);
}

static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *session)
{
    static const struct witness_operations operations = {
        do_note, do_notes, do_label, do_keep, do_die, do_echo, do_bare
    };

    if (creation->ram < WITNESS_RAM) {
        rpc_set_lacking(WITNESS_RAM - creation->ram);
        return INSUFFICIENT_RAM;
    }
    if (creation->caps < WITNESS_CAPS)
        return INSUFFICIENT_CAPS;
    for (struct witness *w = witness; w < witness + SESSIONS; w++)
        if (!w->id) {
            const enum outcome outcome =
                rpc_object_manage(&root->env->entrypoint, &w->object, &witness_interface, &operations);
            if (outcome != OK)
                return outcome;
            w->id = creation->id;
            w->left = creation->ram - WITNESS_RAM;
            (void)text_copy(w->label, LABEL_SIZE, creation->label);
            *session = w->object.capability;
            return OK;
        }
    return OUT_OF_RAM;
}

static void close_session(struct root *root, uint64_t id)
{
    for (struct witness *w = witness; w < witness + SESSIONS; w++) {
        if (w->id != id)
            continue;
        for (struct capability *c = w->kept; c < w->kept + KEPT; c++) {
            if (capability_valid(*c))
                (void)!ram_free(root->env->ram, *c);
            capability_release(*c);
            *c = NO_CAPABILITY;
        }
        rpc_object_dissolve(&w->object);
        w->id = 0;
    }
}

static void upgrade(struct root *root, uint64_t id, uint64_t ram, uint64_t caps)
{
    (void)root, (void)caps;
    for (struct witness *w = witness; w < witness + SESSIONS; w++)
        if (w->id == id)
            w->left += ram;
}

static struct root root = { .service = "Witness", .create = create, .upgrade = upgrade, .close = close_session };

void construct(struct env *env)
{
    own = env;
    const enum outcome outcome = root_announce(env, &root);
    if (outcome != OK) {
        log_line(env, "may not offer Witness: %s", outcome_name(outcome));
        env_exit(env, 1);
    }
    log_line(env, "ready");
}
