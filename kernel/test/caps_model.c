#include "caps_model.h"

#include <stdlib.h>
#include <string.h>

struct model m;

static uint32_t type_rights(int type)
{
    switch (type) {
    case TYPE_PD:
        return PD_RIGHTS;
    case TYPE_KERNEL:
        return KERNEL_RIGHTS;
    default:
        return EC_RIGHTS; /* EC, SC, PT and SM have the same bits */
    }
}

void model_init(void)
{
    memset(&m, 0, sizeof m);
    for (int p = 0; p < SLOTS; p++)
        for (int n = 0; n < NUMBERS; n++)
            m.entry[p][n].object = NONE;
}

uint32_t model_rights(int pd, int number)
{
    uint32_t rights = 0;
    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].used && m.grant[g].pd == pd && m.grant[g].number == number)
            rights |= m.grant[g].rights;
    return rights;
}

bool model_live(int pd, int number)
{
    return model_rights(pd, number) != 0;
}

int model_number(int pd, int object)
{
    for (int n = 0; n < NUMBERS; n++)
        if (m.entry[pd][n].taken && m.entry[pd][n].object == object)
            return n;
    return NONE;
}

static int grant_new(int pd, int number, int object, int parent, uint32_t rights)
{
    int g = 0;
    while (m.grant[g].used)
        if (++g == GRANTS)
            abort();
    if (g >= m.grants)
        m.grants = g + 1;
    m.grant[g] = (struct model_grant){true, false, object, pd, number, parent, rights, m.serial++};
    return g;
}

static void take_number(int pd, int number, int object)
{
    const int table = (FIRST + number) / SELECTORS_PER_TABLE;
    m.entry[pd][number].taken = true;
    m.entry[pd][number].object = object;
    if (table || !m.object[pd].boot_table)
        m.object[pd].table[table] = true;
}

void model_name(int pd, int number, int object, uint32_t rights, bool boot)
{
    int parent = boot ? grant_new(NONE, 0, object, NONE, rights) : NONE;
    m.object[pd].boot_table |= boot;
    take_number(pd, number, object);
    int g = grant_new(pd, number, object, parent, rights);
    m.grant[g].boot = boot;
}

/* ---- Deriving (§4.2) -------------------------------------------------------------------------------------------------- */

static int source_of(int pd, int number, uint32_t rights)
{
    int best = NONE;
    for (int g = 0; g < m.grants; g++) {
        const struct model_grant *x = &m.grant[g];
        if (x->used && x->pd == pd && x->number == number && !(rights & ~x->rights))
            if (best == NONE || x->serial < m.grant[best].serial)
                best = g;
    }
    return best;
}

static int empty_in_window(int pd, uint32_t base, uint32_t count)
{
    for (uint32_t s = base; s < base + count && s < SELECTOR_COUNT; s++)
        if (s >= FIRST && s < FIRST + NUMBERS && !m.entry[pd][s - FIRST].taken)
            return s - FIRST;
    return NONE;
}

/* The cases of rule 3, for a receiver that has the object under number. */
static void arrive_known(struct model_item *item, int number, int source)
{
    struct model_entry *e = &m.entry[item->to][number];
    const int parent = m.grant[source].parent;

    if (item->from == item->to)
        return;
    if (parent != NONE && m.grant[parent].pd == item->to)
        return;
    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].used && m.grant[g].pd == item->to && m.grant[g].parent == source) {
            m.grant[g].rights |= item->rights;
            return;
        }
    grant_new(item->to, number, e->object, source, item->rights);
    item->record = 1;
}

/* §4.4: its own number, if it holds the object live and has a window open. */
static enum status model_translate(struct model_item *item, int object)
{
    const int number = item->count ? model_number(item->to, object) : NONE;

    item->place = item->record = 0;
    if (number == NONE || !model_live(item->to, number))
        return SUCCESS;
    if (m.entry[item->to][number].pins >= PIN_MAX)
        return TOO_MANY;
    item->place = FIRST + number;
    m.entry[item->to][number].pins++;
    return SUCCESS;
}

