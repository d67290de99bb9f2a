#include "probes/witness.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "frame.h"
#include "probes/last_steps.h"
#include "probes/user_state.h"
#include "probes/ways_out.h"
#include "x86/registers.h"
#include "x86/segments.h"
#include "x86/vectors.h"

#define STACK_BYTES (4 * 4096) /* kernel/cpu.c: STACK_PAGES */
#define IST_BYTES   4096
#define MAX_STOPS   64   /* breakpoints of one replay */
#define MAX_VISITS  3000 /* looked at before a replay is called clean */

bool witness_cpu(struct session *session, struct machine *machine, struct witness_cpu *cpu)
{
    struct cpu raw;
    cpu->address = session_kernel(session, "cpus");
    struct status s = machine_read_virtual(machine, cpu->address, &raw, sizeof raw);
    if (s.code != STATUS_OK) {
        verdict_trouble(session->verdict, "the per-CPU block cannot be read: %s", s.message);
        return false;
    }
    cpu->self = (uint64_t)(uintptr_t)raw.self;
    cpu->current = (uint64_t)(uintptr_t)raw.current;
    cpu->tss = (uint64_t)(uintptr_t)raw.tss;
    cpu->stack_top = raw.stack_top;
    memcpy(cpu->ist_top, raw.ist_top, sizeof cpu->ist_top);
    return !session_decided(session);
}

/* ---- The ways in ---- */

static const char *const entry_name[] = {
    [WITNESS_SYSCALL] = "the handler of a system call",
    [WITNESS_TRAP_USER] = "trap_from_user",
    [WITNESS_TRAP_KERNEL] = "trap_from_kernel",
    [WITNESS_TRAP_IST] = "trap_on_ist",
};

static bool on_stack(uint64_t rsp, uint64_t top, uint64_t bytes)
{
    return rsp < top && rsp >= top - bytes;
}

static void check_gs(struct session *session, const struct x86_registers *r, const struct witness_cpu *cpu,
                     const char *where)
{
    if (r->gs_base != cpu->address)
        session_fail(session, 0, "gs", "in the kernel, GS points to the per-CPU block",
                     "in %s the GS base was 0x%" PRIx64 " instead of 0x%" PRIx64 "%s", where, r->gs_base, cpu->address,
                     r->kernel_gs_base == cpu->address ? ": swapgs was forgotten, or done twice" : "");
}

static void check_stack(struct session *session, const struct x86_registers *r, const struct witness_cpu *cpu,
                        enum witness_entry which, const char *where)
{
    const char *expected = "every entry from ring 3 runs on the CPU's kernel stack, from cpu->stack_top";
    bool right = on_stack(r->rsp, cpu->stack_top, STACK_BYTES);
    uint64_t top = cpu->stack_top;

    if (which == WITNESS_TRAP_KERNEL)
        return; /* the stack in use, whichever it is */
    if (which == WITNESS_TRAP_IST) {
        expected = "#DF, NMI and #MC run on interrupt stacks of their own";
        right = false;
        for (unsigned i = 0; i < IST_COUNT; i++)
            right = right || on_stack(r->rsp, cpu->ist_top[i] + 16, IST_BYTES);
        top = cpu->ist_top[0];
    }
    if (!right && r->rsp == top)
        session_fail(session, 0, "stacks", "kernel code is called, so that a return address lies on its stack",
                     "in %s the stack pointer was 0x%" PRIx64 ", the end of the stack: nothing lies on it. Was this a jmp?", where,
                     r->rsp);
    if (!right)
        session_fail(session, 0, "stacks", expected,
                     "in %s the stack pointer was 0x%" PRIx64 "; the stack ends at 0x%" PRIx64, where, r->rsp, top);
}

static void check_alignment(struct session *session, const struct x86_registers *r, const char *where)
{
    if (r->rsp % 16 != 8)
        session_fail(session, 0, "stacks",
                     "the stack pointer is 16-byte aligned before a call to C (so 16n+8 at its first instruction)",
                     "at the start of %s it was 0x%" PRIx64, where, r->rsp);
}

static void check_flags(struct session *session, const struct x86_registers *r, enum witness_entry which,
                        const char *where)
{
    const uint64_t clear = which == WITNESS_SYSCALL ? RFLAGS_DF | RFLAGS_TF | RFLAGS_NT | RFLAGS_AC : RFLAGS_DF;
    char text[96];

    if (r->rflags & RFLAGS_IF)
        session_fail(session, 0, which == WITNESS_SYSCALL ? "flags" : "gates", "interrupts are off in the kernel",
                     "in %s they were on (rflags: %s)", where, x86_rflags_text(r->rflags, text, sizeof text));
    if (r->rflags & clear)
        session_fail(session, 0, "flags",
                     "C code starts with DF clear, and a system call also without the user's TF, NT and AC",
                     "in %s the flags were: %s", where, x86_rflags_text(r->rflags, text, sizeof text));
}

