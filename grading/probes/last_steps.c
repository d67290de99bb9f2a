#include "probes/last_steps.h"

#include <inttypes.h>
#include <string.h>

#include "cpu.h"
#include "frame.h"
#include "probes/witness.h"
#include "x86/paging.h"
#include "x86/vectors.h"

#define STEPS 64 /* before the end */

struct opinion {
    const char *family, *expected;
};

static bool is_gs_access(const uint8_t *b)
{
    return b[0] == 0x65 || (b[0] == 0x66 && b[1] == 0x65);
}

/* lretq, mov to a segment register, ltr, lgdt, lidt: what loads descriptors. */
static bool is_segment_load(const uint8_t *b)
{
    unsigned i = b[0] == 0x48 || b[0] == 0x66;
    return b[i] == 0xcb || b[i] == 0x8e || (b[i] == 0x0f && b[i + 1] == 0x00);
}

static bool is_way_out(const uint8_t *b)
{
    return (b[0] == 0x48 && b[1] == 0xcf) || b[0] == 0xcf || (b[0] == 0x48 && b[1] == 0x0f && b[2] == 0x07) ||
           (b[0] == 0x0f && b[1] == 0x07);
}

/* What the instruction that died was about. The bytes are from the image: the guest may have changed its own. */
static struct opinion about(const uint8_t *b, const struct x86_registers *r, uint64_t cpu)
{
    if (is_gs_access(b))
        return (struct opinion){ "gs", "in the kernel, GS points to the per-CPU block" };
    if (is_segment_load(b))
        return (struct opinion){ "segments", "the descriptors that are loaded exist and are of the right kind" };
    if (is_way_out(b))
        return (struct opinion){ "exit", "what iretq or sysretq loads is fit for ring 3" };
    if (r->gs_base != cpu && r->kernel_gs_base == cpu)
        return (struct opinion){ "gs", "in the kernel, GS points to the per-CPU block" };
    if (r->rsp < DIRECT_BASE)
        return (struct opinion){ "stacks", "kernel code runs on a kernel stack" };
    return (struct opinion){ NULL, NULL };
}

static const char *own_family(const struct session *session)
{
    return session->input->test->families[0];
}

void last_steps_fault(struct session *session, struct machine *machine, const struct frame *frame)
{
    uint8_t bytes[4] = { 0 };
    struct x86_registers r;

    if (machine_registers(machine, &r).code != STATUS_OK)
        return;
    image_read(session->kernel, frame->rip, bytes, sizeof bytes);
    r.rsp = frame->rsp;
    struct opinion o = about(bytes, &r, session_kernel(session, "cpus"));
    session_fail(session, frame->rip, o.family ? o.family : own_family(session),
                 o.expected ? o.expected : "the kernel raises no exceptions",
                 "exception %" PRIu64 " in ring 0, at rip 0x%" PRIx64 " with rsp 0x%" PRIx64 ", cr2 0x%" PRIx64,
                 frame->vector, frame->rip, frame->rsp, r.cr2);
}

/* In ring 3 it is the program's; but all that the program has comes from the way out. */
static struct opinion about_program(uint64_t vector, bool taken_as_ring0)
{
    if (vector == VECTOR_DOUBLE_FAULT)
        return (struct opinion){ "stacks", "an exception of the program can be pushed to where TSS.rsp0 points" };
    return (struct opinion){ NULL, taken_as_ring0 ? "what comes from ring 3, says cs in its frame, goes to trap_from_user"
                                                  : "the program raises no exception: it has what its frame says" };
}

void last_steps_stray(struct session *session, const struct frame *frame, const struct x86_registers *at, bool taken_as_ring0)
{
    const bool user = frame->cs & 3;
    struct x86_registers r = *at;
    uint8_t bytes[4] = { 0 };
    struct opinion o = about_program(frame->vector, taken_as_ring0);

    image_read(session->kernel, frame->rip, bytes, sizeof bytes);
    r.rsp = frame->rsp;
    if (!user)
        o = about(bytes, &r, session_kernel(session, "cpus"));
    session_fail(session, user ? 0 : frame->rip, o.family ? o.family : own_family(session),
                 o.expected ? o.expected : "the kernel raises no exceptions",
                 "exception %" PRIu64 " (error code 0x%" PRIx64 ") in ring %d, at rip 0x%" PRIx64 " with rsp 0x%" PRIx64
                 ", cr2 0x%" PRIx64 ". The kernel calls it \"not implemented: 1.%d\", because its stub knows no better yet",
                 frame->vector, frame->error, user ? 3 : 0, frame->rip, frame->rsp, r.cr2, taken_as_ring0 ? 8 : 7);
}

bool last_steps_explain(struct session *session, uint64_t count)
{
    const struct machine_limits limits = { 0 };
    struct machine *machine = NULL;
    struct machine_outcome outcome = { 0 };
    struct x86_registers last = { 0 };
    uint8_t bytes[4] = { 0 };

    if (machine_open(&machine, &session->config, MACHINE_REPLAY).code != STATUS_OK)
        return false;
    if (machine_run_to(machine, count > STEPS ? count - STEPS : 0, &limits, &outcome).code == STATUS_OK)
        for (unsigned i = 0; i < STEPS && outcome.inspectable && outcome.kind != MACHINE_SHUTDOWN; i++) {
            last = outcome.registers;
            if (machine_step(machine, &outcome).code != STATUS_OK)
                break;
        }
    machine_close(machine);
    if (!last.rip)
        return false;
    image_read(session->kernel, last.rip, bytes, sizeof bytes);
    struct opinion o = about(bytes, &last, session_kernel(session, "cpus"));
    session_fail(session, last.rip, o.family ? o.family : own_family(session),
                 o.expected ? o.expected : "the kernel raises no exceptions",
                 "a triple fault; the last instruction was at rip 0x%" PRIx64 ", with rsp 0x%" PRIx64
                 " and GS base 0x%" PRIx64,
                 last.rip, last.rsp, last.gs_base);
    return true;
}
