/*
 * Stage 3, threads: which EC runs, on whose time, and how the processor goes from one to the other.
 *
 * The stage defines the ready queues, the choice, the change of EC, the accounting of time and the idle loop. The exercise has a second
 * half in ring 3, a library of user-level threads, which has its own header.
 *
 * Files: any *.c, *.asm and *.h.
 *
 * What it builds on: the way out (contract/1-entry.h), the timer (x86/lapic.h), FSGSBASE and CR3 (x86/registers.h). What priorities,
 * budgets and quotas mean to a program is said in kernel/ABI.md, "Scheduling".
 *
 * How control flows
 * -----------------
 * An EC is somebody who can run; an SC is a right to processor time. The scheduler chooses an SC, never an EC. The SC's
 * time goes to its own EC or, while that one waits for the answer to a call, to whoever works for it (ipc_runner).
 *
 * No EC has a stack in the kernel. What an EC will do when it next has the processor is said by one function pointer,
 * ec->run.cont, its continuation: it is called with the EC, at the top of the empty kernel stack, and never returns. To block is to set
 * cont and go to sched_next; what was on the stack is gone. So nothing that must survive may live in a local variable.
 *
 * The rules
 * ---------
 * 1. Interrupts are off in everything here, but for two places that the stage itself writes: the idle loop and preempt_point.
 *    Opened anywhere else: an interrupt finds a queue half-linked, seldom, and the machine stops much later.
 * 2. Every SC is in exactly one place: current on its CPU, in that CPU's ready queue, parked on an EC that is blocked, or
 *    nowhere because it is new or dying. In two places: the queue becomes a circle, and the kernel hangs in its choice.
 *    In none: its EC never runs again.
 * 3. When ring 3 runs, six things belong to the same EC: cpu->current, TSS.rsp0, CR3, the FS base, the FPU's registers, and the
 *    frame that was left through. With one of them behind: a program computes with another's numbers, seldom.
 * 4. CR3 is written only when the address space changes. Otherwise: each switch between threads of one PD empties the TLB.
 * 5. The most urgent ready SC runs, from the next exit to ring 3 on. Otherwise: an urgent thread waits for a whole turn.
 * 6. Time is charged to the SC that spends it, whoever it is spent on. Otherwise: a server can be used up by its clients.
 * 7. The idle loop is not an SC: it has no priority, no budget and no place in a queue. It must not be possible that an
 *    interrupt arrives between the last look at the queues and hlt (SDM vol. 2B, STI: the next instruction is still covered).
 *    Otherwise: a wake-up is noticed only with the next interrupt, or never.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "contract/4-caps.h"
#include "cpu.h"

struct ec;

/* ---- Public structures ---------------------------------------------------------------------------------------------- */

/*
 * A place in a list of SCs. Lists are circular and their head is such a link too, so an SC is taken out of one without knowing which it
 * is. A head that is all zero is an empty list.
 */
struct sc_link {
    struct sc_link *next, *prev;
};

/*
 * A right to time. Times are in ticks of the time-stamp counter; ABI.md §10 says what claim and fill are. One cell, zeroed.
 *
 * Written by the creator before sched_add: object, ec, cpu, priority, budget. By stage 3 alone: the rest.
 */
struct sc {
    struct object object;
    struct ec *ec;        /* whose time it is; never changes, but NULL when that one has died first */
    struct sc *donor;     /* where its quota comes from: settled by the first sc_quota, for life. NULL: it has none */
    uint8_t cpu;          /* that of ec */
    uint8_t priority;     /* 1 … PRIORITY_MAX, which is the most urgent */
    uint8_t place;        /* enum sc_place */
    uint8_t level;        /* where it stands or has last stood: its priority, or 0 for the fills */
    uint32_t budget;      /* length of a turn in µs, 1 … BUDGET_MAX_US */
    uint32_t quota;       /* of each round, in µs */
    uint32_t round;       /* for which claim holds */
    uint64_t claim;       /* left of the quota in this round */
    uint64_t left;        /* of the present turn; 0: it is used up */
    uint64_t used;        /* since creation; sc_used adds the present turn */
    struct sc_link link;  /* in the one list where it stands */
    struct sc *given;     /* those whose donor it is, a ring: the newest of them, */
    struct sc *next_given; /* and the one behind this in its donor's ring; behind the newest comes the oldest */
};

/* Where an SC is (rule 2). Kept by stage 3, so that the checks of a debug build and the debugger can tell. */
enum sc_place {
    SC_NOWHERE, /* new, or dying */
    SC_CURRENT,
    SC_READY,
    SC_PARKED, /* on an EC that is blocked, in its run.parked; or just released from there */
};

/*
 * The part of struct ec that concerns running: ec->run. cont is written by every stage, for the EC that it handles; the
 * others by stage 3 alone, but for what the creator sets: cpu, fpu.
 */
