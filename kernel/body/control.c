/*
 * The calls that change one object: §7.9 to §7.12 of kernel/ABI.md. Those of a PD are in control_pd.c.
 */
#include "calls.h"

/* ---- EC ------------------------------------------------------------------------------------------------------------- */

/* A resume that came too early is used up instead: so nothing is lost between "there is nothing to do" and "I pause". */
static noreturn void pause_self(struct ec *self)
{
    set_result(self, SUCCESS, 0);
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
    set_result(self, SUCCESS, 0);
    self->run.cont = ec_leave_call;
    sched_yield(self);
}

/* a1 EC, a2 operation, a3 event base */
HANDLER(sys_ec_control)
{
    trace_entry(CALL_EC_CONTROL);
    refuse_if(self, a2 > EC_EVENTS, BAD_CALL);
    if (a2 == EC_YIELD)
        yield(self);
    refuse_if(self, a2 == EC_EVENTS && !is_event_base(a3), BAD_PAR);
    struct ec *ec = a2 == EC_PAUSE && !a1 ? self : lookup_ec(self, a1, EC_RIGHT_CONTROL);

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

/* a1 SC; a2 operation; a3 µs, or priority and budget; a4 donor */
HANDLER(sys_sc_control)
{
    trace_entry(CALL_SC_CONTROL);
    refuse_if(self, a2 > SC_PRIORITY, BAD_CALL);
    refuse_if(self, (a2 == SC_PRIORITY && !is_priority(a3)) || (a2 == SC_QUOTA && !is_within(a3, SUPER_PERIOD_US)), BAD_PAR);
    struct sc *sc = lookup_sc(self, a1, a2 == SC_TIME ? SC_RIGHT_TIME : SC_RIGHT_CONTROL);

    if (a2 == SC_TIME)
        finish(self, SUCCESS, sc_used(sc));
    if (a2 == SC_QUOTA) {
        uint32_t lacking = 0;
        const enum status status = sc_quota(sc, lookup_donor(self, a4), a3, &lacking);
        finish(self, status, status == NO_TIME ? lacking : 0);
    }
    sc_priority(sc, PAIR_LOW(a3), PAIR_HIGH(a3));
    finish(self, SUCCESS, 0);
}

/* ---- PT, SM --------------------------------------------------------------------------------------------------------- */

/* a1 PT, a2 operation, a3 id, a4 transfer descriptor */
HANDLER(sys_pt_control)
{
    trace_entry(CALL_PT_CONTROL);
    refuse_if(self, a2 != PT_SET, BAD_CALL);
    refuse_if(self, !is_transfer(a4), BAD_PAR);
    struct pt *pt = lookup_pt(self, a1, PT_RIGHT_CONTROL);

    pt->id = a3;
    pt->transfer = a4;
    finish(self, SUCCESS, 0);
}

/* a1 SM, a2 operation, a3 deadline */
PATH HANDLER(sys_sm_control)
{
    if (a2 == SM_UP) {
        const enum status status = sm_up(lookup_sm(self, a1, SM_RIGHT_UP));
        finish(current_ec(), status, 0);
    }
    if (a2 == SM_DOWN)
        sm_down(self, lookup_sm(self, a1, SM_RIGHT_DOWN), false, a3);
    if (a2 == SM_ZERO)
        sm_down(self, lookup_sm(self, a1, SM_RIGHT_DOWN), true, a3);
    finish(self, BAD_CALL, 0);
}