/* Everything else in a trap means nothing when the frame is shifted, so this is looked at first. */
static void check_shape(struct session *session, struct machine *machine, const struct x86_registers *r,
                        struct frame *frame, const char *where)
{
    if (machine_read_virtual(machine, r->rdi, frame, sizeof *frame).code != STATUS_OK) {
        session_fail(session, 0, "registers", "the first argument points to the frame", "in %s rdi was 0x%" PRIx64,
                     where, r->rdi);
        return;
    }
    bool negative = frame->vector >= -128ull; /* a byte that was sign-extended: the stub's slip, not the frame's */
    if ((frame->cs != SEL_USER_CODE && frame->cs != SEL_KERNEL_CODE) || (frame->vector >= VECTOR_COUNT && !negative))
        session_fail(session, 0, "registers",
                     "vector, error code and the processor's words stand in the frame where frame.h says",
                     "in %s frame.vector was 0x%" PRIx64 ", frame.error 0x%" PRIx64 " and frame.cs 0x%" PRIx64
                     ": a shifted frame looks like this",
                     where, frame->vector, frame->error, frame->cs);
    else if (negative)
        session_fail(session, 0, "gates", "each gate's stub saves its own vector", "in %s frame.vector was 0x%" PRIx64,
                     where, frame->vector);
}

static void check_argument(struct session *session, const struct x86_registers *r, const struct witness_cpu *cpu,
                           enum witness_entry which, const struct frame *frame, const char *where)
{
    bool user = (frame->cs & 3) == 3;

    if ((which == WITNESS_SYSCALL || which == WITNESS_TRAP_USER) && r->rdi != cpu->current)
        session_fail(session, 0, which == WITNESS_SYSCALL ? "dispatch" : "registers",
                     "the first argument is cpu->current", "in %s rdi was 0x%" PRIx64 " instead of 0x%" PRIx64, where,
                     r->rdi, cpu->current);
    if (which == WITNESS_TRAP_USER && !user)
        session_fail(session, 0, "registers", "traps from ring 0 go to trap_from_kernel",
                     "in trap_from_user frame.cs was 0x%" PRIx64, frame->cs);
    if (which == WITNESS_TRAP_KERNEL && user)
        session_fail(session, 0, "registers", "traps from ring 3 go to trap_from_user",
                     "in trap_from_kernel frame.cs was 0x%" PRIx64, frame->cs);
}

bool witness_entry(struct session *session, struct machine *machine, enum witness_entry which)
{
    struct x86_registers r;
    struct witness_cpu cpu;
    struct frame frame = { 0 };
    const char *where = entry_name[which];

    if (machine_registers(machine, &r).code != STATUS_OK || !witness_cpu(session, machine, &cpu))
        return true;
    if (which != WITNESS_SYSCALL)
        check_shape(session, machine, &r, &frame, where);
    check_flags(session, &r, which, where);
    check_gs(session, &r, &cpu, where);
    check_stack(session, &r, &cpu, which, where);
    check_alignment(session, &r, where);
    check_argument(session, &r, &cpu, which, &frame, where);
    return session_decided(session);
}

/* ---- The replay ---- */

struct watch {
    struct session *session;
    uint64_t trap_user, trap_kernel, trap_ist, unknown;
    uint64_t handler[16];
    const struct ways_out *ways;
    struct frame interrupted; /* what an interrupt in ring 0, or an NMI, goes back to */
    bool expects_return;
    unsigned visits;
};

static bool is_deadly(const struct watch *watch, const struct frame *frame)
{
    bool by_hand = false; /* the stand-in strikes ring 0 with exceptions of its own making, and survives */
    uint64_t behind;
    if (image_symbol(watch->session->kernel, "ring0_behind", &behind))
        by_hand = frame->rip == behind;
    return frame->vector < VECTOR_EXCEPTIONS && frame->vector != VECTOR_NMI && !by_hand;
}

/* An exception in ring 0 is a death: the frame says where, and the code there says why. From anything else there is a
 * way back. */