struct ec_run {
    continuation *cont;   /* what it does when it next runs; NULL: a local EC that waits for a call */
    struct sc *sc;        /* bound to it; NULL: none. Written by the creator, and where one of the two ends */
    struct sc_link parked; /* the SCs that wait for it to become runnable, oldest first */
    void *fpu;            /* 512 bytes, 16-byte aligned, for fxsave; NULL: it has no FPU */
    union {
        struct {
            uint16_t recalled; /* not 0: it shall tell so before it next leaves. Written by stage 5 alone */
            uint16_t blocked;  /* BLOCKED_…: why it cannot run, other than waiting for a call's reply; 0: it can */
            uint32_t fpu_used; /* 1: it has used the FPU, so its values go in and out with it */
        };
        uint64_t special;      /* all of them: not 0, and ec_switch has more to do than usual */
    };
    uint32_t cpu;         /* never changes */
};

#define BLOCKED_WAIT  1u /* on a semaphore */
#define BLOCKED_PAUSE 2u /* by EC_PAUSE; can come on top of the other */
#define BLOCKED_DYING 4u

/* ---- What the stage defines: the scheduler -------------------------------------------------------------------------- */

/* Prepares this CPU's queues, with nothing in them. Once per CPU, after entry_init, on the boot stack, interrupts off. */
void sched_init(struct cpu *cpu);

/*
 * Makes a new SC ready with a full budget. Its fields for the creator are set, and its place is SC_NOWHERE. When it is more
 * urgent than the current SC, PENDING_RESCHEDULE is set. Returns; whoever called runs on.
 */
void sched_add(struct sc *sc);

/*
 * Takes an SC out of wherever it is; afterwards its place is SC_NOWHERE, nothing of stage 3 points to it, and its memory may go.
 * For the current SC also: then PENDING_RESCHEDULE is set, and the caller must end in sched_next or leave. Returns.
 *
 * When it is wrong: a queue holds memory that has become another object.
 */
void sched_remove(struct sc *sc);

/*
 * Gives the processor to the most urgent ready SC, the longest waiting among equals. If there was a current SC and its place is still
 * SC_CURRENT, it is put back first: at the head of its priority when it has time left (it was preempted), with a full budget
 * at the tail when it has not. Clears all of pending. With nothing ready: the idle loop.
 *
 * The SC's time goes to ipc_runner(sc->ec); when that EC is blocked, the SC is parked there and the next one chosen.
 *
 * The way out of every operation that cannot go on with the current SC. Any stack; interrupts off.
 */
noreturn void sched_next(void);

/*
 * The current SC gives up what is left of its claim in this round, or of its fill, and goes to the tail of the fills. self: the current
 * EC, its cont is set.
 */
noreturn void sched_yield(struct ec *self);

/* µs of quota that donor can give: its own, or with NULL what belongs to no SC of that CPU. Create calls ask before they charge. */
uint32_t sc_available(const struct sc *donor, uint32_t cpu);

/*
 * Moves µs of quota per round from donor to sc (negative: back), and with it the smaller of that and the giver's claim in this round.
 * No claim is larger than its quota afterwards: clock_ticks rounds down.
 * donor NULL: what belongs to no SC of sc's CPU. The first donor is sc's for life. us: within one SUPER_PERIOD_US, either sign.
 *
 * Returns SUCCESS, or with nothing changed: BAD_PAR (donor is not sc's), BAD_CPU (another CPU's), BAD_PAR (donor has no donor itself, so
 * that no ring of givers can be closed), NO_TIME (*lacking: µs that the giver lacks). Cannot fail for a new SC whose donor has a donor,
 * and so much available.
 */
enum status sc_quota(struct sc *sc, struct sc *donor, int64_t us, uint32_t *lacking);

/* Changes priority and budget from the next turn on, wherever the SC is. */
void sc_priority(struct sc *sc, uint32_t priority, uint32_t budget);

/*
 * Its quota and claim go back to its donor, those that it gave belong to its donor from then on, it is taken out of wherever it is, and
 * its EC has no SC any more. For the current SC also, as by sched_remove. Others that have to do with it are seen to 64 at a time:
 * returns true when all is done. Until then it stays where it is: who ends its own SC comes to the end on its time.
 */
bool sc_end(struct object *object);

/* The ticks that sc has spent since its creation, the present turn included. */
uint64_t sc_used(const struct sc *sc);

/*
 * Sees to it that the timer fires at tick at the latest. Called by stage 7 when a nearer deadline has come, and by this stage for the end
 * of each turn. When the tick that was the nearest is of no interest any more (a wait has ended early, an SC has left before its turn
 * was over) nobody need say so: the timer fires once for nothing, and is then armed for what is the nearest.
 *
 * When it is wrong: a thread without equals runs for ever, or a deadline is noticed at the end of somebody's turn.
 */
void sched_arm(uint64_t tick);

/* ---- What the stage defines: ECs ------------------------------------------------------------------------------------ */

/*
 * Goes on with ec on the current SC's time: makes rule 3 true, and calls ec->run.cont(ec) at the top of this CPU's kernel
 * stack. If ec is blocked, the current SC is parked on it instead. ec belongs to this CPU and has a cont; it may be
 * the current EC. This is the direct switch of calls and replies, so it is short: an EC without FPU costs
 * no fxsave, and one in the same PD no CR3.
 *
 * FPU: an EC that has used it has its own values in the registers before it runs. For one that has not, the registers are in their
 * initial state and switched off: its first FPU instruction is an exception (CR0.TS, vector 7; see fpu_trap). So two ECs that do
 * not use it pay one comparison. The FS base is read and written each time: comparing remembered values is not enough, because a
 * program changes the base unseen by `mov fs`.
 *
 * PENDING_RECALL is set if ec->run.recalled is.
 */
