#include "probes/ways_out.h"

#include <inttypes.h>
#include <string.h>

#include "frame.h"
#include "probes/witness.h"
#include "x86/paging.h"
#include "x86/registers.h"
#include "x86/segments.h"

static void add(struct ways_out *ways, uint64_t address, enum way_kind kind)
{
    if (ways->count < WAYS_OUT_MAX)
        ways->way[ways->count++] = (struct way_out){ address, kind };
}

/* iretq: 48 cf. sysretq: 48 0f 07; without the 48 it returns to 32-bit code. (SDM vol. 2A and 2B.) */
void ways_out_find(const struct image *kernel, struct ways_out *ways)
{
    const uint8_t *b;
    uint64_t start;
    size_t length;

    ways->count = 0;
    if (!image_text(kernel, &start, &b, &length))
        return;
    for (size_t i = 0; i + 2 < length; i++) {
        if (b[i] == 0x48 && b[i + 1] == 0xcf)
            add(ways, start + i, WAY_IRET);
        if (b[i] == 0x48 && b[i + 1] == 0x0f && b[i + 2] == 0x07)
            add(ways, start + i, WAY_SYSRET);
        if (b[i] == 0x0f && b[i + 1] == 0x07 && (i == 0 || b[i - 1] != 0x48))
            add(ways, start + i, WAY_SYSRET_32);
    }
}

static void check_gs(struct session *session, struct machine *machine, const struct x86_registers *r)
{
    struct witness_cpu cpu;
    if (!witness_cpu(session, machine, &cpu))
        return;
    if (r->gs_base == cpu.address)
        session_fail(session, r->rip, "gs", "ring 3 never runs with the kernel's GS base",
                     "the kernel leaves for ring 3 and GS still points to the per-CPU block");
    else if (r->kernel_gs_base != cpu.address)
        session_fail(session, r->rip, "gs", "while ring 3 runs, swapgs would bring the per-CPU block back",
                     "the kernel leaves for ring 3 with 0x%" PRIx64 " behind swapgs", r->kernel_gs_base);
}

static void check_rip(struct session *session, uint64_t at, uint64_t rip)
{
    if (rip >= 1ull << 47)
        session_fail(session, at, "exit", "no way out with a return address outside the user half",
                     "rip was 0x%" PRIx64 "; a real processor raises #GP here, in ring 0 with the user's stack", rip);
}

static void check_flags(struct session *session, uint64_t at, uint64_t rflags)
{
    char text[96];
    if ((rflags & RFLAGS_IOPL) || !(rflags & RFLAGS_IF))
        session_fail(session, at, "exit", "ring 3 runs with IF set and IOPL 0, whatever its frame says",
                     "the kernel leaves with the flags: %s", x86_rflags_text(rflags, text, sizeof text));
}

/* What iretq is about to load comes from the frame of the current EC; behind an NMI, from the interrupt stack. */
#define ECS_BYTES 2048 /* both ECs of the stand-in lie within this */

static void check_words(struct session *session, struct machine *machine, const struct x86_registers *r,
                        const uint64_t *word)
{
    struct witness_cpu cpu;
    struct frame frame;
    if (!witness_cpu(session, machine, &cpu))
        return;
    for (unsigned i = 0; i < IST_COUNT; i++)
        if (r->rsp < cpu.ist_top[i] && r->rsp >= cpu.ist_top[i] - sizeof frame)
            return;
    if (machine_read_virtual(machine, cpu.current, &frame, sizeof frame).code != STATUS_OK)
        return;
    if (word[0] == frame.rip && word[3] == frame.rsp)
        return;
    uint64_t ecs = session_kernel(session, "standin_ecs");
    if (r->rsp > ecs && r->rsp < ecs + ECS_BYTES && (r->rsp < cpu.current || r->rsp >= cpu.current + sizeof frame))
        session_fail(session, r->rip, "stacks", "entry_activate makes the EC that is left to cpu->current",
                     "iretq leaves through the frame of another EC than cpu->current");
    else
        session_fail(session, r->rip, "registers",
                     "iretq finds rip, cs, rflags, rsp and ss of the EC's frame on the stack",
                     "it finds rip 0x%" PRIx64 " instead of 0x%" PRIx64 ", and rsp 0x%" PRIx64 " instead of 0x%" PRIx64,
                     word[0], frame.rip, word[3], frame.rsp);
}