static void look_at_frame(struct watch *watch, struct machine *machine, uint64_t address)
{
    struct frame *frame = &watch->interrupted;
    if (machine_read_virtual(machine, address, frame, sizeof *frame).code != STATUS_OK)
        return;
    if (is_deadly(watch, frame))
        last_steps_fault(watch->session, machine, frame);
    else if (frame->vector == VECTOR_NMI)
        watch->expects_return = machine_break(machine, frame->rip).code == STATUS_OK;
}

/* Back where an NMI struck, everything must be as it was. */
static void check_return(struct watch *watch, struct machine *machine, const struct x86_registers *r)
{
    const uint64_t *wanted = (const uint64_t *)&watch->interrupted;
    struct user_words found;

    watch->expects_return = false;
    machine_unbreak(machine, watch->interrupted.rip);
    user_from_registers(r, &found);
    for (unsigned i = 0; i < USER_REGISTERS; i++)
        if (found.word[i] != wanted[i])
            session_fail(watch->session, r->rip, "registers",
                         "what an NMI interrupts goes on with every register as it was",
                         "%s is 0x%" PRIx64 " instead of 0x%" PRIx64, user_register_name[i], found.word[i], wanted[i]);
    if (r->rsp != watch->interrupted.rsp)
        session_fail(watch->session, r->rip, "registers", "what an NMI interrupts goes on with its own stack pointer",
                     "rsp is 0x%" PRIx64 " instead of 0x%" PRIx64, r->rsp, watch->interrupted.rsp);
}

static bool is_handler(const struct watch *watch, uint64_t address)
{
    for (unsigned i = 0; i < 16; i++)
        if (address == watch->handler[i])
            return true;
    return address == watch->unknown;
}

static bool at_stop(void *context, struct machine *machine, const struct machine_outcome *stop)
{
    struct watch *watch = context;
    struct session *session = watch->session;
    uint64_t address = stop->address;

    if (watch->expects_return && address == watch->interrupted.rip) {
        check_return(watch, machine, &stop->registers);
        if (session_decided(session))
            return false;
    }
    if (is_handler(watch, address)) {
        witness_entry(session, machine, WITNESS_SYSCALL);
    } else if (address == watch->trap_user) {
        witness_entry(session, machine, WITNESS_TRAP_USER);
    } else if (address == watch->trap_kernel) {
        if (!witness_entry(session, machine, WITNESS_TRAP_KERNEL))
            look_at_frame(watch, machine, stop->registers.rdi);
    } else if (address == watch->trap_ist) {
        if (!witness_entry(session, machine, WITNESS_TRAP_IST))
            look_at_frame(watch, machine, stop->registers.rdi);
    } else {
        ways_out_check(session, machine, watch->ways, &stop->registers);
    }
    return !session_decided(session) && ++watch->visits < MAX_VISITS;
}

static unsigned collect(struct watch *watch, uint64_t *stops)
{
    struct session *session = watch->session;
    unsigned n = 0;

    stops[n++] = watch->trap_user = session_kernel(session, "trap_from_user");
    stops[n++] = watch->trap_kernel = session_kernel(session, "trap_from_kernel");
    stops[n++] = watch->trap_ist = session_kernel(session, "trap_on_ist");
    stops[n++] = watch->unknown = session_kernel(session, "syscall_unknown");
    for (unsigned i = 0; i < 16; i++)
        stops[n++] = watch->handler[i] = session_handler(session, i);
    for (unsigned i = 0; i < watch->ways->count && n < MAX_STOPS; i++)
        stops[n++] = watch->ways->way[i].address;
    return n;
}

bool witness_check(struct session *session)
{
    struct ways_out ways;
    struct watch watch = { .session = session, .ways = &ways };
    struct machine_limits limits = { .instructions = 0 };
    struct machine_outcome last;
    uint64_t stops[MAX_STOPS];

    machine_close(session->machine);
    session->machine = NULL;
    ways_out_find(session->kernel, &ways);
    unsigned n = collect(&watch, stops);
    if (session_decided(session))
        return true;
    struct status s = machine_replay(&session->config, stops, n, &limits, at_stop, &watch, &last);
    if (s.code != STATUS_OK && !session_decided(session))
        verdict_trouble(session->verdict, "replaying the run: %s", s.message);
    return session_decided(session);
}

void witness_explain(struct session *session, const char *family, const char *expected)
{
    char end[120];
    struct machine_outcome outcome = session->outcome;

    if (session_decided(session) || witness_check(session))
        return;
    if (outcome.kind == MACHINE_SHUTDOWN && last_steps_explain(session, outcome.count))
        return;
    session_fail(session, 0, family, expected, "%s", session_end_text(session, end, sizeof end));
}
