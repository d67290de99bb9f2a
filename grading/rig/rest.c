/*
 * Task 3.7: idle, places where an operation may be interrupted, the end of an EC.
 */
#include "rig.h"

#include "x86/lapic.h"
#include "x86/registers.h"

#define HLT 0xf4

static void call_next(void *argument)
{
    (void)argument;
    sched_next();
}

/* ---- Idle ---- */

/* With nothing to do, and an interrupt that waits already when the idle loop is entered: it must still end the hlt. */
static void idle_once(void)
{
    const unsigned before = rig_struck, more = rig_more;

    rig_interrupt();
    rig_struck_ends = true;
    SAME(rig_try(call_next, 0), IDLE, "how sched_next ended with nothing ready: 5 is that an interrupt has ended the hlt");
    rig_struck_ends = false;
    SAME(rig_struck - before, 1 + more, "interrupts that have come by then");
    SAME(*(const uint8_t *)(rig_struck_at - 1), HLT, "the instruction that the interrupt has ended: hlt, and nothing before it");
    told_family("current");
    SAME(this_cpu()->run.sc, 0, "the current SC in the idle loop");
    rig_family();
}

/* With nothing to do for long, the stack is as deep each time. */
static void idle_long(void)
{
    rig_more = 1;
    idle_once();
    const uint64_t rsp = rig_struck_rsp;
    rig_more = 20;
    idle_once();
    SAME(rig_struck_rsp, rsp, "rsp in the idle loop behind 20 interrupts: as behind the first");
}

/* An interrupt that returns has made somebody ready. */
static void idle_ends(void)
{
    struct sc *sc = rig_new(0, 50, 1000);

    rig_rich(sc, 10000);
    rig_comes = sc;
    rig_interrupt();
    SAME(rig_try(call_next, 0), LANDED, "how the idle loop ended when an SC had become ready: 1 is that its EC was gone on with");
    SAME(this_cpu()->run.sc, sc, "the current SC then");
    told_family("state");
    HOLDS(!(rig_flags & RFLAGS_IF), "interrupts are off when an EC goes on behind the idle loop");
    rig_family();
    sched_remove(sc);
}

/* The same when the choice has to let interrupts in before: one comes when it is over. */
static void all_park(void)
{
    lapic_timer_arm(5000000);
    rig_struck_ends = true;
    SAME(rig_try(call_next, 0), IDLE, "how sched_next ended when nobody can run: 5 is that an interrupt has ended the hlt");
    rig_struck_ends = false;
}

static void restarted(struct ec *self)
{
    rig_who = self;
    rig_land(RESTARTED);
}

static uint64_t flags_behind;

static void call_preempt(void *ec)
{
    preempt_point(ec, restarted);
    flags_behind = flags_get();
}

/* What waits is let in; and the operation is left only when something is pending. */
static void preempt(void)
{
    struct sc *urgent = rig_new(1, 60, 1000), *sc = rig_new(0, 50, 1000);
    const unsigned before = rig_struck;

    rig_rich(sc, 10000);
    sched_add(sc);
    CHOSEN(sc, "sched_next, when one SC is ready");
    SAME(rig_try(call_preempt, &rig_ec[0]), RETURNED, "how preempt_point ended with nothing pending: 0 is that it has returned");
    rig_interrupt();
    SAME(rig_try(call_preempt, &rig_ec[0]), RETURNED, "how preempt_point ended behind an interrupt: 0 is that it has returned");
    SAME(rig_struck - before, 1, "interrupts that preempt_point has let in, when one waited");
    told_family("state");
    HOLDS(!(flags_behind & RFLAGS_IF), "interrupts are off behind preempt_point");
    rig_family();
    told_family("choice");
    this_cpu()->run.pending = PENDING_RECALL;
    SAME(rig_try(call_preempt, &rig_ec[0]), RETURNED,
         "how preempt_point ended with only a recall pending: 0 is that it has returned");
    SAME(this_cpu()->run.pending, PENDING_RECALL, "what is pending behind that: the recall, for the way out");
    this_cpu()->run.pending = 0;
    rig_family();
    rig_rich(urgent, 1000);
    sched_add(urgent);
    SAME(rig_try(call_preempt, &rig_ec[0]), LANDED,
         "how preempt_point ended with a more urgent SC ready: 1 is that this one's EC was gone on with");
    SAME(rig_ec_number(rig_who), rig_ec_number(&rig_ec[1]), "the number of the EC that was gone on with");
    sched_remove(urgent);
    SAME(rig_try(call_next, 0), RESTARTED, "how the operation goes on when its EC is chosen again: 4 is that it begins anew");
    sched_remove(sc);
}

/* Who was current is not any more when he waits and nobody else is ready. */
static void idle_behind(void)
{
    struct sc *sc = rig_new(0, 50, 1000);

    rig_rich(sc, 10000);
    sched_add(sc);
    CHOSEN(sc, "sched_next, when one SC is ready");
    ec_hold(&rig_ec[0], BLOCKED_WAIT);
    idle_once();
    sched_remove(sc);
}

