/* Running, stepping and running to a count. See machine.h. */
#include "machine_private.h"

const char *machine_outcome_name(enum machine_outcome_kind kind)
{
    static const char *const names[] = {
        [MACHINE_AT_STOP] = "at-stop",
        [MACHINE_SHUTDOWN] = "shutdown",
        [MACHINE_PANICKED] = "panicked",
        [MACHINE_DEAD] = "dead",
        [MACHINE_IDLE] = "idle",
        [MACHINE_OVER_LIMIT] = "over-limit",
        [MACHINE_FLOOD] = "flood",
        [MACHINE_STORM] = "storm",
        [MACHINE_AT_COUNT] = "at-count",
        [MACHINE_END_OF_LOG] = "end-of-log",
        [MACHINE_EMULATOR_STUCK] = "emulator-stuck",
        [MACHINE_EMULATOR_FAILED] = "emulator-failed",
    };
    return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}

static struct status step_once(struct machine *machine, struct machine_outcome *outcome)
{
    static const struct machine_limits none = { 0 };
    struct status status = rsp_step(machine->rsp);
    return status.code == STATUS_OK ? machine_watch(machine, &none, outcome) : status;
}

/* The last stop was at the last instruction of the log. */
static struct status end_of_log(struct machine *machine, struct machine_outcome *outcome)
{
    outcome->kind = MACHINE_END_OF_LOG;
    outcome->count = machine->last_count;
    outcome->address = machine->last_address;
    outcome->inspectable = outcome->exact = machine->used = true;
    return rsp_registers(machine->rsp, &outcome->registers);
}

struct status machine_step(struct machine *machine, struct machine_outcome *outcome)
{
    *outcome = (struct machine_outcome){ 0 };
    struct status status = machine_need_replay(machine);
    if (status.code == STATUS_OK && machine->at_end)
        return end_of_log(machine, outcome);
    uint64_t count = machine->last_count, address = machine->last_address;
    /* Where an interrupt is due, the stub's first step only notices it: nothing has moved. */
    for (int i = 0; i < 3 && status.code == STATUS_OK; i++) {
        status = step_once(machine, outcome);
        if (outcome->kind != MACHINE_AT_STOP || outcome->count != count || outcome->address != address)
            break;
    }
    /* Standing on a breakpoint by a step has not reported it as a stop yet. */
    machine->on_breakpoint = false;
    return status;
}

struct status machine_run(struct machine *machine, const struct machine_limits *limits, struct machine_outcome *outcome)
{
    *outcome = (struct machine_outcome){ 0 };
    if (machine->used)
        return status_error(STATUS_MISUSE, "this machine has had its run");
    if (machine->at_end)
        return end_of_log(machine, outcome);
    /* The stub would report the breakpoint we stand on again and again. */
    if (machine->on_breakpoint) {
        struct status status = machine_step(machine, outcome);
        if (status.code != STATUS_OK || outcome->kind != MACHINE_AT_STOP)
            return status;
        if (machine_is_breakpoint(machine, outcome->address)) {
            machine->on_breakpoint = true;
            return status;
        }
    }
    machine->used = machine->mode == MACHINE_RECORD;
    struct status status = rsp_continue(machine->rsp);
    return status.code == STATUS_OK ? machine_watch(machine, limits, outcome) : status;
}

struct status machine_run_to(struct machine *machine, uint64_t count, const struct machine_limits *limits,
                             struct machine_outcome *outcome)
{
    *outcome = (struct machine_outcome){ 0 };
    struct status status = machine_need_replay(machine);
    if (status.code == STATUS_OK)
        status = qmp_execute(machine->qmp, "replay-break", json_pack("{s:I}", "icount", (json_int_t)count), NULL);
    if (status.code != STATUS_OK)
        return status;
    status = machine_run(machine, limits, outcome);
    if (status.code == STATUS_OK && outcome->inspectable && outcome->kind != MACHINE_AT_COUNT)
        qmp_execute(machine->qmp, "replay-delete-break", NULL, NULL);
    return status;
}
