/*
 * Sessions: with the adder, the witness, the timer, or whoever is named.
 */
#include "driver/timer/timer.h"
#include "lib/log.h"
#include "lib/signal.h"
#include "lib/string.h"
#include "test/actor/actor.h"
#include "test/actor/stage.h"
#include "test/rpc_server/adder.h"
#include "test/witness/witness.h"

enum { SESSIONS = 12 };

static struct session session[SESSIONS];
static unsigned sessions;

struct session *stage_newest(void)
{
    static struct session none;
    return sessions ? &session[sessions - 1] : &none;
}

/* open SERVICE RAM CAPS [LABEL [ARGS]] */
static void open(const struct line *line)
{
    const struct session_request request = { line->word[1], line->word[4], line->word[5], actor_number(line->word[2]),
                                             actor_number(line->word[3]) };
    struct session *const s = &session[sessions];
    const enum outcome outcome = sessions < SESSIONS ? session_open(actor_env, s, &request) : WOULD_BLOCK;

    sessions += outcome == OK;
    actor_tell("open", line->word[1], outcome);
}

static void close(void)
{
    session_close(actor_env, stage_newest());
    sessions -= sessions != 0;
    log_line(actor_env, "close");
}

static void say_number(const char *act, enum outcome outcome, uint64_t number)
{
    if (outcome == OK)
        log_line(actor_env, "%s: %lu", act, number);
    else
        actor_tell(act, "", outcome);
}

static bool act_adder(const struct line *line, struct capability to)
{
    char answer[64] = "";
    uint64_t sum = 0;

    if (text_equal(line->word[0], "add")) {
        const enum outcome outcome = adder_add(to, actor_number(line->word[1]), &sum);
        say_number("sum", outcome, sum);
        return true;
    }
    if (!text_equal(line->word[0], "name"))
        return false;
    const enum outcome outcome = adder_name(to, "hello, ", answer);
    log_line(actor_env, "name: %s", outcome == OK ? answer : outcome_name(outcome));
    return true;
}

static bool act_witness(const struct line *line, struct capability to)
{
    char label[LABEL_SIZE] = "";
    uint64_t count = 0;

    if (text_equal(line->word[0], "note")) {
        actor_tell("note", "", witness_note(to));
    } else if (text_equal(line->word[0], "notes")) {
        const enum outcome outcome = witness_notes(to, &count);
        say_number("notes", outcome, count);
    } else if (text_equal(line->word[0], "label")) {
        const enum outcome outcome = witness_label(to, label);
        log_line(actor_env, "label: %s", outcome == OK ? label : outcome_name(outcome));
    } else if (text_equal(line->word[0], "keep")) {
        actor_tell("keep", line->word[1], witness_keep(to, actor_number(line->word[1])));
    } else if (text_equal(line->word[0], "die")) {
        actor_tell("die", "", witness_die(to));
    } else {
        return false;
    }
    return true;
}

/* ---- tick MS TIMES: when the play is over
 * ------------------------------------------------------------------------------ */

static uint64_t ticks_left;

static void on_tick(struct signal_handler *handler, uint64_t count)
{
    static unsigned ticks;

    (void)handler, (void)count;
    log_line(actor_env, "tick %u", ++ticks);
    if (--ticks_left == 0)
        env_exit(actor_env, 0);
}

static struct signal_handler tick = { .handle = on_tick };

static void begin_ticks(const struct line *line)
{
    static struct session timer;
    enum outcome outcome =
        session_open(actor_env, &timer, &(struct session_request){ "Timer", "", "", TIMER_RAM, TIMER_CAPS });

    ticks_left = actor_number(line->word[2]);
    if (outcome == OK)
        outcome = signal_handler_init(actor_env, &tick);
    if (outcome == OK)
        outcome = timer_periodic(timer.capability, actor_number(line->word[1]) * 1000, tick.context);
    actor_tell("tick", "", outcome);
}

bool act_session(const struct line *line)
{
    const struct capability to = stage_newest()->capability;

    if (text_equal(line->word[0], "open"))
        open(line);
    else if (text_equal(line->word[0], "upgrade"))
        actor_tell(
            "upgrade", "",
            session_upgrade(actor_env, stage_newest(), actor_number(line->word[1]), actor_number(line->word[2])));
    else if (text_equal(line->word[0], "close"))
        close();
    else if (text_equal(line->word[0], "tick"))
        begin_ticks(line);
    else
        return act_adder(line, to) || act_witness(line, to);
    return true;
}