void idling(void)
{
    idle_once();
    idle_behind();
    idle_once();
    idle_long();
    idle_ends();
    preempt();
    idle_once();
}

/* ---- The end of an EC ---- */

static struct sc *ready(unsigned i, unsigned priority)
{
    struct sc *sc = rig_new(i, priority, 1000);

    rig_rich(sc, 1000);
    sched_add(sc);
    return sc;
}

/* All SCs wait for one EC: more than one pass may queue. They come back in the order in which they came. */
static struct ec *many_wait(unsigned end)
{
    struct ec *server = &rig_ec[RIG_ECS - 1];

    rig_new(RIG_ECS - 1, 1, 1);
    server->run.sc = 0;
    for (unsigned i = 1; i < end; i++)
        ready(i, 50);
    rig_runner = server;
    server->run.blocked = BLOCKED_WAIT;
    all_park();
    for (unsigned i = 1; i < end; i++)
        if (rig_sc[i].place != SC_PARKED)
            SAME(rig_sc[i].place, SC_PARKED, "the place of an SC whose EC waits for one that is blocked: SC_PARKED");
    return server;
}

static void many_on_one(void (*release)(struct ec *))
{
    release(many_wait(RIG_ECS - 1));
    rig_runner = 0;
    for (unsigned i = 1; i < RIG_ECS - 1; i++) {
        SAME(rig_chosen(), i, "the number of the SC that is chosen, when 98 have waited for the same EC, in this order");
        sched_remove(&rig_sc[i]);
    }
}

static void wake(struct ec *ec)
{
    ec_wake(ec, BLOCKED_WAIT);
}

/* Two reasons: one alone is not enough. */
static void two_reasons(void)
{
    struct sc *sc = ready(1, 50);
    struct ec *ec = &rig_ec[1];

    ec_hold(ec, BLOCKED_WAIT);
    ec_hold(ec, BLOCKED_PAUSE);
    idle_once();
    SAME(sc->place, SC_PARKED, "the place of an SC whose EC is blocked, when its turn has come");
    ec_wake(ec, BLOCKED_WAIT);
    SAME(sc->place, SC_PARKED, "its place when one of two reasons is gone");
    ec_wake(ec, BLOCKED_PAUSE);
    SAME(sc->place, SC_READY, "its place when both are gone");
    SAME(this_cpu()->run.pending & PENDING_RESCHEDULE, PENDING_RESCHEDULE, "what is pending when it has come to be ready");
    sched_remove(sc);
}

static void call_block(void *ec)
{
    ec_block(ec);
}

/* It waits, and another one runs meanwhile. */
static void block(void)
{
    struct sc *first = ready(1, 60), *second = ready(2, 50);

    CHOSEN(first, "sched_next: the more urgent one");
    SAME(rig_try(call_block, &rig_ec[1]), LANDED,
         "how ec_block ended, with another one ready: 1 is that this one's EC was gone on with");
    SAME(rig_ec_number(rig_who), rig_ec_number(&rig_ec[2]), "the number of the EC that was gone on with");
    SAME(first->place, SC_PARKED, "the place of the SC of who has blocked: SC_PARKED");
    SAME(rig_ec[1].run.blocked, BLOCKED_WAIT, "why it cannot run");
    ec_wake(&rig_ec[1], BLOCKED_WAIT);
    SAME(this_cpu()->run.pending & PENDING_RESCHEDULE, PENDING_RESCHEDULE, "what is pending when a more urgent one was woken");
    CHOSEN(first, "sched_next: the more urgent one is back");
    sched_remove(first);
    sched_remove(second);
}

static void forget(void)
{
    struct sc *own = ready(1, 50), *client = ready(2, 50), *runs = ready(3, 70);
    const struct sc_link *parked = &rig_ec[1].run.parked;

    rig_runner = &rig_ec[1];
    rig_ec[1].run.blocked = BLOCKED_WAIT;
    idle_once(); /* all three are parked on EC 1 */
    SAME(client->place, SC_PARKED, "the place of an SC whose EC waits for one that is blocked: SC_PARKED");
    ec_forget(&rig_ec[1]);
    HOLDS(!parked->next || parked->next == parked, "no SC is parked any more on an EC that has died");
    SAME(own->place, SC_NOWHERE, "the place of the SC of an EC that has died: SC_NOWHERE");
    SAME(own->ec, 0, "the EC of an SC whose EC has died");
    rig_runner = 0;
    CHOSEN(runs, "sched_next among those that are left");
    told_family("current");
    ec_forget(&rig_ec[3]); /* it destroys itself */
    SAME(runs->place, SC_CURRENT, "the place of the current SC when its EC has died: it stays current until it is left");
    HOLDS(this_cpu()->current != &rig_ec[3], "an EC that has died is not cpu->current");
    SAME(read_cr3(), kernel_space, "CR3 when the current EC has died");
    told_family("queue");
    CHOSEN(client, "sched_next: who has died goes nowhere");
    SAME(runs->place, SC_NOWHERE, "the place of the SC of an EC that has died, when it was left");
    sched_remove(client);
    idle_once();
}