noreturn void ec_switch(struct ec *ec);

/*
 * Blocks self, the current EC, with BLOCKED_WAIT: parks the current SC on it, and goes to sched_next. self->run.cont is set to what
 * it does when it is woken; whatever it waits on knows it already.
 */
noreturn void ec_block(struct ec *self);

/*
 * Adds reason (BLOCKED_…) to why ec cannot run. Any EC of this CPU; its SCs are parked when their turn comes. If the current SC
 * is working for ec, PENDING_RESCHEDULE is set. Returns.
 */
void ec_hold(struct ec *ec, uint32_t reason);

/*
 * Takes reason away. When none is left, every SC parked on ec becomes ready, in the order in which they came, and
 * PENDING_RESCHEDULE is set when one of them is more urgent than the current SC. Returns; whoever called runs on.
 *
 * When it is wrong: of several clients of one server, one goes on and the others sleep; or a paused thread is woken
 * by a semaphore.
 */
void ec_wake(struct ec *ec, uint32_t reason);

/*
 * Continuations: leave to ring 3 behind a system call (by exit_sysret) or with all registers (by exit_iret), unless something is
 * pending: then it is dealt with first, and self leaves when it is next chosen. self is the current EC. Both can be called directly.
 * Before ipc_recall self->run.cont is set to the one of them that was called, which tells how self would have left.
 */
noreturn void ec_leave_call(struct ec *self);
noreturn void ec_leave_trap(struct ec *self);

/*
 * Makes every SC that is parked on ec ready, without changing why ec cannot run: somebody in the chain of calls has died, and some of
 * them may have other work now. Those that have not are parked again when their turn comes. Returns; whoever called runs on.
 *
 * When it is wrong: a client whose server died while that waited for somebody else sleeps as long as that one does.
 */
void ec_release(struct ec *ec);

/*
 * ec is about to die: nothing of stage 3 may point to it afterwards. Its parked SCs become ready (they find what has
 * become of it by ipc_runner), its own SC is taken out of wherever it is (the current one stays current, until it is left), and the
 * FPU is nobody's if it was ec's. If ec is cpu->current, nobody is afterwards, the kernel's own address space is loaded, and the
 * caller must end in sched_next.
 */
void ec_forget(struct ec *ec);

/*
 * A place where a long operation of self, the current EC, may be interrupted. When an interrupt waits or another SC
 * is to be chosen, self->run.cont becomes restart, self's operation is left, and the function does not return: when self next runs, restart(self)
 * begins anew. Otherwise it returns and the operation goes on. Everything that the operation has changed must be in order.
 *
 * When it is wrong: revoking a large tree holds the processor for as long as it takes, or goes on with a pointer that
 * was good before the interrupt.
 */
void preempt_point(struct ec *self, continuation *restart);

/* ---- What the stage defines for the given parts (body.h) ------------------------------------------------------------ */

/*
 * self, the current EC, raised vector 7 in ring 3: if the stage had switched the FPU off for it, it gets it and goes on by
 * ec_leave_trap; the function then does not return. Otherwise it returns, and the exception is self's own.
 */
void fpu_trap(struct ec *self);

/*
 * The timer has fired, in ring 3 under self, the current EC, or in ring 0: in the idle loop or a preemption point. The interrupt has been
 * acknowledged. Deadlines are served first (timeout_expire), then the turn is judged.
 *
 * Other interrupts in ring 0 may return to where they struck, or end in sched_next: both places stand it.
 */
noreturn void sched_timer(struct ec *self);
noreturn void sched_timer_idle(void);

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

/*
 * Stage 5: who works on ec's time: ec itself, or the end of the chain of calls that it waits for. Never NULL, may be
 * blocked, is on ec's CPU.
 */
struct ec *ipc_runner(struct ec *ec);

/* Given: the time-stamp counter, and how many of its ticks so many µs are (at most 2^20 of them), rounded down. */
uint64_t clock_now(void);
uint64_t clock_ticks(uint32_t us);

/*
 * Given: interrupts this CPU with VECTOR_TIMER when the time-stamp counter reaches tick, or at once if it has; UINT64_MAX: never.
 * Replaces what was armed before. It can come too early, for a tick far away: the counter says what time it is.
 */
void clock_arm(uint64_t tick);

/* Stage 5: self, about to leave for ring 3, has been recalled: sends the message for that. */
noreturn void ipc_recall(struct ec *self);

/* Stage 7: the earliest deadline on this CPU, in ticks of the time-stamp counter; UINT64_MAX: none. */
uint64_t timeout_next(void);

/* Stage 7: wakes those whose deadline is not after now, at most 64; timeout_next then tells whether there are more. Returns. */
void timeout_expire(uint64_t now);
