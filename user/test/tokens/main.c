/*
 * Makes tokens, and keeps those of others.
 */
#include "lib/list.h"
#include "lib/log.h"
#include "lib/root.h"
#include "test/tokens/tokens.h"

RPC_SERVE(tokens, TOKENS_OPERATIONS)
RPC_SERVE(token, TOKEN_OPERATIONS)

static struct env *own;
static struct rpc_object token[TOKENS], session;
static struct capability kept[TOKENS];

static enum outcome do_digit(struct rpc_object *self, uint64_t *digit)
{
    *digit = (uint64_t)(self - token) + 1;
    return OK;
}

static enum outcome do_make(struct rpc_object *self, struct capability *a, struct capability *b, struct capability *c,
                            struct capability *d)
{
    (void)self;
    *a = token[0].capability, *b = token[1].capability, *c = token[2].capability, *d = token[3].capability;
    return OK;
}

/* Arguments are lent for the length of the handler: who keeps them counts them. */
static void keep(unsigned i, struct capability c)
{
    capability_retain(c);
    capability_release(kept[i]);
    kept[i] = c;
}

/* Calls to the maker of the tokens, while the client waits: the server trusts it, as it trusts nobody's client. */
static enum outcome do_leave(struct rpc_object *self, struct capability a, struct capability b, struct capability c,
                             struct capability d, uint64_t *digits)
{
    const struct capability left[TOKENS] = { a, b, c, d };

    (void)self;
    for (unsigned i = 0; i < TOKENS; i++) {
        uint64_t digit;
        const enum outcome outcome = token_digit(left[i], &digit);
        if (outcome != OK)
            return outcome;
        *digits = *digits * 10 + digit;
        keep(i, left[i]);
    }
    return OK;
}

static enum outcome do_take(struct rpc_object *self, struct capability *a, struct capability *b, struct capability *c,
                            struct capability *d)
{
    (void)self;
    *a = kept[3], *b = kept[2], *c = kept[1], *d = kept[0];
    return OK;
}

static enum outcome do_leave_five(struct rpc_object *self, struct capability a, struct capability b,
                                  struct capability c, struct capability d, struct capability e)
{
    (void)self, (void)a, (void)b, (void)c, (void)d, (void)e;
    log_line(own, "five have come");
    return OK;
}

static enum outcome do_take_five(struct rpc_object *self, struct capability *a, struct capability *b,
                                 struct capability *c, struct capability *d, struct capability *e)
{
    log_line(own, "is asked for five");
    *e = token[0].capability;
    return do_make(self, a, b, c, d);
}

/* One client is enough. */
static enum outcome create(struct root *root, const struct session_creation *creation, struct capability *capability)
{
    static const struct tokens_operations operations = { do_make, do_leave, do_take, do_leave_five, do_take_five };

    (void)creation;
    if (capability_valid(session.capability))
        return OUT_OF_RAM;
    const enum outcome outcome = rpc_object_manage(&root->env->entrypoint, &session, &tokens_interface, &operations);
    *capability = session.capability;
    return outcome;
}

static void close_session(struct root *root, uint64_t id)
{
    (void)root, (void)id;
    rpc_object_dissolve(&session);
}

static struct root root = { .service = "Tokens", .create = create, .close = close_session };

void construct(struct env *env)
{
    static const struct token_operations operations = { do_digit };
    enum outcome outcome = OK;

    own = env;
    for (unsigned i = 0; i < TOKENS && outcome == OK; i++)
        outcome = rpc_object_manage(&env->entrypoint, &token[i], &token_interface, &operations);
    if (outcome == OK)
        outcome = root_announce(env, &root);
    if (outcome != OK) {
        log_line(env, "cannot begin: %s", outcome_name(outcome));
        env_exit(env, 1);
    }
}
