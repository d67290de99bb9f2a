/* Watching a run to its outcome. See machine.h.
 *
 * A run is watched, not steered: until it ends by itself it is only ever asked for its count and
 * registers, which does not stop it. */
#include "machine_private.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_WALL_MS 60000
/* Guest time passes at once while all wait, so an interrupt that is to come comes within
 * microseconds; this many looks without an instruction are far beyond any load of the host. */
#define IDLE_LOOKS   150
#define IDLE_MS      1500
#define IDLE_SECONDS 2 /* of guest time */
/* Of the log for each byte of serial output, at most: 14, counted. Whoever prints is not interrupted. */
#define PRINTED_BYTES 16
#define NEVER         UINT64_MAX

/* What a run remembers from one look to the next. */
struct watch {
    const struct machine_limits *limits;
    uint64_t wall_ms;               /* so long without an instruction: the emulator is stuck */
    uint64_t moved_count, moved_at; /* the count when it last moved, and the clock then */
    uint64_t last_count;
    uint64_t still_since; /* clock when the count last moved */
    unsigned still_looks;
    uint64_t seconds_count; /* the count when guest seconds were last looked at, */
    uint64_t still_second;  /* and since when it is so; NEVER: it was another one at the look before */
    bool past_limit;        /* of guest seconds, at an earlier look */
    bool decided;
};

static uint64_t size_of(const struct machine *machine, const char *name)
{
    char path[192];
    struct stat info;
    struct status status = workdir_path(&machine->dir, "run", name, path, sizeof path);
    if (status.code != STATUS_OK || lstat(path, &info) < 0 || !S_ISREG(info.st_mode))
        return 0;
    return (uint64_t)info.st_size;
}

static void decide(struct watch *watch, struct machine_outcome *outcome, enum machine_outcome_kind kind)
{
    outcome->kind = kind;
    watch->decided = true;
}

/* How far the log of a recording goes that ends now. What a running guest has executed since the last beat is counted, but may not
 * be written down yet, and never is then. */
static uint64_t logged(const struct machine *machine, uint64_t count)
{
    if (machine->mode == MACHINE_REPLAY || machine->stopped)
        return count;
    return count > machine->beat ? count - machine->beat : 0;
}

/* The rules that hold however a run ended. A run is over its limit when its log is, so that a replay gets there. Its count is the
 * limit, since the moment at which we noticed depends on the host. */
static void apply_limits(const struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    uint64_t limit = watch->limits->instructions;
    const bool over = limit && logged(machine, outcome->count) > limit;
    const uint64_t printed = machine->mode == MACHINE_RECORD ? size_of(machine, "serial") : 0;
    const bool flood = printed > machine->max_serial;
    if (flood || (machine->max_events && size_of(machine, "log") > machine->max_events + PRINTED_BYTES * printed)) {
        decide(watch, outcome, flood ? MACHINE_FLOOD : MACHINE_STORM);
        outcome->count = 0;
        outcome->exact = false;
    } else if (over) {
        decide(watch, outcome, MACHINE_OVER_LIMIT);
        outcome->count = limit;
        outcome->exact = true;
        outcome->inspectable = false; /* what could be seen now is not the state at the limit */
    }
}

/* QMP calls a triple fault a reset like any other; only QEMU's own log names it. */
static bool triple_fault(const struct machine *machine)
{
    char path[192], *text = NULL;
    size_t length;
    struct status status = workdir_path(&machine->dir, "run", "resets", path, sizeof path);
    if (status.code == STATUS_OK)
        status = read_capped(path, 1u << 20, &text, &length);
    bool found = status.code == STATUS_OK && strstr(text, "Triple fault") != NULL;
    free(text);
    return found;
}

/* "triple-fault", or QEMU's reason: "guest-reset", "guest-shutdown". Those two are asked for through a device, and
 * QEMU stops the guest a little later, when it next looks: such a count is not the same in every run. */
static void shutdown_reason(struct machine *machine, struct machine_outcome *outcome)
{
    json_t *event;
    while ((event = qmp_next_event(machine->qmp)) != NULL) {
        const char *name = json_string_value(json_object_get(event, "event"));
        json_t *data = json_object_get(event, "data");
        const char *reason = json_string_value(json_object_get(data, "reason"));
        if (name && strcmp(name, "SHUTDOWN") == 0 && reason)
            snprintf(outcome->detail, sizeof outcome->detail, "%s", reason);
        json_decref(event);
    }
}

