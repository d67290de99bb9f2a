#include "sched_model.h"

#include <stdlib.h>
#include <string.h>

#include "time.h"

struct model model[SCS];
int model_current = NOBODY;
uint64_t model_since;
unsigned model_rest_quota;

static int order[SCS], ready_count; /* the ready ones; among those of one level, in the order of their queue */
static int coming[SCS], arrivals;   /* fills that a new round has emptied; they are queued behind the SC that was current */
static int parked[SCS], waiting;    /* the parked ones, oldest first */
static uint64_t round_end, rest_claim;

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
    memmove(list + at, list + at + 1, (--*n - at) * sizeof *list);
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
    memmove(order + 1, order, ready_count++ * sizeof *order);
    order[0] = i;
    model[i].place = SC_READY;
}

static void arrive(void)
{
    for (int k = 0; k < arrivals; k++)
        append(coming[k]);
    arrivals = 0;
}

static void spend(int i, uint64_t ticks)
{
    struct model *m = &model[i];
    m->left -= ticks < m->left ? ticks : m->left;
    m->claim -= ticks < m->claim ? ticks : m->claim;
}

static void new_round(void)
{
    int before = arrivals;
    for (int k = 0; k < ready_count; k++)
        if (!level(order[k]))
            coming[arrivals++] = order[k];
    for (int k = before; k < arrivals; k++)
        take(order, &ready_count, coming[k]);
    for (int i = 0; i < SCS; i++)
        model[i].claim = clock_ticks(model[i].quota);
    if (model_current != NOBODY && model[model_current].fill)
        model[model_current].left = 0;
    rest_claim = clock_ticks(model_rest_quota);
}

static void account(void)
{
    if (model_current != NOBODY) {
        model[model_current].used += clock_now() - model_since;
        spend(model_current, clock_now() - model_since);
    }
    if (clock_now() >= round_end) {
        round_end = clock_now() + clock_ticks(SUPER_PERIOD_US);
        new_round();
    }
    model_since = clock_now();
}

void model_next(void)
{
    account();
    if (model_current != NOBODY)
        push(model_current);
    model_current = NOBODY;
    arrive();
    for (;;) {
        int best = NOBODY;
        for (int k = ready_count - 1; k >= 0; k--)
            if (best == NOBODY || level(order[k]) >= level(best))
                best = order[k];
        if (best == NOBODY)
            return;
        take(order, &ready_count, best);
        if (!model[best].blocked) {
            model_current = best;
            model[best].place = SC_CURRENT;
            if (!model[best].left)
                model[best].left = clock_ticks(model[best].claim ? model[best].budget : FILL_US);
            return;
        }
        model[best].place = SC_PARKED;
        parked[waiting++] = best;
    }
}

uint64_t model_turn_end(void)
{
    uint64_t end = UINT64_MAX;
    if (model_current != NOBODY) {
        struct model *m = &model[model_current];
        end = model_since + (m->claim && m->claim < m->left ? m->claim : m->left);
        if (round_end < end)
            end = round_end;
    }
    return end < timeout_next() ? end : timeout_next();
}

bool model_overtaken(void)
{
    for (int k = 0; k < ready_count; k++)
        if (level(order[k]) > level(model_current))
            return true;
    return false;
}

/* i stood on level was, or among the fills, where others may be longer than since this round: it goes to the tail of its level. */
static void settle(int i, unsigned was)
{
    if (i != NOBODY && model[i].place == SC_READY && (model[i].fill || level(i) != was)) {
        take_ready(i);
        append(i);
    }
}

enum status model_quota(int i, int donor, int us)
{
    if (model[i].bound && model[i].donor != donor)
        return BAD_PAR;
    if (!model[i].bound && donor != NOBODY && !model[donor].bound)
        return BAD_PAR;
    unsigned *quota[2] = { &model[i].quota, donor == NOBODY ? &model_rest_quota : &model[donor].quota };
    uint64_t *claim[2] = { &model[i].claim, donor == NOBODY ? &rest_claim : &model[donor].claim };
    int who[2] = { i, donor }, from = us < 0 ? 0 : 1;
    unsigned amount = abs(us);
    if (*quota[from] < amount)
        return NO_TIME;
    model[i].bound = true;
    model[i].donor = donor;
    if (!amount)
        return SUCCESS;
    account();
    unsigned had[2] = { level(i), donor == NOBODY ? 0 : level(donor) };
    uint64_t ticks = clock_ticks(amount) < *claim[from] ? clock_ticks(amount) : *claim[from];
    *quota[from] -= amount;
    *quota[!from] += amount;
    *claim[from] -= ticks;
    *claim[!from] += ticks;
    for (int k = 0; k < 2; k++)
        if (*claim[k] > clock_ticks(*quota[k]))
            *claim[k] = clock_ticks(*quota[k]);
    settle(who[from], had[from]);
    settle(who[!from], had[!from]);
    return SUCCESS;
}

void model_begin(void)
{
    memset(model, 0, sizeof model);
    ready_count = waiting = arrivals = 0;
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
    if (model[i].place == SC_CURRENT) {
        account();
        model_current = NOBODY;
    } else if (model[i].place == SC_READY)
        take_ready(i);
    else
        take(parked, &waiting, i);
    model[i].place = SC_NOWHERE;
    if (model[i].bound)
        model_quota(i, model[i].donor, -(int)model[i].quota);
    for (int k = 0; k < SCS; k++)
        if (model[k].alive && model[k].bound && k != i && model[k].donor == i)
            model[k].donor = model[i].donor;
    model[i].alive = false;
    model[i].claim = model[i].quota = 0;
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
