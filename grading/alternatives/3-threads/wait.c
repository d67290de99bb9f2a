/*
 * Why an EC does not run, and where the kernel itself waits.
 */
#include "list.h"
#include "sched.h"

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
    struct cpu *cpu = &cpus[ec->run.cpu];
    struct sc *sc = ec->run.sc;

    ec_release(ec);
    if (sc) {
        if (sc->place != SC_CURRENT)
            sched_remove(sc);
        sc->ec = NULL;
    }
    fpu_forget(cpu, ec);
    if (ec == cpu->current)
        ec_vacate(cpu);
}

/* ---- Where interrupts are let in ------------------------------------------------------------------------------------- */

/* sti takes effect behind the next instruction (SDM vol. 2B, STI): one more, and what waits strikes. It may return, or not. */
static inline void let_in(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}

/*
 * What strikes may throw the stack away. The current SC is in order for that: sched_next puts it back, and when it is chosen
 * again, its EC begins with restart.
 */
void preempt_point(struct ec *self, continuation *restart)
{
    self->run.cont = restart;
    let_in();
    if (this_cpu()->run.pending & PENDING_RESCHEDULE)
        sched_next();
}

static noreturn void pause(struct ec *unused)
{
    (void)unused;
    let_in();
    sched_next();
}

/* Nothing fits between sti and hlt, so what was not there at the last look at the queues ends the hlt. */
static noreturn void idle(struct ec *unused)
{
    (void)unused;
    __asm__ volatile("sti; hlt; cli" : : : "memory");
    sched_next();
}

noreturn void sched_pause(void)
{
    start_over(NULL, pause);
}

noreturn void sched_idle(void)
{
    start_over(NULL, idle);
}
