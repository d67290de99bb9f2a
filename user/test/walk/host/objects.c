/*
 * The walk's objects in the model, and the steps of root: actors are born and ended.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

int slot_of_actor(unsigned actor)
{
    return actor == WALK_TOP ? SLOT_TOP : SLOT_ACTORS + (int)actor - 1;
}

uint32_t actors_alive(void)
{
    uint32_t alive = 0;
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        alive |= (uint32_t)m.object[slot_of_actor(a)].alive << a;
    return alive;
}

uint64_t model_word(int pd, int number)
{
    const struct model_entry *e = &m.entry[pd][number];
    const uint64_t pins = (uint64_t)e->pins << 32, rights = model_rights(pd, number);

    if (rights)
        return m.object[e->object].type | rights << 8 | 1 << 16 | pins;
    return e->taken ? 2 << 16 | pins : 0;
}

static bool mortal;

void judge_plan(const struct walk_plan *plan)
{
    mortal = plan->mortal;
}

/* Before the top is born there is nothing. */
void judge_boot(void)
{
    model_init();
    memset(more, 0, sizeof more);
    m.object[SLOT_KERNEL] = (struct model_object){ .alive = true, .type = TYPE_KERNEL, .payer = NONE, .pd = NONE, .ec = NONE };
}

/*
 * A number that root gives: its grant hangs under one that is not the walk's, so the object does not die with it; but it is paid,
 * and the table of the low numbers is the actor's from the start.
 */
static void name_by_root(int pd, int number, int object, uint32_t rights)
{
    model_name(pd, number, object, rights, true);
    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].used && m.grant[g].pd == pd && m.grant[g].number == number)
            m.grant[g].boot = false;
}

static void birth(const struct walk_step *s, int slot, int payer)
{
    more[slot] = (struct more){ .spaces = false };
    m.object[slot] = (struct model_object){
        .alive = true, .type = TYPE_PD, .payer = (int16_t)payer, .pd = NONE, .ec = NONE, .quota = s->a[0]
    };
    if (payer != NONE)
        m.object[payer].quota -= s->a[0];
    m.object[slot].boot_table = true;
    name_by_root(slot, (int)s->a[1], slot, slot == SLOT_TOP ? PD_RIGHTS & ~RIGHT_DESTROY : PD_RIGHTS);
}

void judge_birth(const struct walk_step *s, const struct walk_seen *seen, struct walk_seen *want)
{
    const int slot = slot_of_actor(s->actor), payer = s->actor == WALK_TOP ? NONE : slot_of_actor(s->other);
    struct charges c = { .item = NO_ITEM };

    c.of[ACCOUNT_PAYER] = (struct charge){ .there = payer != NONE, .pd = payer, .pages = COST_PD + (unsigned)s->a[0] };
    if (!accounts_cover(&c, seen->rax, seen->rdx, &want->rdx)) {
        want->rax = NO_QUOTA;
        return;
    }
    want->rax = SUCCESS, want->rdx = 0;
    birth(s, slot, payer);
    account_born(s->actor, &seen->account[s->actor]);
    for (unsigned a = 0; a < WALK_ACTORS && !mortal; a++)
        if (m.object[slot_of_actor(a)].alive)
            account_born(a, &seen->account[a]);
}

void judge_end(const struct walk_step *s, struct walk_seen *want)
{
    const int slot = slot_of_actor(s->actor);

    if (!m.object[slot].alive)
        return;
    want->rax = SUCCESS;
    if (slot == SLOT_TOP)
        judge_boot(); /* all are paid by it, directly or not */
    else
        model_kill(slot);
}

static struct model kept;

void model_save(void)
{
    memcpy(kept.object, m.object, sizeof m.object);
    memcpy(kept.entry, m.entry, sizeof m.entry);
    memcpy(kept.grant, m.grant, (size_t)m.grants * sizeof m.grant[0]);
    kept.grants = m.grants;
    kept.serial = m.serial;
}

/* Grants that have come since are unused again: the model expects that of all behind. */
void model_restore(void)
{
    memcpy(m.object, kept.object, sizeof m.object);
    memcpy(m.entry, kept.entry, sizeof m.entry);
    for (int g = kept.grants; g < m.grants; g++)
        m.grant[g].used = false;
    memcpy(m.grant, kept.grant, (size_t)kept.grants * sizeof m.grant[0]);
    m.grants = kept.grants;
    m.serial = kept.serial;
}
