/*
 * The change from one EC to another, and the ways out to ring 3.
 */
#include "contract/1-entry.h"
#include "contract/2-boot.h"
#include "sched.h"
#include "trace.h"

/* What cpu->current is when it is nobody: it takes the FS base that nobody needs, and has no PD, so any other has another one. */
static struct ec nobody[CPU_MAX];

void ec_vacate(struct cpu *cpu)
{
    write_cr3(kernel_space);
    entry_activate(&nobody[cpu->id]);
}

/* ---- The change (rule 3) -------------------------------------------------------------------------------------------- */

/* What only the processor knows of the EC that it has run: a program changes its FS base without us. */
static inline void remember(struct ec *last)
{
    last->state.fs_base = read_fs_base();
}

/*
 * The program's selectors are not for the next one to see. Loading one changes the base: FS's to 0 on Intel processors, so it has
 * been remembered before; GS's too, which is ours in the kernel. An NMI in between takes its own (contract/1-entry.h).
 */
static inline void null_selectors(struct cpu *cpu)
{
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs; wrgsbase %1" : : "r"(0), "r"(cpu) : "memory");
}

static inline void change_space(struct cpu *cpu, const struct pd *pd)
{
    if (pd == cpu->current->ipc.pd)
        return;
    write_cr3(pd->space);
    ports_close(cpu);
}

/* Who ran last has been remembered, and the FPU is right already. */
static inline noreturn void go_on(struct cpu *cpu, struct ec *ec)
{
    change_space(cpu, ec->ipc.pd);
    write_fs_base(ec->state.fs_base);
    entry_activate(ec);
    start_over(ec, ec->run.cont);
}

/* ec cannot run, has been recalled, or the FPU's registers have to change. */
static noreturn void switch_seldom(struct cpu *cpu, struct ec *ec)
{
    if (ec->run.blocked)
        sched_park(ec);
    if (ec->run.recalled)
        cpu->run.pending |= PENDING_RECALL;
    fpu_switch(cpu, ec);
    remember(cpu->current);
    go_on(cpu, ec);
}

noreturn void ec_switch(struct ec *ec)
{
    struct cpu *cpu = this_cpu();

    if (ec->run.special || cpu->run.fpu_owner)
        switch_seldom(cpu, ec);
    remember(cpu->current);
    go_on(cpu, ec);
}

noreturn void ec_dispatch(struct cpu *cpu, struct ec *ec)
{
    if (ec->run.recalled)
        cpu->run.pending |= PENDING_RECALL;
    trace(TRACE_SWITCH, ec, ec->ipc.pd, 0, 0);
    if (ec == cpu->current)
        start_over(ec, ec->run.cont);
    fpu_switch(cpu, ec);
    remember(cpu->current);
    null_selectors(cpu);
    go_on(cpu, ec);
}

/* ---- The ways out ---------------------------------------------------------------------------------------------------- */

/*
 * Something is pending for self, whose cont says how it was about to leave. A recall stays marked in the EC, so the bit may go.
 */
static noreturn void leave_pending(struct ec *self)
{
    struct cpu *cpu = this_cpu();

    if (cpu->run.pending & PENDING_RESCHEDULE)
        sched_next();
    cpu->run.pending = 0;
    if (self->run.recalled)
        ipc_recall(self);
    self->run.cont(self);
    __builtin_unreachable();
}

noreturn void ec_leave_call(struct ec *self)
{
    if (!this_cpu()->run.pending)
        exit_sysret(self);
    self->run.cont = ec_leave_call;
    start_over(self, leave_pending);
}

noreturn void ec_leave_trap(struct ec *self)
{
    if (!this_cpu()->run.pending)
        exit_iret(self);
    self->run.cont = ec_leave_trap;
    start_over(self, leave_pending);
}
