/* Looking at a stopped machine. See machine.h. */
#include "machine_private.h"

#include <stdio.h>
#include <stdlib.h>

struct status machine_need_stop(const struct machine *machine)
{
    return machine->stopped ? status_ok() : status_error(STATUS_MISUSE, "the guest is not stopped");
}

struct status machine_need_replay(const struct machine *machine)
{
    if (machine->mode != MACHINE_REPLAY)
        return status_error(STATUS_MISUSE, "only a replay can do this");
    if (machine->used)
        return status_error(STATUS_MISUSE, "this replay has ended");
    return machine_need_stop(machine);
}

bool machine_is_breakpoint(const struct machine *machine, uint64_t address)
{
    for (size_t i = 0; i < machine->breakpoint_count; i++)
        if (machine->breakpoints[i] == address)
            return true;
    return false;
}

struct status machine_break(struct machine *machine, uint64_t address)
{
    if (machine->mode == MACHINE_RECORD && machine->used)
        return status_error(STATUS_MISUSE, "a recording's stops are chosen before it starts");
    size_t bytes = (machine->breakpoint_count + 1) * sizeof *machine->breakpoints;
    uint64_t *grown = realloc(machine->breakpoints, bytes);
    if (!grown)
        return status_errno("memory");
    machine->breakpoints = grown;
    struct status status = rsp_break(machine->rsp, address);
    if (status.code == STATUS_OK)
        grown[machine->breakpoint_count++] = address;
    return status;
}

struct status machine_unbreak(struct machine *machine, uint64_t address)
{
    if (machine->mode == MACHINE_RECORD && machine->used)
        return status_error(STATUS_MISUSE, "a recording's stops are chosen before it starts");
    for (size_t i = 0; i < machine->breakpoint_count; i++)
        if (machine->breakpoints[i] == address) {
            machine->breakpoints[i] = machine->breakpoints[--machine->breakpoint_count];
            return rsp_unbreak(machine->rsp, address);
        }
    return status_error(STATUS_MISUSE, "no breakpoint at %#llx", (unsigned long long)address);
}

struct status machine_state(struct machine *machine, char *state, size_t size)
{
    json_t *result = NULL;
    struct status status = qmp_execute(machine->qmp, "query-status", NULL, &result);
    if (status.code != STATUS_OK)
        return status;
    const char *word = json_string_value(json_object_get(result, "status"));
    snprintf(state, size, "%s", word ? word : "");
    json_decref(result);
    return status;
}

struct status machine_count(struct machine *machine, uint64_t *count)
{
    json_t *result = NULL;
    struct status status = qmp_execute(machine->qmp, "query-replay", NULL, &result);
    if (status.code != STATUS_OK)
        return status;
    *count = (uint64_t)json_integer_value(json_object_get(result, "icount"));
    json_decref(result);
    return status;
}

/* The clock of the board runs on guest time and starts at midnight (PINNED_RTC), so its time of day is what has passed.
 */
struct status machine_seconds(struct machine *machine, uint64_t *seconds)
{
    json_t *result = NULL;
    struct status status = qmp_execute(machine->qmp, "qom-get",
                                       json_pack("{s:s,s:s}", "path", "/machine", "property", "rtc-time"), &result);
    int day = 0, hour = 0, minute = 0, second = 0;
    if (status.code != STATUS_OK)
        return status;
    if (json_unpack(result, "{s:i,s:i,s:i,s:i}", "tm_mday", &day, "tm_hour", &hour, "tm_min", &minute, "tm_sec",
                    &second) < 0)
        status = status_error(STATUS_PROTOCOL, "the machine's clock cannot be read");
    json_decref(result);
    *seconds = (((uint64_t)(day - 1) * 24 + (uint64_t)hour) * 60 + (uint64_t)minute) * 60 + (uint64_t)second;
    return status;
}

struct status machine_registers(struct machine *machine, struct x86_registers *registers)
{
    struct status status = machine_need_stop(machine);
    return status.code == STATUS_OK ? rsp_registers(machine->rsp, registers) : status;
}

struct status machine_hidden(struct machine *machine, struct x86_hidden *hidden)
{
    char text[8192];
    struct status status = qmp_monitor(machine->qmp, "info registers", text, sizeof text);
    return status.code == STATUS_OK ? x86_parse_hidden(text, hidden) : status;
}

struct status machine_read_virtual(struct machine *machine, uint64_t address, void *data, size_t length)
{
    struct status status = machine_need_stop(machine);
    return status.code == STATUS_OK ? rsp_read_virtual(machine->rsp, address, data, length) : status;
}

struct status machine_read_physical(struct machine *machine, uint64_t address, void *data, size_t length)
{
    struct status status = machine_need_stop(machine);
    return status.code == STATUS_OK ? rsp_read_physical(machine->rsp, address, data, length) : status;
}

struct status machine_write_physical(struct machine *machine, uint64_t address, const void *data, size_t length)
{
    struct status status = machine_need_stop(machine);
    return status.code == STATUS_OK ? rsp_write_physical(machine->rsp, address, data, length) : status;
}

static struct status read_for_walk(void *context, uint64_t address, void *data, size_t length)
{
    return machine_read_physical(context, address, data, length);
}

struct x86_memory machine_memory(struct machine *machine)
{
    return (struct x86_memory){ .read = read_for_walk, .context = machine };
}

struct status machine_serial(struct machine *machine, char **data, size_t *length)
{
    char path[192];
    struct status status = workdir_path(&machine->dir, "run", "serial", path, sizeof path);
    if (status.code != STATUS_OK)
        return status;
    return read_capped(path, (size_t)machine->max_serial, data, length);
}

struct status machine_monitor(struct machine *machine, const char *line, char *text, size_t size)
{
    return qmp_monitor(machine->qmp, line, text, size);
}