enum status model_deliver(struct model_item *item)
{
    if (!item->rights && !item->translate)
        return BAD_PAR;
    if (item->selector < FIRST || item->selector >= FIRST + NUMBERS || !model_live(item->from, item->selector - FIRST))
        return BAD_CAP;
    const int from_number = item->selector - FIRST;
    const int object = m.entry[item->from][from_number].object;
    if (item->translate)
        return model_translate(item, object);
    if (item->rights & ~type_rights(m.object[object].type))
        return BAD_PAR;
    const int source = source_of(item->from, from_number, item->rights);
    if (source == NONE)
        return BAD_CAP;
    if (!item->count)
        return NO_WINDOW;
    int number = model_number(item->to, object);
    item->record = 0;
    if (number != NONE) {
        if (m.entry[item->to][number].pins >= PIN_MAX)
            return TOO_MANY;
        arrive_known(item, number, source);
    } else {
        number = empty_in_window(item->to, item->base, item->count);
        if (number == NONE)
            return NO_WINDOW;
        take_number(item->to, number, object);
        grant_new(item->to, number, object, source, item->rights);
        item->record = 1;
    }
    item->place = FIRST + number;
    m.entry[item->to][number].pins += item->pin;
    return SUCCESS;
}

/* ---- Taking back (§4.3) ----------------------------------------------------------------------------------------------- */

static void lose(int grant, uint32_t rights)
{
    for (int c = 0; c < m.grants; c++)
        if (m.grant[c].used && m.grant[c].parent == grant)
            lose(c, rights);
    m.grant[grant].rights &= ~rights;
}

/* Grants without rights go; a number whose last one it was stays. */
static void sweep(void)
{
    for (int g = 0; g < m.grants; g++) {
        struct model_grant *x = &m.grant[g];
        x->used &= x->rights != 0;
    }
    while (m.grants && !m.grant[m.grants - 1].used)
        m.grants--;
}

static void empty(int pd, int number)
{
    m.entry[pd][number] = (struct model_entry){.object = NONE};
}

void model_below(int pd, int number, uint32_t rights)
{
    for (int g = 0; g < m.grants; g++)
        for (int c = 0; c < m.grants; c++)
            if (m.grant[g].used && m.grant[g].pd == pd && m.grant[g].number == number)
                if (m.grant[c].used && m.grant[c].parent == g)
                    lose(c, rights);
    sweep();
}

void model_self(int pd, int number, uint32_t rights)
{
    const int object = m.entry[pd][number].object;
    bool last = false;

    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].used && m.grant[g].pd == pd && m.grant[g].number == number) {
            lose(g, rights);
            last |= m.grant[g].parent == NONE && !m.grant[g].rights;
        }
    sweep();
    if (last)
        model_kill(object);
    if (!model_live(pd, number))
        empty(pd, number);
}

/* ---- Ends (§13.2) ----------------------------------------------------------------------------------------------------- */

static void kill_all(int pd)
{
    for (int o = 0; o < SLOTS; o++)
        if (m.object[o].alive && ((m.object[o].type == TYPE_EC && m.object[o].pd == pd) || m.object[o].payer == pd))
            model_kill(o);
    for (int n = 0; n < NUMBERS; n++)
        if (m.entry[pd][n].taken)
            model_self(pd, n, 0xff);
}

void model_kill(int object)
{
    struct model_object *x = &m.object[object];

    if (!x->alive)
        return;
    x->alive = false;
    for (int g = 0; g < m.grants; g++)
        if (m.grant[g].object == object)
            m.grant[g].used = false;
    for (int p = 0; p < SLOTS; p++)
        for (int n = 0; n < NUMBERS; n++)
            if (m.entry[p][n].object == object)
                m.entry[p][n].object = NONE;
    sweep();
    if (x->type == TYPE_EC)
        for (int o = 0; o < SLOTS; o++)
            if (m.object[o].alive && (m.object[o].type == TYPE_PT || m.object[o].type == TYPE_SC) && m.object[o].ec == object)
                model_kill(o);
    if (x->type == TYPE_PD) {
        int heir = x->payer;
        kill_all(object);
        while (!m.object[heir].alive)
            heir = m.object[heir].payer;
        m.object[heir].quota += x->quota;
    }
}

/* ---- Accounts (§5) ---------------------------------------------------------------------------------------------------- */

unsigned model_cells(int pd)
{
    unsigned cells = 0;
    for (int g = 0; g < m.grants; g++)
        cells += m.grant[g].used && m.grant[g].pd == pd && !m.grant[g].boot;
    for (int o = 0; o < SLOTS; o++)
        if (m.object[o].alive && m.object[o].payer == pd)
            cells += m.object[o].type == TYPE_SC || m.object[o].type == TYPE_PT || m.object[o].type == TYPE_SM;
    return cells;
}

unsigned model_tables(int pd)
{
    return m.object[pd].table[0] + m.object[pd].table[1];
}

unsigned model_pages(int pd)
{
    unsigned pages = 0;
    for (int o = 0; o < SLOTS; o++)
        if (m.object[o].alive && m.object[o].payer == pd)
            pages += m.object[o].type == TYPE_PD ? COST_PD : m.object[o].type == TYPE_EC ? COST_EC : 0;
    return pages;
}
