/*
 * Makes a child and ends it, wherever it is, many times: afterwards all accounts must be what they were.
 */
#include "driver/timer/timer.h"
#include "lib/forward.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/service/cap.h"
#include "lib/service/ram.h"
#include "lib/session.h"
#include "lib/signal.h"
#include "lib/start.h"
#include "lib/string.h"

enum { WARM_UP = 3, LONGEST_US = 60000 };

static struct env *own;
static struct started child;
static struct session timer;
static uint64_t wanted; /* children, from the configuration */
static unsigned rounds;

static struct started *started_of(struct child *c)
{
    return CONTAINER(c, struct started, child);
}

/* ---- Policy: everything goes to our own parent ------------------------------------------------------------------------- */

static enum outcome route(struct child *c, struct child_session *s)
{
    (void)c;
    return forward(own, s);
}

static enum outcome close_session(struct child *c, struct child_session *s)
{
    (void)c;
    return forward_close(own, s);
}

static enum outcome upgrade(struct child *c, struct child_session *s, uint64_t ram, uint64_t caps)
{
    (void)c;
    return forward_upgrade(own, s, ram, caps);
}

static enum outcome upgrade_environment(struct child *c, enum env_session number, uint64_t ram, uint64_t caps)
{
    return child_upgrade_own(own, started_of(c), number, ram, caps);
}

static enum outcome transfer(struct child *c, uint64_t ram, uint64_t caps, bool give)
{
    return child_transfer(own, started_of(c), ram, caps, give);
}

static enum outcome announce(struct child *c, const char *service)
{
    (void)c, (void)service;
    return DENIED;
}

static void on_exit(struct child *c, int value)
{
    log_line(own, "child \"%s\" exited with exit value %d", c->name, value);
}

static void cleared(struct child *c)
{
    child_forget(own, started_of(c));
}

static const struct child_policy policy = { route,    close_session, upgrade, upgrade_environment,
                                            transfer, announce,      on_exit, cleared };

/* ---- Rounds ------------------------------------------------------------------------------------------------------------ */

struct figures {
    uint64_t ram_quota, ram_used, caps_quota, caps_used;
};

static struct figures look(void)
{
    struct figures f = { 0 };

    if (ram_figures(own->ram, &f.ram_quota, &f.ram_used) != OK || cap_figures(own->caps, &f.caps_quota, &f.caps_used) != OK)
        env_exit(own, 1);
    return f;
}

/* The same each time. A child that never rests is left at the end of a turn of its, which may be anywhere. */
static uint32_t next_random(void)
{
    static uint32_t state = 1;

    state = state * 1103515245 + 12345;
    return state >> 8;
}

static void need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    log_line(own, "round %u: %s: %s, %lu bytes are missing", rounds, what, outcome_name(outcome), rpc_lacking());
    env_exit(own, 1);
}

static struct signal_handler alarm;

/* It calls us as soon as we have returned: its parent is nobody else. */
static void begin_round(void)
{
    static const struct start start = { "busy", "busy", 512 * 1024, 128 * 1024 };
    const char *step;
    const enum outcome outcome = child_start(own, &child, &start, &policy, &step);

    need(outcome, step);
    need(timer_alarm(timer.capability, next_random() % LONGEST_US, alarm.context), "alarm");
}

static void compare(const char *what, uint64_t before, uint64_t after)
{
    if (before == after)
        return;
    log_line(own, "wrong: %s: %lu before, %lu after", what, before, after);
    env_exit(own, 1);
}

static void finish(const struct figures *before)
{
    const struct figures after = look();

    compare("quota of memory", before->ram_quota, after.ram_quota);
    compare("used memory", before->ram_used, after.ram_used);
    compare("quota of kernel memory", before->caps_quota, after.caps_quota);
    compare("used kernel memory", before->caps_used, after.caps_used);
    log_line(own, "%lu children made and ended, all accounts as before", wanted);
    env_exit(own, 0);
}

/* The first rounds buy tables of our own, which nobody gives back. */
static void end_round(void)
{
    static struct figures before;

    rounds++;
    if (rounds == WARM_UP)
        before = look();
    if (rounds == WARM_UP + wanted)
        finish(&before);
    begin_round();
}

static void on_alarm(struct signal_handler *handler, uint64_t count)
{
    (void)handler, (void)count;
    child_stop(own, &child);
    if (child_is_clear(&child.child))
        end_round();
}

/* Servers have closed sessions of a child that is no more: with the last of them the round is over. */
static void on_change(void)
{
    forward_check(own, &child.child);
    if (child.child.ended && child_is_clear(&child.child))
        end_round();
}

static uint64_t read_config(void)
{
    struct json_node node[4];
    struct json_error error;
    struct json json;
    struct rom rom;
    uint64_t value = 0;

    need(rom_open(own, "config", &rom), "config");
    need(json_read(&json, rom.text, rom.size, node, 4, &error) ? OK : INVALID, "config");
    need(json_natural(&json, json_member(&json, 0, "children"), 1000000, &value) ? OK : INVALID, "children");
    rom_close(own, &rom);
    return value;
}

static struct signal_handler alarm = { .handle = on_alarm };

void construct(struct env *env)
{
    static const struct session_request request = { "Timer", "", "", TIMER_RAM, TIMER_CAPS };

    own = env;
    wanted = read_config();
    need(session_open(env, &timer, &request), "Timer");
    need(signal_handler_init(env, &alarm), "signal");
    need(session_listen(env, on_change), "signal");
    begin_round();
}