/* The `quit` that closed a recording is in the log as well, at the very instruction at which the recording had stopped, and takes
 * effect before a breakpoint there does. The log holds it twice, as QEMU was asked and as it left: "host-qmp-quit" and
 * "host-signal". Mostly the second is seen; but a guest that was not stopped may execute a little in between, and then the first
 * is. A guest can ask for none that begins so. */
static void judge_replay_end(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    static const char host[] = "host-";
    if (outcome->kind == MACHINE_SHUTDOWN && strncmp(outcome->detail, host, strlen(host)) == 0) {
        machine->at_end = true;
        decide(watch, outcome, machine_is_breakpoint(machine, outcome->address) ? MACHINE_AT_STOP : MACHINE_END_OF_LOG);
        outcome->detail[0] = '\0';
    }
    machine->used |= outcome->kind == MACHINE_SHUTDOWN || outcome->kind == MACHINE_END_OF_LOG;
}

/* The guest has stopped: why, and in what state. */
static struct status judge_stop(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    char state[32];
    machine->stopped = true;
    outcome->inspectable = true;
    struct status status = machine_state(machine, state, sizeof state);
    if (status.code == STATUS_OK)
        status = machine_count(machine, &outcome->count);
    if (status.code == STATUS_OK)
        status = rsp_registers(machine->rsp, &outcome->registers);
    if (status.code != STATUS_OK)
        return status;
    machine->last_count = outcome->count;
    machine->last_address = outcome->address = outcome->registers.rip;
    machine->on_breakpoint = strcmp(state, "debug") == 0;
    if (machine->on_breakpoint)
        decide(watch, outcome, MACHINE_AT_STOP);
    else if (strcmp(state, "shutdown") == 0)
        decide(watch, outcome, MACHINE_SHUTDOWN);
    else if (strcmp(state, "guest-panicked") == 0)
        decide(watch, outcome, MACHINE_PANICKED);
    else if (machine->mode == MACHINE_REPLAY)
        decide(watch, outcome, MACHINE_AT_COUNT);
    else
        return status_error(STATUS_PROTOCOL, "the guest stopped for no reason we know: %s", state);
    if (outcome->kind == MACHINE_SHUTDOWN)
        shutdown_reason(machine, outcome);
    if (outcome->kind == MACHINE_SHUTDOWN && triple_fault(machine))
        snprintf(outcome->detail, sizeof outcome->detail, "triple-fault");
    outcome->exact =
        outcome->kind != MACHINE_SHUTDOWN || machine->mode == MACHINE_REPLAY || strcmp(outcome->detail, "triple-fault") == 0;
    if (machine->mode == MACHINE_REPLAY)
        judge_replay_end(machine, watch, outcome);
    apply_limits(machine, watch, outcome);
    return status;
}

/* Stops a guest that will do nothing more by itself, so that it can be looked at. */
static struct status freeze(struct machine *machine, struct machine_outcome *outcome)
{
    bool stopped = false;
    int signal;
    struct status status = rsp_interrupt(machine->rsp);
    if (status.code == STATUS_OK)
        status = rsp_wait(machine->rsp, 5000, &stopped, &signal);
    if (status.code != STATUS_OK || !stopped)
        return status;
    machine->stopped = outcome->inspectable = outcome->exact = true;
    return rsp_registers(machine->rsp, &outcome->registers);
}

static bool stands_still(struct watch *watch, uint64_t count)
{
    if (count != watch->last_count) {
        watch->last_count = count;
        watch->still_since = clock_ms();
        watch->still_looks = 0;
    }
    return ++watch->still_looks >= IDLE_LOOKS && clock_ms() - watch->still_since >= IDLE_MS;
}

/* Halted with interrupts off is for ever; halted with interrupts on and no interrupt is, too. */
static struct status look_halted(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    struct x86_hidden hidden;
    struct status status = machine_hidden(machine, &hidden);
    if (status.code != STATUS_OK)
        return status;
    bool still = stands_still(watch, outcome->count);
    if (!hidden.halted)
        return status;
    if (!(hidden.rflags & X86_RFLAGS_IF))
        decide(watch, outcome, MACHINE_DEAD);
    else if (still)
        decide(watch, outcome, MACHINE_IDLE);
    else
        return status;
    status = freeze(machine, outcome);
    return status.code == STATUS_OK ? machine_count(machine, &outcome->count) : status;
}

/* A replay that stands still has come to the end of what was recorded; this is how it shows when
 * the recording was disturbed after its stop, or when it is stepped to its end. */
