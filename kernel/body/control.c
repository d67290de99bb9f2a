/*
 * The calls that change one object: §7.9 to §7.12 of kernel/ABI.md. Those of a PD are in control_pd.c.
 */
#include "calls.h"

/* ---- EC ------------------------------------------------------------------------------------------------------------- */

/* A resume that came too early is used up instead: so nothing is lost between "there is nothing to do" and "I pause". */
static noreturn void pause_self(struct ec *self)
{
    self->state.frame.rax = SUCCESS;
    self->state.frame.rdx = 0;
    if (self->ipc.resumed) {
        self->ipc.resumed = 0;
        ec_leave_call(self);
    }
    self->run.cont = ec_leave_call;
    ec_hold(self, BLOCKED_PAUSE);
    sched_next();
}

static void resume(struct ec *ec)
{
    if (ec->run.blocked & BLOCKED_PAUSE)
        ec_wake(ec, BLOCKED_PAUSE);
    else
        ec->ipc.resumed = 1;
}

static noreturn void yield(struct ec *self)
{
    self->state.frame.rax = SUCCESS;
    self->state.frame.rdx = 0;
    self->run.cont = ec_leave_call;
    sched_yield(self);
}

/* a1 EC, a2 operation, a3 event base */
HANDLER(sys_ec_control)
{
    trace_entry(CALL_EC_CONTROL);
    if (a2 > EC_EVENTS)
        finish(self, BAD_CALL, 0);
    if (a2 == EC_YIELD)
        yield(self);
    if (a2 == EC_EVENTS && !is_event_base(a3))
        finish(self, BAD_PAR, 0);
    struct ec *ec = a2 == EC_PAUSE && !a1 ? self : lookup_ec(self, a1, EC_RIGHT_CONTROL);
    if (!ec)
        finish(self, BAD_CAP, 0);

    switch (a2) {
    case EC_RECALL:
        ec_recall(ec);
        break;
    case EC_PAUSE:
        if (ec == self)
            pause_self(self);
        ec_hold(ec, BLOCKED_PAUSE);
        break;
    case EC_RESUME:
        resume(ec);
        break;
    case EC_EVENTS:
        ec->ipc.event_base = event_base(a3);
        break;
    }
    finish(self, SUCCESS, 0);
}

/* ---- SC ------------------------------------------------------------------------------------------------------------- */

static noreturn void move_time(struct ec *self, struct sc *sc, int64_t us, uint64_t donor_selector)
{
    struct sc *donor;
    uint32_t lacking = 0;

    if (!lookup_donor(self, donor_selector, &donor))
        finish(self, BAD_CAP, 0);
    enum status status = sc_quota(sc, donor, us, &lacking);
    finish(self, status, status == NO_TIME ? lacking : 0);
}

/* a1 SC; a2 operation; a3 µs, or priority and budget; a4 donor */
HANDLER(sys_sc_control)
{
    trace_entry(CALL_SC_CONTROL);
    if (a2 > SC_PRIORITY)
        finish(self, BAD_CALL, 0);
    if ((a2 == SC_PRIORITY && !is_priority(a3)) || (a2 == SC_QUOTA && !is_within(a3, SUPER_PERIOD_US)))
        finish(self, BAD_PAR, 0);
    struct sc *sc = lookup_sc(self, a1, a2 == SC_TIME ? SC_RIGHT_TIME : SC_RIGHT_CONTROL);
    if (!sc)
        finish(self, BAD_CAP, 0);

    if (a2 == SC_TIME)
        finish(self, SUCCESS, sc_used(sc));
    if (a2 == SC_QUOTA)
        move_time(self, sc, a3, a4);
    sc_priority(sc, PAIR_LOW(a3), PAIR_HIGH(a3));
    finish(self, SUCCESS, 0);
}

/* ---- PT, SM --------------------------------------------------------------------------------------------------------- */

/* a1 PT, a2 operation, a3 id, a4 transfer descriptor */
HANDLER(sys_pt_control)
{
    trace_entry(CALL_PT_CONTROL);
    if (a2 != PT_SET)
        finish(self, BAD_CALL, 0);
    if (!is_transfer(a4))
        finish(self, BAD_PAR, 0);
    struct pt *pt = lookup_pt(self, a1, PT_RIGHT_CONTROL);
    if (!pt)
        finish(self, BAD_CAP, 0);

    pt->id = a3;
    pt->transfer = a4;
    finish(self, SUCCESS, 0);
}

static inline __attribute__((always_inline)) noreturn void down(struct ec *self, uint64_t selector, bool all, uint64_t deadline)
{
    struct sm *sm = lookup_sm(self, selector, SM_RIGHT_DOWN);

    if (!sm)
        finish(self, BAD_CAP, 0);
    sm_down(self, sm, all, deadline);
}

static noreturn void up(struct ec *self, uint64_t selector)
{
    struct sm *sm = lookup_sm(self, selector, SM_RIGHT_UP);

    if (!sm)
        finish(self, BAD_CAP, 0);
    enum status status = sm_up(sm);
    finish(current_ec(), status, 0);
}

/* a1 SM, a2 operation, a3 deadline */
PATH HANDLER(sys_sm_control)
{
    if (a2 == SM_UP)
        up(self, a1);
    if (a2 == SM_DOWN)
        down(self, a1, false, a3);
    if (a2 == SM_ZERO)
        down(self, a1, true, a3);
    finish(self, BAD_CALL, 0);
}
