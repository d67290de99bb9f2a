/*
 * The scheduler beside a model (model.h). After each of many random steps both must agree on who runs, where everybody is, what is
 * left of every claim and turn, and when the timer must fire.
 *
 * Tasks 3.5 (choice: nobody is ever blocked, one EC works on everybody's time) and 3.7 (blocking).
 */
#include "model.h"
#include "rig.h"

_Static_assert(MODEL_SCS == RIG_ECS, "both have as many");

#define SLEEPS BLOCKED_PAUSE

static int people; /* so many of them are used */
static bool may_block;

/* ---- Both ---- */

/* One check for each step, and of the others those that fail: there would be millions. */
#define AGREE(got, wanted, family, what)                                                                                         \
    if ((uint64_t)(got) != (uint64_t)(wanted)) {                                                                                 \
        told_family(family);                                                                                                     \
        SAME(got, wanted, what);                                                                                                 \
    }

/* What is left behind the ticks that somebody runs for already. When these are charged before he is left, is up to the stage. */
static uint64_t less(uint64_t of, uint64_t running)
{
    return of > running ? of - running : 0;
}

static void compare_one(int i)
{
    const struct sc *sc = &rig_sc[i];
    const uint64_t used = sc_used(sc), running = used - sc->used, runs = i == model_current ? rig_now - model_since : 0;
    const bool now = sc->round == rig_sc[model_current].round; /* the claim of who runs is of the present round */

    AGREE(sc->place, model[i].place, "queue", "the place of an SC: 0 nowhere, 1 current, 2 ready, 3 parked");
    AGREE(sc->quota, model[i].quota, "time", "the quota of an SC");
    AGREE(now ? less(sc->claim, running) : clock_ticks(sc->quota), less(model[i].claim, runs), "time", "the claim of an SC");
    AGREE(less(sc->left, running), less(model[i].left, runs), "time", "what is left of an SC's turn");
    AGREE(used, model[i].used + runs, "time", "sc_used of an SC");
}

/* Whoever is linked has two neighbours that know it, and so has the head of each list of those who wait. */
static void compare_links(void)
{
    for (int i = 0; i < people; i++) {
        const struct sc_link *own = &rig_sc[i].link, *list = &rig_ec[i].run.parked;
        const bool linked = model[i].alive && (rig_sc[i].place == SC_READY || rig_sc[i].place == SC_PARKED);

        AGREE(linked && (own->next->prev != own || own->prev->next != own), 0, "queue",
              "SCs in a list whose neighbours do not know them");
        AGREE(model[i].alive && list->next && (list->next->prev != list || list->prev->next != list), 0, "queue",
              "lists of those who wait for an EC that do not know their first or last");
    }
}

static void compare(void)
{
    const struct sc *runs = this_cpu()->run.sc;

    compare_links();
    told_family("choice");
    SAME(runs ? runs - rig_sc : NOBODY, model_current, "the number of the SC that is chosen among many");
    for (int i = 0; i < people; i++)
        if (model[i].alive)
            compare_one(i);
    told_family("time");
    if (rig_armed > model_turn_end())
        AT_MOST(rig_armed, model_turn_end(),
                "clock_arm: the timer fires when turn, claim or round are over, or at the nearest deadline");
    AGREE(sc_available(0, 0), model_rest_quota, "time", "what belongs to no SC");
    rig_family();
}

static void choose(void (*how)(void *))
{
    model_next();
    rig_family(); /* a circle of those who wait shows as a choice without end */
    const enum landing ended = rig_try(how, 0);
    told_family("choice");
    SAME(ended, LANDED, "how the choice ended: 1 is that an EC was gone on with, 0 that the call came back");
    AGREE(rig_sc[model_current].place == SC_PARKED, 0, "queue", "SCs that wait although their EC can run");
    AGREE(rig_ec_number(rig_who), rig_runner ? rig_ec_number(rig_runner) : model_current, "choice",
          "the number of the EC that was gone on with: who works on the time of the SC that is chosen (ipc_runner)");
}

static void call_next(void *argument)
{
    (void)argument;
    sched_next();
}

static void call_timer(void *argument)
{
    (void)argument;
    sched_timer_idle();
}

static void call_yield(void *argument)
{
    (void)argument;
    sched_yield(this_cpu()->current);
}

/* ---- Steps ---- */

static void enter_new(int i)
{
    const unsigned priority = 1 + rig_below(5) * 31, budget = 1 + rig_below(20000);

    model_enter(i, priority, budget);
    sched_add(rig_new(i, priority, budget));
}

