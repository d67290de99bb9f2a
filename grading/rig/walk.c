/*
 * The scheduler beside a model that has one list, counts every claim at every round, and looks at everybody for each choice. After each
 * of many random steps both must agree on who runs, where everybody is, what is left of every claim and turn, and when the timer must fire.
 *
 * Tasks 3.5 (choice: nobody is ever blocked, one EC works on everybody's time) and 3.7 (blocking).
 */
#include "rig.h"

#define NOBODY (-1)
#define SLEEPS BLOCKED_PAUSE

static struct model {
    unsigned priority, budget, quota, place;
    uint64_t claim, left, used;
    int donor; /* NOBODY: the CPU's rest, if bound */
    bool bound, alive, blocked;
    bool fill; /* what kind its turn is */
} model[RIG_ECS];

static int order[RIG_ECS], ready_count; /* the ready ones; among those of one level, in the order of their queue */
static int coming[RIG_ECS], arrivals;   /* fills that a new round has emptied; they are queued behind the SC that was current */
static int parked[RIG_ECS], waiting;    /* oldest first */
static int current = NOBODY, people;
static uint64_t since, round_end, rest_claim;
static unsigned rest_quota = SUPER_PERIOD_US;
static bool may_block;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static unsigned level(int i)
{
    return model[i].claim ? model[i].priority : 0;
}

/* ---- The model ---- */

/* A turn is one of the claim or a fill, and ends when the SC comes to a queue of the other kind. */
static void turn_kind(int i)
{
    if (model[i].fill != !model[i].claim)
        model[i].left = 0;
    model[i].fill = !model[i].claim;
}

static void take(int *list, int *n, int i)
{
    int at = 0;

    while (list[at] != i)
        at++;
    for (--*n; at < *n; at++)
        list[at] = list[at + 1];
}

static void take_ready(int i)
{
    for (int k = 0; k < arrivals; k++)
        if (coming[k] == i) {
            take(coming, &arrivals, i);
            return;
        }
    take(order, &ready_count, i);
}

static void append(int i)
{
    turn_kind(i);
    order[ready_count++] = i;
    model[i].place = SC_READY;
}

static void push(int i)
{
    turn_kind(i);
    if (!model[i].left) {
        append(i);
        return;
    }
    for (int k = ready_count++; k; k--)
        order[k] = order[k - 1];
    order[0] = i;
    model[i].place = SC_READY;
}

static void new_round(void)
{
    const int before = arrivals;

    for (int k = 0; k < ready_count; k++)
        if (!level(order[k]))
            coming[arrivals++] = order[k];
    for (int k = before; k < arrivals; k++)
        take(order, &ready_count, coming[k]);
    for (int i = 0; i < people; i++)
        model[i].claim = clock_ticks(model[i].quota);
    if (current != NOBODY && model[current].fill)
        model[current].left = 0;
    rest_claim = clock_ticks(rest_quota);
}

static void account(void)
{
    const uint64_t spent = rig_now - since;

    if (current != NOBODY) {
        struct model *m = &model[current];
        m->used += spent;
        m->left -= least(spent, m->left);
        m->claim -= least(spent, m->claim);
    }
    if (rig_now >= round_end) {
        round_end = rig_now + clock_ticks(SUPER_PERIOD_US);
        new_round();
    }
    since = rig_now;
}

static int most_urgent(void)
{
    int best = order[0];

    for (int k = 1; k < ready_count; k++)
        if (level(order[k]) > level(best))
            best = order[k];
    return best;
}

static void model_next(void)
{
    account();
    if (current != NOBODY)
        push(current);
    current = NOBODY;
    for (int k = 0; k < arrivals; k++)
        append(coming[k]);
    arrivals = 0;
    while (ready_count) {
        const int best = most_urgent();
        struct model *m = &model[best];

        take(order, &ready_count, best);
        if (!m->blocked) {
            current = best;
            m->place = SC_CURRENT;
            m->left = m->left ? m->left : clock_ticks(m->claim ? m->budget : FILL_US);
            return;
        }
        m->place = SC_PARKED;
        parked[waiting++] = best;
    }
}

/* i stood on level was, or among the fills, where others may be longer than since this round: it goes to the tail of its level. */
static void model_settle(int i, unsigned was)
{
    if (i != NOBODY && model[i].place == SC_READY && (model[i].fill || level(i) != was)) {
        take_ready(i);
        append(i);
    }
}

static void model_move(int from, int to, unsigned us)
{
    unsigned *quota[2] = { from == NOBODY ? &rest_quota : &model[from].quota, to == NOBODY ? &rest_quota : &model[to].quota };
    uint64_t *claim[2] = { from == NOBODY ? &rest_claim : &model[from].claim, to == NOBODY ? &rest_claim : &model[to].claim };

    account();
    const unsigned was[2] = { from == NOBODY ? 0 : level(from), to == NOBODY ? 0 : level(to) };
    const uint64_t ticks = least(clock_ticks(us), *claim[0]);
    *quota[0] -= us;
    *quota[1] += us;
    *claim[0] = least(*claim[0] - ticks, clock_ticks(*quota[0]));
    *claim[1] = least(*claim[1] + ticks, clock_ticks(*quota[1]));
    model_settle(from, was[0]);
    model_settle(to, was[1]);
}

