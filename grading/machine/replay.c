/* Replays with a callback per stop. See machine.h. */
#include "machine.h"

static struct status each_stop(struct machine *machine, const struct machine_limits *limits, machine_stop_fn at_stop,
                               void *context, struct machine_outcome *last)
{
    for (;;) {
        struct status status = machine_run(machine, limits, last);
        if (status.code != STATUS_OK || last->kind != MACHINE_AT_STOP)
            return status;
        if (!at_stop(context, machine, last))
            return status;
    }
}

struct status machine_replay(const struct machine_config *config, const uint64_t *breakpoints, size_t breakpoint_count,
                             const struct machine_limits *limits, machine_stop_fn at_stop, void *context,
                             struct machine_outcome *last)
{
    struct machine *machine;
    *last = (struct machine_outcome){ 0 };
    struct status status = machine_open(&machine, config, MACHINE_REPLAY);
    for (size_t i = 0; i < breakpoint_count && status.code == STATUS_OK; i++)
        status = machine_break(machine, breakpoints[i]);
    if (status.code == STATUS_OK)
        status = each_stop(machine, limits, at_stop, context, last);
    machine_close(machine);
    return status;
}
