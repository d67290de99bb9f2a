/*
 * Init: the configurable parent. README.md says what it does.
 */
#include "init/init.h"
#include "lib/log.h"
#include "lib/signal.h"

struct env *init_env;
struct config init_config;
const char *init_config_text;
struct init_child init_child[CONFIG_CHILDREN];

static struct rom config_rom;

static void end_child(struct init_child *c)
{
    child_stop(init_env, &c->run);
    config_rom_end(c);
    c->start = NULL;
}

/*
 * An exit is told in a call of the child, so on the child's time; whoever ended it there would stop in the middle. The
 * signal has it done on init's own.
 */
static void on_exited(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    for (unsigned i = 0; i < init_config.children; i++)
        if (init_child[i].start && init_child[i].exited)
            end_child(&init_child[i]);
}

struct signal_handler init_exited = { .handle = on_exited };

static void give_up(const char *what, enum outcome outcome)
{
    log_line(init_env, "init: %s: %s", what, outcome_name(outcome));
    env_exit(init_env, 1);
}

static void start_child(struct init_child *c, const struct config_start *config)
{
    const struct start start = { config->name, config->binary, config->ram, config->caps };
    const char *step;

    c->start = config;
    c->exited = false;
    const enum outcome outcome = child_start(init_env, &c->run, &start, &init_policy, &step);
    if (outcome == OK)
        return;
    log_line(init_env, "child \"%s\" cannot be started: %s: %s, %lu bytes are missing", start.name, step, outcome_name(outcome),
             rpc_lacking());
    c->start = NULL;
}

void construct(struct env *env)
{
    struct config_error error;

    init_env = env;
    enum outcome outcome = rom_open(env, "config", &config_rom);
    if (outcome != OK)
        give_up("no ROM \"config\"", outcome);
    if (!config_read(&init_config, config_rom.text, config_rom.size, &error)) {
        log_line(env, "init: config:%u:%u: %s", error.line, error.column, error.text);
        env_exit(env, 1);
    }
    init_config_text = config_rom.text;
    outcome = signal_handler_init(env, &init_exited);
    if (outcome == OK)
        outcome = session_listen(env, route_changed);
    if (outcome != OK)
        give_up("no signals", outcome);
    for (unsigned i = 0; i < init_config.children; i++)
        start_child(&init_child[i], &init_config.start[i]);
}