static enum status model_quota(int i, int donor, int us)
{
    if (model[i].bound && model[i].donor != donor)
        return BAD_PAR;
    if (donor != NOBODY && !model[donor].bound)
        return BAD_PAR;
    const int from = us < 0 ? i : donor, to = us < 0 ? donor : i;
    const unsigned amount = us < 0 ? -us : us;
    if ((from == NOBODY ? rest_quota : model[from].quota) < amount)
        return NO_TIME;
    model[i].bound = true;
    model[i].donor = donor;
    if (amount)
        model_move(from, to, amount);
    return SUCCESS;
}

/* ---- Both ---- */

/* One check for each step, and of the others those that fail: there would be millions. */
#define AGREE(got, wanted, family, what)                                                                                         \
    if ((uint64_t)(got) != (uint64_t)(wanted)) {                                                                                 \
        told_family(family);                                                                                                     \
        SAME(got, wanted, what);                                                                                                 \
    }

static uint64_t turn_end(void)
{
    const struct model *m = &model[current];
    const uint64_t left = m->claim ? least(m->claim, m->left) : m->left;

    return least(least(since + left, round_end), rig_deadline);
}

/* What is left behind the ticks that somebody runs for already. When these are charged before he is left, is up to the stage. */
static uint64_t less(uint64_t of, uint64_t running)
{
    return of - least(of, running);
}

static void compare_one(int i)
{
    const struct sc *sc = &rig_sc[i];
    const uint64_t used = sc_used(sc), running = used - sc->used, runs = i == current ? rig_now - since : 0;
    const bool now = sc->round == rig_sc[current].round; /* the claim of who runs is of the present round */

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
    SAME(runs ? runs - rig_sc : NOBODY, current, "the number of the SC that is chosen among many");
    for (int i = 0; i < people; i++)
        if (model[i].alive)
            compare_one(i);
    told_family("time");
    if (rig_armed > turn_end())
        AT_MOST(rig_armed, turn_end(),
                "clock_arm: the timer fires when turn, claim or round are over, or at the nearest deadline");
    AGREE(sc_available(0, 0), rest_quota, "time", "what belongs to no SC");
    rig_family();
}

static void choose(void (*how)(void *))
{
    model_next();
    rig_family(); /* a circle of those who wait shows as a choice without end */
    const enum landing ended = rig_try(how, 0);
    told_family("choice");
    SAME(ended, LANDED, "how the choice ended: 1 is that an EC was gone on with, 0 that the call came back");
    AGREE(rig_sc[current].place == SC_PARKED, 0, "queue", "SCs that wait although their EC can run");
    AGREE(rig_ec_number(rig_who), rig_runner ? rig_ec_number(rig_runner) : current, "choice",
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

    model[i] = (struct model){ .priority = priority, .budget = budget, .donor = NOBODY, .alive = true, .fill = true };
    append(i);
    sched_add(rig_new(i, priority, budget));
}

static void end(int i)
{
    struct model *m = &model[i];

    if (m->place == SC_CURRENT) {
        account();
        current = NOBODY;
    } else if (m->place == SC_READY)
        take_ready(i);
    else
        take(parked, &waiting, i);
    m->place = SC_NOWHERE;
    if (m->bound && m->quota)
        model_move(i, m->donor, m->quota);
    for (int k = 0; k < people; k++)
        if (model[k].alive && model[k].bound && k != i && model[k].donor == i)
            model[k].donor = m->donor;
    m->alive = false;
    for (unsigned n = 0; n < 10 && !sc_end(&rig_sc[i].object); n++)
        ;
    unsigned char *memory = (unsigned char *)&rig_sc[i];
    for (unsigned n = 0; n < sizeof rig_sc[i]; n++)
        memory[n] = 0xee; /* it is something else now */
}

static void wake(int i)
{
    model[i].blocked = false;
    if (model[i].place == SC_PARKED) {
        take(parked, &waiting, i);
        append(i);
    }
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
    const unsigned was = level(i);

    if (rig_below(3))
        model[i].priority = 1 + rig_below(PRIORITY_MAX);
    model[i].budget = 1 + rig_below(20000);
    model_settle(i, was);
    sc_priority(&rig_sc[i], model[i].priority, model[i].budget);
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
        if (current != NOBODY && !rig_below(4)) {
            model[current].claim = model[current].left = 0;
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

static bool overtaken(void)
{
    for (int k = 0; k < ready_count; k++)
        if (level(order[k]) > level(current))
            return true;
    return false;
}

static void walk(int how_many, unsigned steps)
{
    people = how_many;
    for (unsigned n = 0; n < steps; n++) {
        step();
        if (this_cpu()->run.pending || current == NOBODY) {
            choose(call_next);
        } else if (rig_now >= rig_armed) {
            rig_armed = NEVER; /* it has fired, once */
            if (rig_deadline <= rig_now)
                rig_deadline = NEVER;
            choose(call_timer);
            AGREE(rig_armed, turn_end(), "time", "clock_arm behind a timer interrupt");
        } else if (overtaken())
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
    since = rig_now;
    round_end = since + clock_ticks(SUPER_PERIOD_US);
    rest_claim = clock_ticks(SUPER_PERIOD_US);
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
