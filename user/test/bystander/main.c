/*
 * A parent that tells its children how often anybody has called it. It is init with one service of its own (user.mk):
 * "Requests" with the label "parent", which it serves itself. Other labels go where its configuration says.
 */
#include "init/init.h"
#include "lib/log.h"
#include "lib/signal.h"
#include "lib/string.h"
#include "test/bystander/requests.h"

RPC_SERVE(requests, REQUESTS_OPERATIONS)

struct env *init_env;
struct config init_config;
const char *init_config_text;
struct init_child init_child[CONFIG_CHILDREN];

static struct rom config_rom;
static struct rpc_object requests;
static struct child_policy policy;

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(init_env, "bystander: %s: %s", what, outcome_name(outcome));
    env_exit(init_env, 1);
}

static enum outcome do_so_far(struct rpc_object *self, uint64_t *count)
{
    (void)self;
    *count = entrypoint_requests();
    return OK;
}

static enum outcome route(struct child *child, struct child_session *s)
{
    if (!text_equal(s->service, "Requests") || !text_equal(s->label, "parent"))
        return init_policy.route(child, s);
    s->session = requests.capability;
    capability_retain(s->session);
    return OK;
}

/* Children that have ended stay as they are: nothing is to be had from them here. */
static void on_exited(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
}

struct signal_handler init_exited = { .handle = on_exited };

static void begin(struct init_child *c, const struct config_start *config)
{
    const struct start start = { config->name, config->binary, config->ram, config->caps };
    const char *step;

    c->start = config;
    const enum outcome outcome = child_start(init_env, &c->run, &start, &policy, &step);
    need(outcome, step);
}

void construct(struct env *env)
{
    static const struct requests_operations operations = { do_so_far };
    struct config_error error;

    init_env = env;
    need(rom_open(env, "config", &config_rom), "no ROM \"config\"");
    need(config_read(&init_config, config_rom.text, config_rom.size, &error) ? OK : INVALID, error.text);
    init_config_text = config_rom.text;
    policy = init_policy;
    policy.route = route;
    need(rpc_object_manage(&env->entrypoint, &requests, &requests_interface, &operations), "an object");
    need(signal_handler_init(env, &init_exited), "signals");
    need(session_listen(env, route_changed), "signals");
    for (unsigned i = 0; i < init_config.children; i++)
        begin(&init_child[i], &init_config.start[i]);
}
