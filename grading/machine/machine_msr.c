/* Reading a model-specific register from outside. See machine.h.
 *
 * QEMU shows no MSRs to an observer, so the guest has to fetch them: we plant `rdmsr` over the next
 * instruction, execute it alone, and put everything back. `rdmsr` needs ring 0; QEMU takes the
 * privilege level from the hidden part of SS, which the gdbstub loads from the guest's own GDT. So
 * in ring 3 we load a ring-0 data segment first, and take SMEP away, which would forbid ring 0 the
 * user's page. Interrupts are off meanwhile: stepping does not hold them back while recording. */
#include "machine_private.h"

#include <string.h>

static const uint8_t rdmsr[2] = { 0x0f, 0x32 };

#define CR4_SMEP (1ull << 20)

/* A present, writable ring-0 data segment of the guest. */
static struct status kernel_data(struct machine *machine, const struct x86_registers *registers, uint16_t *selector)
{
    struct x86_memory memory = machine_memory(machine);
    struct x86_hidden hidden;
    struct status status = machine_hidden(machine, &hidden);
    for (uint32_t at = 8; status.code == STATUS_OK && at + 7 <= hidden.gdt.limit; at += 8) {
        struct x86_descriptor descriptor;
        status = x86_descriptor(&memory, registers->cr3, hidden.gdt, (uint16_t)at, &descriptor);
        bool data = !descriptor.system && descriptor.present && (descriptor.type & 10) == 2;
        if (status.code == STATUS_OK && data && descriptor.dpl == 0) {
            *selector = (uint16_t)at;
            return status;
        }
        if (descriptor.system && descriptor.type)
            at += 8;
    }
    return status.code != STATUS_OK ? status
                                    : status_error(STATUS_UNMAPPED, "the guest's GDT has no ring-0 data segment");
}

struct change {
    enum rsp_register which;
    uint64_t value;
};

static struct status set_registers(struct machine *machine, const struct change *changes, size_t count)
{
    struct status status = status_ok();
    for (size_t i = 0; i < count && status.code == STATUS_OK; i++)
        status = rsp_set_register(machine->rsp, changes[i].which, changes[i].value);
    return status;
}

static struct status prepare(struct machine *machine, const struct x86_registers *r, uint32_t msr)
{
    struct change changes[] = {
        { RSP_RCX, msr },
        { RSP_EFLAGS, r->rflags & ~(uint64_t)(X86_RFLAGS_IF | X86_RFLAGS_TF) },
        { RSP_CR4, r->cr4 & ~CR4_SMEP },
    };
    struct status status = set_registers(machine, changes, 3);
    if (status.code != STATUS_OK || (r->ss & 3) == 0)
        return status;
    uint16_t selector = 0;
    status = kernel_data(machine, r, &selector);
    return status.code == STATUS_OK ? rsp_set_register(machine->rsp, RSP_SS, selector) : status;
}

static struct status restore(struct machine *machine, const struct x86_registers *r)
{
    struct change changes[] = {
        { RSP_RAX, r->rax }, { RSP_RCX, r->rcx },       { RSP_RDX, r->rdx }, { RSP_RIP, r->rip },
        { RSP_SS, r->ss },   { RSP_EFLAGS, r->rflags }, { RSP_CR4, r->cr4 },
    };
    return set_registers(machine, changes, sizeof changes / sizeof changes[0]);
}

static struct status step_over(struct machine *machine)
{
    bool stopped = false;
    int signal;
    struct status status = rsp_step(machine->rsp);
    if (status.code == STATUS_OK)
        status = rsp_wait(machine->rsp, 5000, &stopped, &signal);
    if (status.code == STATUS_OK && !stopped)
        status = status_error(STATUS_TIMEOUT, "the planted rdmsr did not end");
    return status;
}

/* In a replay the log says when an interrupt comes, and the step may be spent on it; a few more
 * steps then bring nothing back, so the result is only taken from the right place. */
static struct status execute(struct machine *machine, const struct x86_registers *r, uint32_t msr, uint64_t *value)
{
    struct x86_registers after;
    struct status status = prepare(machine, r, msr);
    for (int i = 0; i < 2 && status.code == STATUS_OK; i++) {
        status = step_over(machine);
        if (status.code == STATUS_OK)
            status = rsp_registers(machine->rsp, &after);
        if (status.code == STATUS_OK && after.rip != r->rip)
            break;
    }
    if (status.code == STATUS_OK && after.rip != r->rip + sizeof rdmsr)
        status = status_error(STATUS_REFUSED, "the planted rdmsr of %#x faulted", msr);
    if (status.code == STATUS_OK)
        *value = after.rdx << 32 | (after.rax & 0xffffffff);
    return status;
}

struct status machine_msr(struct machine *machine, uint32_t msr, uint64_t *value)
{
    struct x86_registers registers;
    uint8_t saved[sizeof rdmsr];
    struct status status = machine_need_stop(machine);
    if (status.code == STATUS_OK && machine->mode == MACHINE_RECORD && !machine->used)
        status = status_error(STATUS_MISUSE, "the recording has not run yet");
    if (status.code == STATUS_OK)
        status = rsp_registers(machine->rsp, &registers);
    if (status.code == STATUS_OK)
        status = rsp_read_virtual(machine->rsp, registers.rip, saved, sizeof saved);
    if (status.code != STATUS_OK)
        return status;
    machine->used = true;
    status = rsp_write_virtual(machine->rsp, registers.rip, rdmsr, sizeof rdmsr);
    if (status.code == STATUS_OK)
        status = execute(machine, &registers, msr, value);
    struct status undo = rsp_write_virtual(machine->rsp, registers.rip, saved, sizeof saved);
    if (undo.code == STATUS_OK)
        undo = restore(machine, &registers);
    return status.code != STATUS_OK ? status : undo;
}
