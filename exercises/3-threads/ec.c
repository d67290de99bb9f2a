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

/* Answer 3.6 (place 1 of 7) goes here: the change and the way out */

noreturn void ec_leave_call(struct ec *self)
{
    /* Answer 3.6 (place 2 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (ec_leave_call)");
}

noreturn void ec_leave_trap(struct ec *self)
{
    /* Answer 3.6 (place 3 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (ec_leave_trap)");
}

/*
 * Rule 3, but for the FPU: processor and memory become ec's. direct: from caller to callee or back, who talk to each other anyway.
 *
 * Behind a call and a reply the compiler knows the continuation, and that it needs no empty stack: it is no jump through memory then.
 */
static inline __attribute__((always_inline)) noreturn void enter(struct cpu *cpu, struct ec *ec, bool direct)
{
    /* Answer 3.6 (place 4 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (enter)");
}

/* What is rare: ec cannot run, has been recalled, or the FPU's registers have to change. */
noreturn void switch_special(struct ec *ec, struct cpu *cpu)
{
    /* Answer 3.6 (place 5 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (switch_special)");
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
    /* Answer 3.6 (place 6 of 7) goes here: the change and the way out */
    not_implemented("3.6 the change and the way out (leave_pending)");
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
    /* Answer 3.7 (place 1 of 5) goes here: block and wake */
    not_implemented("3.7 block and wake");
}

/*
 * What strikes within the two instructions may throw the stack away, or return. The current SC is in order for both: sched_next puts it
 * back, and when it is chosen again, its EC begins with restart.
 */
void preempt_point(struct ec *self, continuation *restart)
{
    /* Answer 3.7 (place 2 of 5) goes here: block and wake */
    not_implemented("3.7 block and wake");
}