static bool is_kernel(const uint64_t *word)
{
    return word[1] == SEL_KERNEL_CODE && word[0] >= KERNEL_BASE;
}

static void check_iret(struct session *session, struct machine *machine, const struct x86_registers *r)
{
    uint64_t word[5]; /* rip cs rflags rsp ss */
    if (machine_read_virtual(machine, r->rsp, word, sizeof word).code != STATUS_OK) {
        session_fail(session, r->rip, "stacks", "iretq finds five words on the stack", "rsp was 0x%" PRIx64, r->rsp);
        return;
    }
    if (is_kernel(word))
        return; /* back into interrupted kernel code, or a way to load CS */
    check_words(session, machine, r, word);
    check_rip(session, r->rip, word[0]);
    check_flags(session, r->rip, word[2]);
    if (word[1] != SEL_USER_CODE || word[4] != SEL_USER_DATA)
        session_fail(session, r->rip, "exit",
                     "ring 3 runs with the user's code and data segments, whatever its frame says",
                     "iretq would load CS 0x%" PRIx64 " and SS 0x%" PRIx64, word[1], word[4]);
    check_gs(session, machine, r);
}

/* Behind a system call only rax, rdx, rcx, r11 and rsp carry anything. */
static void check_scrubbed(struct session *session, const struct x86_registers *r)
{
    const struct {
        const char *name;
        uint64_t value;
    } scrubbed[] = { { "rbx", r->rbx }, { "rbp", r->rbp }, { "rsi", r->rsi }, { "rdi", r->rdi },
                     { "r8", r->r8 },   { "r9", r->r9 },   { "r10", r->r10 }, { "r12", r->r12 },
                     { "r13", r->r13 }, { "r14", r->r14 }, { "r15", r->r15 } };
    for (unsigned i = 0; i < sizeof scrubbed / sizeof scrubbed[0]; i++)
        if (scrubbed[i].value)
            session_fail(session, r->rip, "dispatch",
                         "registers that carry no result come back from a system call as zero",
                         "%s held 0x%" PRIx64 ": what the kernel or another program left there", scrubbed[i].name,
                         scrubbed[i].value);
}

static void check_sysret(struct session *session, struct machine *machine, const struct x86_registers *r,
                         enum way_kind kind)
{
    if (kind == WAY_SYSRET_32)
        session_fail(session, r->rip, "segments", "the way back is sysretq, with the 64-bit operand size",
                     "this sysret returns to 32-bit code");
    check_rip(session, r->rip, r->rcx);
    check_flags(session, r->rip, r->r11);
    check_gs(session, machine, r);
    check_scrubbed(session, r);
    if (r->gs_base)
        session_fail(session, r->rip, "gs", "the GS base comes back from a system call as zero", "it was 0x%" PRIx64,
                     r->gs_base);
}

bool ways_out_stays(struct machine *machine, const struct ways_out *ways, const struct x86_registers *registers, uint64_t rip)
{
    uint64_t word[2]; /* rip cs */
    for (unsigned i = 0; i < ways->count; i++)
        if (ways->way[i].address == registers->rip && ways->way[i].kind == WAY_IRET)
            return machine_read_virtual(machine, registers->rsp, word, sizeof word).code == STATUS_OK && is_kernel(word) &&
                   word[0] != rip;
    return false;
}

void ways_out_drop(struct ways_out *ways, uint64_t address)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < ways->count; i++)
        if (ways->way[i].address != address)
            ways->way[kept++] = ways->way[i];
    ways->count = kept;
}

bool ways_out_check(struct session *session, struct machine *machine, const struct ways_out *ways,
                    const struct x86_registers *registers)
{
    for (unsigned i = 0; i < ways->count; i++)
        if (ways->way[i].address == registers->rip) {
            if (ways->way[i].kind == WAY_IRET)
                check_iret(session, machine, registers);
            else
                check_sysret(session, machine, registers, ways->way[i].kind);
        }
    return session_decided(session);
}
