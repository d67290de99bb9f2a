/*
 * A parent that ends a child again and again, each time at another moment of its life, and looks at its own accounts
 * each time all has been taken back. It is init with another beginning: how children are made, served and taken apart
 * is init's own code (user.mk), so that is what is tried.
 *
 * Its ROM "kills": { "times": 200, "from": 0, "step": 37, "settle": 3000 }, in µs: child n lives for from + n * step.
 * The last child of its configuration is the one that is killed; those before it live on.
 */
#include "driver/timer/timer.h"
#include "init/init.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/service/cap.h"
#include "lib/service/ram.h"
#include "lib/signal.h"

enum { NODES = 32, WARM_UP = 3 /* kills until tables that stay (kernel/ABI.md §5) are there */ };

struct env *init_env;
struct config init_config;
const char *init_config_text;
struct init_child init_child[CONFIG_CHILDREN];

static struct rom config_rom, kills_rom;
static struct session timer;
static uint64_t times, from, step, settle, done, wrong;

struct figures {
    uint64_t ram, ram_used, caps, caps_used;
};

static struct figures before;

static void on_alarm(struct signal_handler *handler, uint64_t count);
static struct signal_handler alarm = { .handle = on_alarm };

static struct init_child *victim(void)
{
    return &init_child[init_config.children - 1];
}

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(init_env, "killer: %s: %s", what, outcome_name(outcome));
    env_exit(init_env, 1);
}

static struct figures read_figures(void)
{
    struct figures f;

    need(ram_figures(init_env->ram, &f.ram, &f.ram_used), "figures");
    need(cap_figures(init_env->caps, &f.caps, &f.caps_used), "figures");
    return f;
}

static void compare(void)
{
    const struct figures now = read_figures();

    if (done <= WARM_UP)
        before = now;
    if (now.ram == before.ram && now.ram_used == before.ram_used && now.caps == before.caps &&
        now.caps_used == before.caps_used)
        return;
    wrong++;
    log_line(init_env, "after %lu: RAM %lu of %lu, before %lu of %lu; caps %lu of %lu, before %lu of %lu", done,
             now.ram_used, now.ram, before.ram_used, before.ram, now.caps_used, now.caps, before.caps_used,
             before.caps);
    before = now;
}

static void in(uint64_t us)
{
    need(timer_alarm(timer.capability, us, alarm.context), "an alarm");
}

static void begin(struct init_child *c, const struct config_start *config)
{
    const struct start start = { config->name, config->binary, config->ram, config->caps };
    const char *step_of_start;

    c->start = config;
    const enum outcome outcome = child_start(init_env, &c->run, &start, &init_policy, &step_of_start);
    need(outcome, step_of_start);
}

static void end(struct init_child *c)
{
    child_stop(init_env, &c->run);
    config_rom_end(c);
    c->start = NULL;
}

static void give_life(void)
{
    begin(victim(), &init_config.start[init_config.children - 1]);
    in(from + done * step);
}

/* Comes twice for each child: to end it, and when servers have had time to close its sessions. */
static void on_alarm(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    if (victim()->start) {
        end(victim());
        done++;
        in(settle);
        return;
    }
    if (victim()->run.sessions.address) { /* its servers have more to close */
        in(settle);
        return;
    }
    compare();
    if (done < times) {
        give_life();
        return;
    }
    log_line(init_env, "%lu ended, %lu times the accounts were not as before", done, wrong);
    env_exit(init_env, wrong != 0);
}

/* What init has for exits; here a child may come to its end by itself, too. */
static void on_exited(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
}

struct signal_handler init_exited = { .handle = on_exited };

static uint64_t number(const struct json *json, const char *key)
{
    uint64_t value = 0;

    need(json_natural(json, json_member(json, 0, key), 100000000, &value) ? OK : INVALID, key);
    return value;
}

static void read_kills(void)
{
    static struct json_node node[NODES];
    struct json_error error;
    struct json json;

    need(rom_open(init_env, "kills", &kills_rom), "no ROM \"kills\"");
    need(json_read(&json, kills_rom.text, kills_rom.size, node, NODES, &error) ? OK : INVALID, "ROM \"kills\"");
    times = number(&json, "times");
    from = number(&json, "from");
    step = number(&json, "step");
    settle = number(&json, "settle");
}

void construct(struct env *env)
{
    struct config_error error;

    init_env = env;
    need(rom_open(env, "config", &config_rom), "no ROM \"config\"");
    need(config_read(&init_config, config_rom.text, config_rom.size, &error) ? OK : INVALID, error.text);
    init_config_text = config_rom.text;
    read_kills();
    need(signal_handler_init(env, &alarm), "signals");
    need(signal_handler_init(env, &init_exited), "signals");
    need(session_listen(env, route_changed), "signals");
    need(session_open(env, &timer, &(struct session_request){ "Timer", "", "", TIMER_RAM, TIMER_CAPS }), "Timer");
    for (unsigned i = 0; i + 1 < init_config.children; i++)
        begin(&init_child[i], &init_config.start[i]);
    in(50000);
}
