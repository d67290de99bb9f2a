#include "model.h"

#include "contract/3-threads.h"

struct model model[MODEL_SCS];
int model_current = NOBODY;
uint64_t model_since;
unsigned model_rest_quota;

static int order[MODEL_SCS], ready_count; /* the ready ones; among those of one level, in the order of their queue */
static int coming[MODEL_SCS], arrivals;   /* fills that a new round has emptied; they are queued behind the SC that was current */
static int parked[MODEL_SCS], waiting;    /* oldest first */
static uint64_t round_end, rest_claim;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static unsigned level(int i)
{
    return model[i].claim ? model[i].priority : 0;
}

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
    for (int i = 0; i < MODEL_SCS; i++)
        model[i].claim = clock_ticks(model[i].quota);
    if (model_current != NOBODY && model[model_current].fill)
        model[model_current].left = 0;
    rest_claim = clock_ticks(model_rest_quota);
}

static void account(void)
{
    const uint64_t spent = clock_now() - model_since;

    if (model_current != NOBODY) {
        struct model *m = &model[model_current];
        m->used += spent;
        m->left -= least(spent, m->left);
        m->claim -= least(spent, m->claim);
    }
    if (clock_now() >= round_end) {
        round_end = clock_now() + clock_ticks(SUPER_PERIOD_US);
        new_round();
    }
    model_since = clock_now();
}

static int most_urgent(void)
{
    int best = order[0];

    for (int k = 1; k < ready_count; k++)
        if (level(order[k]) > level(best))
            best = order[k];
    return best;
}

void model_next(void)
{
    account();
    if (model_current != NOBODY)
        push(model_current);
    model_current = NOBODY;
    for (int k = 0; k < arrivals; k++)
        append(coming[k]);
    arrivals = 0;
    while (ready_count) {
        const int best = most_urgent();
        struct model *m = &model[best];

        take(order, &ready_count, best);
        if (!m->blocked) {
            model_current = best;
            m->place = SC_CURRENT;
            m->left = m->left ? m->left : clock_ticks(m->claim ? m->budget : FILL_US);
            return;
        }
        m->place = SC_PARKED;
        parked[waiting++] = best;
    }
}

/* i stood on level was, or among the fills, where others may be longer than since this round: it goes to the tail of its level. */
static void settle(int i, unsigned was)
{
    if (i != NOBODY && model[i].place == SC_READY && (model[i].fill || level(i) != was)) {
        take_ready(i);
        append(i);
    }
}

static void move(int from, int to, unsigned us)
{
    unsigned *quota[2] = { from == NOBODY ? &model_rest_quota : &model[from].quota,
                           to == NOBODY ? &model_rest_quota : &model[to].quota };
    uint64_t *claim[2] = { from == NOBODY ? &rest_claim : &model[from].claim, to == NOBODY ? &rest_claim : &model[to].claim };

    account();
    const unsigned was[2] = { from == NOBODY ? 0 : level(from), to == NOBODY ? 0 : level(to) };
    const uint64_t ticks = least(clock_ticks(us), *claim[0]);
    *quota[0] -= us;
    *quota[1] += us;
    *claim[0] = least(*claim[0] - ticks, clock_ticks(*quota[0]));
    *claim[1] = least(*claim[1] + ticks, clock_ticks(*quota[1]));
    settle(from, was[0]);
    settle(to, was[1]);
}

enum status model_quota(int i, int donor, int us)
{
    if (model[i].bound && model[i].donor != donor)
        return BAD_PAR;
    if (donor != NOBODY && !model[donor].bound)
        return BAD_PAR;
    const int from = us < 0 ? i : donor, to = us < 0 ? donor : i;
    const unsigned amount = us < 0 ? -us : us;
    if ((from == NOBODY ? model_rest_quota : model[from].quota) < amount)
        return NO_TIME;
    model[i].bound = true;
    model[i].donor = donor;
    if (amount)
        move(from, to, amount);
    return SUCCESS;
}

void model_begin(void)
{
    for (int i = 0; i < MODEL_SCS; i++)
        model[i] = (struct model){ 0 };
    ready_count = arrivals = waiting = 0;
    model_current = NOBODY;
    model_since = clock_now();
    round_end = model_since + clock_ticks(SUPER_PERIOD_US);
    model_rest_quota = SUPER_PERIOD_US;
    rest_claim = clock_ticks(SUPER_PERIOD_US);
}

void model_enter(int i, unsigned priority, unsigned budget)
{
    model[i] = (struct model){ .priority = priority, .budget = budget, .donor = NOBODY, .alive = true, .fill = true };
    append(i);
}

void model_end(int i)
{
    struct model *m = &model[i];

    if (m->place == SC_CURRENT) {
        account();
        model_current = NOBODY;
    } else if (m->place == SC_READY)
        take_ready(i);
    else
        take(parked, &waiting, i);
    m->place = SC_NOWHERE;
    if (m->quota)
        move(i, m->donor, m->quota);
    for (int k = 0; k < MODEL_SCS; k++)
        if (model[k].alive && model[k].bound && k != i && model[k].donor == i)
            model[k].donor = m->donor;
    m->alive = false;
    m->claim = 0;
}

void model_wake(int i)
{
    model[i].blocked = false;
    if (model[i].place == SC_PARKED) {
        take(parked, &waiting, i);
        append(i);
    }
}

void model_priority(int i, unsigned priority, unsigned budget)
{
    const unsigned was = level(i);

    model[i].priority = priority;
    model[i].budget = budget;
    settle(i, was);
}

uint64_t model_turn_end(void)
{
    if (model_current == NOBODY)
        return timeout_next();
    const struct model *m = &model[model_current];
    const uint64_t left = m->claim ? least(m->claim, m->left) : m->left;

    return least(least(model_since + left, round_end), timeout_next());
}

bool model_overtaken(void)
{
    for (int k = 0; k < ready_count; k++)
        if (level(order[k]) > level(model_current))
            return true;
    return false;
}
