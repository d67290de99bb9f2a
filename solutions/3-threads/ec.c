/*
 * The change from one EC to another, and why an EC does not run.
 */
#include "contract/1-entry.h"
#include "contract/2-boot.h"
#include "list.h"
#include "panic.h"
#include "sched.h"
#include "trace.h"

/* What cpu->current is when it is nobody: it takes the FS base that nobody needs, and has no PD, so any other has another one. */
static struct ec nobody[CPU_MAX];

void ec_vacate(struct cpu *cpu)
{
    write_cr3(kernel_space);
    entry_activate(&nobody[cpu->id]);
}

/*
 * Loading a selector changes the base: FS's to 0 on Intel processors, GS's too, which is ours in the kernel. An NMI in between takes its
 * own (contract/1-entry.h).
 */
static inline void null_selectors(struct cpu *cpu)
{
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs; wrgsbase %1" : : "r"(0), "r"(cpu) : "memory");
}

//! answer 3.6 begin
/* //! skeleton: nothing
 * The last thing before each exit to ring 3. Interrupts are off, so nothing can become pending behind the test. In assembly, because
 * the compiler makes no conditional jump to a function: one instruction less on each exit.
 */
#define LEAVE_UNLESS_PENDING(self, way_out)                                                                            \
    __asm__ volatile("cmpl $0, %%gs:%c1; je " way_out : : "D"(self), "i"(offsetof(struct cpu, run.pending)) : "memory")
//! answer 3.6 end

noreturn void ec_leave_call(struct ec *self)
{
    //! answer 3.6 begin
    LEAVE_UNLESS_PENDING(self, "exit_sysret"); //! skeleton: not_implemented("3.6 the change and the way out (ec_leave_call)");
    JUMP("run_pending", self, ec_leave_call);
    //! answer 3.6 end
}

noreturn void ec_leave_trap(struct ec *self)
{
    //! answer 3.6 begin
    LEAVE_UNLESS_PENDING(self, "exit_iret"); //! skeleton: not_implemented("3.6 the change and the way out (ec_leave_trap)");
    JUMP("run_pending", self, ec_leave_trap);
    //! answer 3.6 end
}

/*
 * Rule 3, but for the FPU: processor and memory become ec's. direct: from caller to callee or back, who talk to each other anyway.
 *
 * Behind a call and a reply the compiler knows the continuation, and that it needs no empty stack: it is no jump through memory then.
 */
static inline __attribute__((always_inline)) noreturn void enter(struct cpu *cpu, struct ec *ec, bool direct)
{
    //! answer 3.6 begin
    struct ec *last = cpu->current; //! skeleton: not_implemented("3.6 the change and the way out (enter)");
    continuation *cont = ec->run.cont;

    entry_activate(ec);
    last->state.fs_base = read_fs_base();
    if (!direct)
        null_selectors(cpu);
    write_fs_base(ec->state.fs_base);
    if (ec->ipc.pd != last->ipc.pd) {
        ports_close(cpu); /* those of the PD that is left; otherwise the next one finds them open */
        write_cr3(ec->ipc.pd->space);
    }
    if (cont == ec_leave_call)
        ec_leave_call(ec);
    if (cont == ec_leave_trap)
        ec_leave_trap(ec);
    JUMP("run_cont", ec, 0);
    //! answer 3.6 end
}

/* What is rare: ec cannot run, has been recalled, or the FPU's registers have to change. */
noreturn void switch_special(struct ec *ec, struct cpu *cpu)
{
    //! answer 3.6 begin
    if (ec->run.blocked) //! skeleton: not_implemented("3.6 the change and the way out (switch_special)");
        sched_park(ec);
    if (ec->run.recalled)
        cpu->run.pending |= PENDING_RECALL;
    fpu_switch(cpu, ec);
    enter(cpu, ec, true);
    //! answer 3.6 end
}

noreturn void ec_switch(struct ec *ec)
{
    struct cpu *cpu = this_cpu();

    if (ec->run.special | (uint64_t)cpu->run.fpu_owner)
        JUMP("switch_special", ec, cpu);
    enter(cpu, ec, true);
}

noreturn void ec_dispatch(struct cpu *cpu, struct ec *ec)
{
    if (ec->run.recalled)
        cpu->run.pending |= PENDING_RECALL;
    trace(TRACE_SWITCH, ec, ec->ipc.pd, 0, 0);
    if (ec == cpu->current)
        run_cont(ec);
    fpu_switch(cpu, ec);
    enter(cpu, ec, false);
}

noreturn void leave_pending(struct ec *self, continuation *leave)
{
    //! answer 3.6 begin
    struct cpu *cpu = this_cpu(); //! skeleton: not_implemented("3.6 the change and the way out (leave_pending)");

    self->run.cont = leave;
    if (cpu->run.pending & PENDING_RESCHEDULE)
        sched_next();
    cpu->run.pending = 0;
    if (self->run.recalled)
        ipc_recall(self);
    run_cont(self);
    //! answer 3.6 end
}

noreturn void ec_block(struct ec *self)
{
    self->run.blocked |= BLOCKED_WAIT;
    sched_park(self);
}

void ec_hold(struct ec *ec, uint32_t reason)
{
    struct cpu *cpu = &cpus[ec->run.cpu];

    ec->run.blocked |= reason;
    if (ec == cpu->current)
        cpu->run.pending |= PENDING_RESCHEDULE;
}

void ec_wake(struct ec *ec, uint32_t reason)
{
    ec->run.blocked &= ~reason;
    if (!ec->run.blocked)
        ec_release(ec);
}

/* A current SC that loses its EC runs on for whoever destroys that: it pays for it, and goes nowhere afterwards. */
void ec_forget(struct ec *ec)
{
    //! answer 3.7 begin
    struct cpu *cpu = &cpus[ec->run.cpu]; //! skeleton: not_implemented("3.7 block and wake");
    struct sc *sc = ec->run.sc;

    ec_release(ec);
    if (sc) {
        if (sc->place != SC_CURRENT)
            sched_remove(sc);
        sc->ec = NULL;
        ec->run.sc = NULL;
    }
    fpu_forget(cpu, ec);
    if (cpu->current == ec)
        ec_vacate(cpu);
    //! answer 3.7 end
}

/*
 * What strikes within the two instructions may throw the stack away, or return. The current SC is in order for both: sched_next puts it
 * back, and when it is chosen again, its EC begins with restart.
 */
void preempt_point(struct ec *self, continuation *restart)
{
    //! answer 3.7 begin
    struct cpu *cpu = this_cpu(); //! skeleton: not_implemented("3.7 block and wake");

    self->run.cont = restart;
    __asm__ volatile("sti; nop; cli" : : : "memory");
    if (cpu->run.pending & PENDING_RESCHEDULE)
        sched_next();
    //! answer 3.7 end
}