static void end(int i)
{
    model_end(i);
    for (unsigned n = 0; n < 10 && !sc_end(&rig_sc[i].object); n++)
        ;
    unsigned char *memory = (unsigned char *)&rig_sc[i];
    for (unsigned n = 0; n < sizeof rig_sc[i]; n++)
        memory[n] = 0xee; /* it is something else now */
}

static void wake(int i)
{
    model_wake(i);
    ec_wake(&rig_ec[i], SLEEPS);
}

static void time_passes(void)
{
    rig_now += rig_below(2) ? rig_below(clock_ticks(30000)) : rig_below(clock_ticks(SUPER_PERIOD_US / 3));
    if (rig_armed != NEVER && rig_now > rig_armed)
        rig_now = rig_armed + rig_below(50);
}

static void move_quota(int i)
{
    const int donor = rig_below(3) ? (int)rig_below(people) : NOBODY,
              us = rig_below(3) ? (int)rig_below(200000) : -(int)rig_below(100000);
    uint32_t lacking;

    if (!model[i].alive || (donor != NOBODY && !model[donor].alive))
        return;
    const enum status status = model_quota(i, donor, us);
    AGREE(sc_quota(&rig_sc[i], donor == NOBODY ? 0 : &rig_sc[donor], us, &lacking), status, "time", "sc_quota");
}

static void new_priority(int i)
{
    const unsigned priority = rig_below(3) ? 1 + rig_below(PRIORITY_MAX) : model[i].priority, budget = 1 + rig_below(20000);

    model_priority(i, priority, budget);
    sc_priority(&rig_sc[i], priority, budget);
}

/* Number 0 is always there and never sleeps: the idle loop is another test's. */
static void step(void)
{
    const int i = rig_below(people);
    struct model *m = &model[i];

    switch (rig_below(12)) {
    case 0 ... 2:
        time_passes();
        break;
    case 3:
        if (!m->alive)
            enter_new(i);
        break;
    case 4:
        if (m->alive && i && !rig_below(4))
            end(i);
        break;
    case 5 ... 6:
        if (m->alive && i && may_block) {
            m->blocked = true;
            ec_hold(&rig_ec[i], SLEEPS);
        }
        break;
    case 7 ... 8:
        if (m->alive && may_block)
            wake(i);
        break;
    case 9:
        if (model_current != NOBODY && !rig_below(4)) {
            model[model_current].claim = model[model_current].left = 0;
            choose(call_yield);
        }
        break;
    case 10:
        move_quota(i);
        break;
    case 11:
        if (m->alive)
            new_priority(i);
        break;
    }
}

static void walk(int how_many, unsigned steps)
{
    people = how_many;
    for (unsigned n = 0; n < steps; n++) {
        step();
        if (this_cpu()->run.pending || model_current == NOBODY) {
            choose(call_next);
        } else if (rig_now >= rig_armed) {
            rig_armed = NEVER; /* it has fired, once */
            if (rig_deadline <= rig_now)
                rig_deadline = NEVER;
            choose(call_timer);
            AGREE(rig_armed, model_turn_end(), "time", "clock_arm behind a timer interrupt");
        } else if (model_overtaken())
            HOLDS(false, "PENDING_RESCHEDULE is set when a more urgent SC is ready");
        if (!rig_below(50)) {
            rig_deadline = rig_now + rig_below(clock_ticks(SUPER_PERIOD_US));
            sched_arm(rig_deadline);
        }
        compare();
    }
}

/* Who waits at its level while a round ends has all of its claim when it is chosen. */
static void beyond_a_round(void)
{
    struct sc *sc[2];
    const unsigned quota = 50000 + rig_below(50000);

    for (unsigned i = 0; i < 2; i++) {
        sc[i] = rig_new(i, 50, 1000);
        rig_rich(sc[i], quota);
        sched_add(sc[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        CHOSEN(sc[i % 2], "sched_next among two equals whose turns are used up");
        rig_now += i ? clock_ticks(SUPER_PERIOD_US) : clock_ticks(1000);
    }
    told_family("time");
    SAME(sc[0]->claim, clock_ticks(quota), "the claim of who was ready when a round ended, when it is chosen: all of its quota");
    rig_family();
    sched_remove(sc[0]);
    sched_remove(sc[1]);
}

static void begin(void)
{
    model_begin();
    people = 8;
    enter_new(0);
}

void choice(void)
{
    rig_new(RIG_ECS - 1, 1, 1);
    rig_runner = &rig_ec[RIG_ECS - 1];
    rig_runner->run.sc = 0;
    entry_activate(rig_runner);
    beyond_a_round();
    begin();
    walk(8, 1000);
    walk(RIG_ECS - 1, 800);
}

void blocking(void)
{
    may_block = true;
    begin();
    walk(8, 1000);
    walk(RIG_ECS, 800);
}
