/*
 * Task 3.6: the ways out, when nothing is pending and when something is.
 */
#include "rig.h"

#define NOWHERE 0x700000000000ull /* nothing is mapped there: who goes on in ring 3 is back at once */

static struct ec *const self = &rig_ec[0];
static struct sc *const sc = &rig_sc[0];

static void call_leave_call(void *ec)
{
    ec_leave_call(ec);
}

static void call_leave_trap(void *ec)
{
    ec_leave_trap(ec);
}

/* self is current, on its own time. */
static void make_self(unsigned budget)
{
    rig_new(0, 50, budget);
    rig_rich(sc, 100000);
    sched_add(sc);
    CHOSEN(sc, "sched_next, when one SC is ready");
}

static uint64_t aim(void)
{
    const uint64_t place = NOWHERE + (rig_below(1 << 20) << 12);

    self->state.frame.rip = place;
    self->state.frame.rbx = place + 1;
    return place;
}

static void nothing_pending(void (*leave)(void *), bool trap)
{
    const uint64_t place = aim();

    SAME(rig_try(leave, self), TRAPPED, "how it ended, with nothing pending: 2 is that ring 3 was reached");
    SAME(rig_ec_number(rig_who), rig_ec_number(self), "the number of the EC that has left");
    SAME(self->state.frame.rip, place, "where it went on");
    if (trap)
        SAME(self->state.frame.rbx, place + 1, "its rbx");
}

/* Somebody more urgent is ready: self goes on when it is next chosen, by the way that it had wanted to take. */
static void overtaken(void (*leave)(void *), continuation *cont)
{
    struct sc *urgent = rig_new(1, 60, 1000);
    const uint64_t place = aim();

    rig_rich(urgent, 1000);
    sched_add(urgent);
    told_family("choice");
    SAME(this_cpu()->run.pending, PENDING_RESCHEDULE, "what is pending when a more urgent SC has come");
    SAME(rig_try(leave, self), LANDED, "how it ended, with a more urgent SC ready: 1 is that this one's EC was gone on with");
    SAME(rig_ec_number(rig_who), rig_ec_number(&rig_ec[1]), "the number of the EC that was gone on with");
    SAME(this_cpu()->run.sc, urgent, "the current SC then");
    told_family("current");
    SAME((uint64_t)self->run.cont, (uint64_t)cont, "the cont of who could not leave: the way out that it came from");
    told_family("choice");
    SAME(sc->place, SC_READY, "the place of the SC that could not leave");
    sched_remove(urgent);
    aim();
    self->state.frame.rip = place;
    rig_now += 10;
    SAME(rig_next(), 0, "an EC of the rig that was gone on with: none, because the one that is left is in ring 3");
    SAME(rig_ec_number(rig_who), rig_ec_number(self), "the number of the EC that has left when it was chosen again");
    SAME(self->state.frame.rip, place, "where it went on");
}

static void recalled(void (*leave)(void *), continuation *cont)
{
    told_family("choice");
    aim();
    this_cpu()->run.pending = PENDING_RECALL;
    self->run.recalled = 1;
    SAME(rig_try(leave, self), RECALLED, "how it ended, with self recalled: 3 is ipc_recall");
    SAME((uint64_t)self->run.cont, (uint64_t)cont, "its cont before ipc_recall: the way out that it came from");
    SAME(this_cpu()->run.pending, 0, "what is pending behind that");
    self->run.recalled = 0;
    this_cpu()->run.pending = PENDING_RECALL; /* it was for another one, who is gone */
    SAME(rig_try(leave, self), TRAPPED, "how it ended, with a recall pending that is not self's: 2 is that ring 3 was reached");
    SAME(this_cpu()->run.pending, 0, "what is pending behind that");
    told_family("current");
}

void leave(void)
{
    make_self(10000);
    nothing_pending(call_leave_call, false);
    nothing_pending(call_leave_trap, true);
    overtaken(call_leave_call, ec_leave_call);
    overtaken(call_leave_trap, ec_leave_trap);
    recalled(call_leave_call, ec_leave_call);
    recalled(call_leave_trap, ec_leave_trap);
}
