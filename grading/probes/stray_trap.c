#include "probes/stray_trap.h"

#include "frame.h"
#include "grader/task.h"
#include "probes/last_steps.h"
#include "probes/witness.h"
#include "x86/vectors.h"

#include <string.h>

#define FIRST_TASK "1.7" /* from here on answers are reached through stubs */
#define RING0_TASK "1.8"
#define STEPS      64 /* from the stub to not_implemented: some pushes, and a few instructions */

bool stray_trap_title(const struct session *session, const char *title)
{
    const char *task = session->input->test->task;
    return task[0] == '1' && title[0] == '1' && task_order(title, FIRST_TASK) >= 0 && task_order(title, task) > 0;
}

struct stubs {
    uint64_t address[VECTOR_EXCEPTIONS];
};

static bool read_stubs(struct machine *machine, uint64_t cr3, struct stubs *stubs)
{
    struct x86_memory memory = machine_memory(machine);
    struct x86_hidden hidden;
    struct x86_gate gate;

    if (machine_hidden(machine, &hidden).code != STATUS_OK)
        return false;
    for (unsigned vector = 0; vector < VECTOR_EXCEPTIONS; vector++) {
        if (x86_gate(&memory, cr3, hidden.idt, vector, &gate).code != STATUS_OK)
            return false;
        stubs->address[vector] = gate.offset;
    }
    return true;
}

static int vector_of(const struct stubs *stubs, uint64_t rip)
{
    for (int vector = 0; vector < VECTOR_EXCEPTIONS; vector++)
        if (stubs->address[vector] == rip && vector != VECTOR_NMI)
            return vector;
    return -1;
}

struct stray {
    bool found;
    struct frame frame;
    struct x86_registers at; /* at the stub's first instruction */
};

/* The last exception on the way is the one that led to the end. Its error code still lies where it was pushed. */
static void find(struct machine *machine, const struct x86_registers *step, unsigned count, struct stray *stray)
{
    struct stubs stubs;
    int vector = -1;

    if (!count || !read_stubs(machine, step[0].cr3, &stubs))
        return;
    while (--count && (vector = vector_of(&stubs, step[count].rip)) < 0)
        ;
    if (vector < 0)
        return;
    *stray = (struct stray){ .found = true, .at = step[count] };
    stray->frame = (struct frame){
        .vector = (uint64_t)vector, .rip = step[count - 1].rip, .rsp = step[count - 1].rsp, .cs = step[count - 1].cs
    };
    if (VECTOR_ERROR_CODES >> vector & 1)
        machine_read_virtual(machine, step[count].rsp, &stray->frame.error, sizeof stray->frame.error);
}

/* Steps to the end of the recording. The gates are read there: lidt itself may be among the steps. */
static void step_to_end(struct machine *machine, struct machine_outcome *at, uint64_t end, struct stray *stray)
{
    struct x86_registers step[STEPS + 1];
    unsigned count = 0;

    while (count <= STEPS && at->inspectable) {
        step[count++] = at->registers;
        if (at->count >= end || machine_step(machine, at).code != STATUS_OK)
            break;
    }
    find(machine, step, count, stray);
}

bool stray_trap_explain(struct session *session, const char *title)
{
    const struct machine_limits limits = { 0 };
    const uint64_t count = session->outcome.count;
    struct stray stray = { .found = false };
    struct machine *machine = NULL;
    struct machine_outcome at = { 0 };

    if (witness_check(session))
        return true;
    if (machine_open(&machine, &session->config, MACHINE_REPLAY).code != STATUS_OK)
        return false;
    if (machine_run_to(machine, count > STEPS ? count - STEPS : 0, &limits, &at).code == STATUS_OK && at.inspectable)
        step_to_end(machine, &at, count, &stray);
    machine_close(machine);
    if (stray.found)
        last_steps_stray(session, &stray.frame, &stray.at, !strncmp(title, RING0_TASK, 3));
    return session_decided(session);
}