/* More than one pass may queue, and the most urgent is the last of them: the current one has to go. */
static void urgent_behind_many(void)
{
    struct ec *server = many_wait(RIG_ECS - 2);
    struct sc *urgent = ready(RIG_ECS - 2, 70);

    all_park();
    SAME(urgent->place, SC_PARKED, "the place of an SC whose EC waits for one that is blocked: SC_PARKED");
    rig_runner = 0;
    struct sc *sc = ready(0, 60);
    CHOSEN(sc, "sched_next, when all others wait");
    told_family("choice");
    ec_wake(server, BLOCKED_WAIT);
    SAME(this_cpu()->run.pending & PENDING_RESCHEDULE, PENDING_RESCHEDULE,
         "what is pending when 98 were woken at once, and the last of them is more urgent than the current SC");
    CHOSEN(urgent, "sched_next then: the most urgent");
    rig_family();
    for (unsigned i = 0; i < RIG_ECS - 1; i++)
        sched_remove(&rig_sc[i]);
}

static void call_switch(void *ec)
{
    ec_switch(ec);
}

/* A call to an EC that is paused: the caller's SC waits there, and another one's turn has come. */
static void switch_to_blocked(void)
{
    struct sc *first = ready(1, 60), *second = ready(2, 50);

    rig_new(3, 1, 1);
    SAME(rig_next(), first, "sched_next: the more urgent one");
    ec_hold(&rig_ec[3], BLOCKED_PAUSE);
    told_family("choice");
    SAME(rig_try(call_switch, &rig_ec[3]), LANDED,
         "how ec_switch to a blocked EC ended: 1 is that another SC's EC was gone on with");
    SAME(rig_ec_number(rig_who), rig_ec_number(&rig_ec[2]), "the number of the EC that was gone on with");
    rig_family();
    SAME(first->place, SC_PARKED, "the place of the SC whose time was to go to a blocked EC: SC_PARKED");
    ec_wake(&rig_ec[3], BLOCKED_PAUSE);
    SAME(rig_next(), first, "sched_next, when that EC can run again");
    sched_remove(first);
    sched_remove(second);
}

static struct area area;

/* An EC with xmm5 in the FPU, current. */
static void computes(unsigned i, uint64_t xmm5)
{
    struct sc *sc = ready(i, 50);

    area_fill(&area, xmm5);
    rig_ec[i].run.fpu = &area;
    rig_ec[i].run.fpu_used = 1;
    CHOSEN(sc, "sched_next, when one SC is ready");
    SAME(xmm_get(), xmm5, "xmm5 of an EC that goes on");
}

/* The FPU is nobody's: what was the area of the dead is not written any more, and a new EC in that memory has its own values. */
static void forget_fpu(void)
{
    const uint64_t dead = rig_random(), alive = rig_random();

    told_family("state");
    computes(1, dead);
    ec_forget(&rig_ec[1]);
    area_fill(&area, alive); /* it is something else now */
    struct sc *other = ready(2, 50);
    CHOSEN(other, "sched_next: who has died goes nowhere");
    SAME(*(uint64_t *)&area.bytes[160 + 5 * 16], alive, "the memory where the FPU's registers of an EC were kept that has died");
    sched_remove(other);
    computes(1, dead);
    ec_forget(&rig_ec[1]);
    idle_once();
    computes(1, alive);
    sched_remove(&rig_sc[1]);
    rig_family();
}

/* Whoever ends its own SC comes to the end on its time: until all is done it stays current. */
static void ends_itself(void)
{
    struct sc *own = rig_new(0, 50, 1000);
    uint32_t lacking;

    sched_add(own);
    SAME(sc_quota(own, 0, 100000, &lacking), SUCCESS, "sc_quota, when the giver has enough");
    for (unsigned i = 1; i < RIG_ECS; i++)
        SAME(sc_quota(rig_new(i, 10, 1000), own, 10, &lacking), SUCCESS, "sc_quota, when the giver has enough");
    CHOSEN(own, "sched_next, when one SC is ready");
    while (!sc_end(&own->object))
        SAME(own->place, SC_CURRENT, "the place of the current SC while sc_end says that not all is done yet");
    SAME(own->place, SC_NOWHERE, "the place of the current SC when sc_end has said that all is done");
    for (unsigned i = 1; i < RIG_ECS; i++)
        while (!sc_end(&rig_sc[i].object))
            ;
}

void ending(void)
{
    two_reasons();
    block();
    forget();
    many_on_one(wake);
    many_on_one(ec_release);
    urgent_behind_many();
    switch_to_blocked();
    ends_itself();
    forget_fpu();
}