static struct status look_replayed(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    if (!stands_still(watch, outcome->count))
        return status_ok();
    decide(watch, outcome, MACHINE_END_OF_LOG);
    machine->used = true;
    return freeze(machine, outcome);
}

/* The other limit: guest time, which passes also while the guest waits, and then in no time at all. So a guest that has
 * executed nothing for a while when the limit comes is idle, and not slow. One look may see its last instruction and the limit
 * both, when the host is busy: over the limit is only who executes something after that. `seconds` were asked for before the
 * count: the other way round, what is executed between the questions, before the limit, would look as if it had been after it. */
static void apply_seconds(struct watch *watch, uint64_t seconds, struct machine_outcome *outcome)
{
    const bool executed = outcome->count != watch->seconds_count, late = watch->past_limit;
    watch->seconds_count = outcome->count;
    if (executed)
        watch->still_second = NEVER;
    else if (watch->still_second == NEVER)
        watch->still_second = seconds;
    if (seconds < watch->limits->guest_seconds)
        return;
    watch->past_limit = true;
    if (!executed && seconds - watch->still_second >= IDLE_SECONDS)
        decide(watch, outcome, MACHINE_IDLE);
    else if (executed && late)
        decide(watch, outcome, MACHINE_OVER_LIMIT);
}

static struct status look_running(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    uint64_t seconds = 0;
    struct status status = status_ok();
    if (watch->limits->guest_seconds)
        status = machine_seconds(machine, &seconds);
    if (status.code == STATUS_OK)
        status = machine_count(machine, &outcome->count);
    if (status.code != STATUS_OK)
        return status;
    apply_limits(machine, watch, outcome);
    if (!watch->decided && watch->limits->guest_seconds)
        apply_seconds(watch, seconds, outcome);
    if (watch->decided)
        return status;
    status = machine->mode == MACHINE_RECORD ? look_halted(machine, watch, outcome) : look_replayed(machine, watch, outcome);
    if (status.code == STATUS_OK && watch->decided)
        apply_limits(machine, watch, outcome);
    return status;
}

/* The emulator is gone, or cannot be talked to any more. */
static void judge_end(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    struct sandbox_process *process = &machine->process;
    bool gone = false;
    for (int i = 0; i < 20 && !gone; i++)
        gone = !sandbox_poll(process, 100);
    bool clean = gone && process->result.exit_code == 0;
    decide(watch, outcome, clean && machine->mode == MACHINE_REPLAY ? MACHINE_END_OF_LOG : MACHINE_EMULATOR_FAILED);
    outcome->inspectable = false;
    machine->used = true;
    const char *text = process->result.output ? process->result.output : "";
    size_t length = strlen(text);
    if (length > sizeof outcome->detail - 1)
        text += length - (sizeof outcome->detail - 1);
    snprintf(outcome->detail, sizeof outcome->detail, "%s", text);
}

/* Wall clock says nothing about the guest: on a busy host a loop that the limit is for can take any time to come to it. But as long as
 * instructions are executed, it comes. */
static bool is_stuck(struct watch *watch, uint64_t count)
{
    if (count != watch->moved_count) {
        watch->moved_count = count;
        watch->moved_at = clock_ms();
    }
    return clock_ms() - watch->moved_at > watch->wall_ms;
}

static struct status watch_run(struct machine *machine, struct watch *watch, struct machine_outcome *outcome)
{
    struct status status = status_ok();
    while (!watch->decided && status.code == STATUS_OK) {
        bool stopped = false;
        int signal = 0;
        status = rsp_wait(machine->rsp, MACHINE_POLL_MS, &stopped, &signal);
        if (status.code == STATUS_OK)
            status = stopped ? judge_stop(machine, watch, outcome) : look_running(machine, watch, outcome);
        if (!watch->decided && is_stuck(watch, outcome->count)) {
            decide(watch, outcome, MACHINE_EMULATOR_STUCK);
            machine->used = true;
        }
    }
    if (status.code == STATUS_CLOSED) {
        judge_end(machine, watch, outcome);
        status = status_ok();
    }
    return status;
}

struct status machine_watch(struct machine *machine, const struct machine_limits *limits, struct machine_outcome *outcome)
{
    uint32_t wall = limits->wall_ms ? limits->wall_ms : DEFAULT_WALL_MS;
    struct watch watch = { .limits = limits, .wall_ms = wall, .moved_at = clock_ms(), .still_since = clock_ms() };
    *outcome = (struct machine_outcome){ 0 };
    machine->stopped = false;
    return watch_run(machine, &watch, outcome);
}
