/*
 * System calls beside the model: kernel/ABI.md §7, in the order of its checks.
 */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>

static struct walk_seen *want;
static const struct walk_seen *seen;
static int caller; /* its PD */

static void result_is(uint64_t status, uint64_t value)
{
    want->rax = status;
    want->rdx = value;
}

/* The slot of the live object that a selector names with these rights. */
static int look_up(uint64_t selector, int type, uint32_t rights)
{
    if (selector < FIRST || selector >= FIRST + NUMBERS)
        return NONE;
    const int number = (int)(selector - FIRST);
    const uint32_t has = model_rights(caller, number);
    if (!has || (has & rights) != rights || m.object[m.entry[caller][number].object].type != type)
        return NONE;
    return m.entry[caller][number].object;
}

static bool is_new(uint64_t selector)
{
    return selector && selector < SELECTOR_COUNT;
}

/* False: the call is refused. */
static bool covered(const struct charges *c)
{
    uint64_t refusal;

    if (accounts_cover(c, seen->rax, seen->rdx, &refusal))
        return true;
    result_is(NO_QUOTA, refusal);
    return false;
}

/* ---- Creating --------------------------------------------------------------------------------------------------------- */

struct creation {
    int type, payer, pd, ec;
    uint64_t new;
    struct more more;
    uint64_t quota;
    bool form, caps;    /* are good; look-ups that are none of the type are NONE */
    bool bad_cpu, busy; /* what is found behind the new number's check */
};

/* Actors have the tables for these UTCBs already. */
static bool needs_spaces(int pd)
{
    return pd >= SLOT_FREE && !more[pd].spaces;
}

static struct charges charges_of(const struct creation *c)
{
    const int table = (int)c->new / SELECTORS_PER_TABLE;
    const bool has_table = m.object[caller].table[table] || (!table && m.object[caller].boot_table);
    struct charges all = { .item = NO_ITEM };
    struct charge *payer = &all.of[ACCOUNT_PAYER];

    all.of[ACCOUNT_CALLER] = (struct charge){ .there = true, .pd = caller, .pages = !has_table, .cells = 1 };
    *payer = (struct charge){ .there = true, .pd = c->payer };
    if (c->type == TYPE_PD)
        payer->pages = COST_PD + (unsigned)c->quota;
    else if (c->type == TYPE_EC)
        payer->pages = COST_EC;
    else
        payer->cells = 1;
    if (c->type == TYPE_EC && needs_spaces(c->pd))
        all.of[ACCOUNT_TARGET] = (struct charge){ .there = true, .pd = c->pd, .pages = 3 };
    return all;
}

static int slot_new(void)
{
    for (int o = SLOT_FREE; o < SLOTS; o++)
        if (!m.object[o].alive)
            return o;
    fprintf(stderr, "the model has no slot left\n");
    exit(2);
}

static void make(const struct creation *c)
{
    const int slot = slot_new();

    more[slot] = c->more;
    m.object[slot] = (struct model_object){ .alive = true,
                                            .type = (uint8_t)c->type,
                                            .payer = (int16_t)c->payer,
                                            .pd = (int16_t)c->pd,
                                            .ec = (int16_t)c->ec,
                                            .quota = c->quota };
    m.object[c->payer].quota -= c->quota;
    if (c->type == TYPE_EC)
        more[c->pd].spaces |= needs_spaces(c->pd);
    model_name(caller, (int)c->new - FIRST, slot, c->type == TYPE_PD ? PD_RIGHTS : EC_RIGHTS, false);
}

static void create(const struct creation *c)
{
    if (!c->form || !is_new(c->new))
        return result_is(BAD_PAR, 0);
    if (c->payer == NONE || !c->caps)
        return result_is(BAD_CAP, 0);
    if (m.entry[caller][c->new - FIRST].taken)
        return result_is(OCCUPIED, 0);
    if (c->bad_cpu || c->busy)
        return result_is(c->bad_cpu ? BAD_CPU : OCCUPIED, 0);
    const struct charges charges = charges_of(c);
    if (!covered(&charges))
        return;
    make(c);
    result_is(SUCCESS, 0);
}

static void create_pd(const uint64_t *a)
{
    create(&(struct creation){ .type = TYPE_PD,
                               .new = a[0],
                               .payer = look_up(a[1], TYPE_PD, PD_RIGHT_PAY),
                               .pd = NONE,
                               .ec = NONE,
                               .quota = a[2],
                               .form = a[2] <= UINT32_MAX,
                               .caps = true });
}

static bool utcb_taken(int pd, uint64_t page)
{
    for (int o = SLOT_FREE; o < SLOTS; o++)
        if (m.object[o].alive && m.object[o].type == TYPE_EC && m.object[o].pd == pd && more[o].utcb == page)
            return true;
    return false;
}

static void create_ec(const uint64_t *a)
{
    const int pd = look_up(PAIR_HIGH(a[1]), TYPE_PD, PD_RIGHT_EC);
    const uint64_t utcb = EC_PLACE_UTCB(a[2]);

    create(&(struct creation){ .type = TYPE_EC,
                               .new = PAIR_LOW(a[0]),
                               .payer = look_up(PAIR_LOW(a[1]), TYPE_PD, PD_RIGHT_PAY),
                               .pd = pd,
                               .ec = NONE,
                               .more = { .kind = EC_PLACE_KIND(a[2]), .utcb = utcb },
                               .form = PAIR_HIGH(a[0]) + EVENT_COUNT <= SELECTOR_COUNT &&EC_PLACE_KIND(a[2]) <= EC_GLOBAL,
                               .caps = pd != NONE,
                               .bad_cpu = EC_PLACE_CPU(a[2]),
                               .busy = pd != NONE &&utcb_taken(pd, utcb) });
}

static bool has_sc(int ec)
{
    for (int o = SLOT_FREE; o < SLOTS; o++)
        if (m.object[o].alive && m.object[o].type == TYPE_SC && m.object[o].ec == ec)
            return true;
    return false;
}

static void create_sc(const uint64_t *a)
{
    const int ec = look_up(PAIR_HIGH(a[1]), TYPE_EC, EC_RIGHT_SC);

    create(&(struct creation){ .type = TYPE_SC,
                               .new = a[0],
                               .payer = look_up(PAIR_LOW(a[1]), TYPE_PD, PD_RIGHT_PAY),
                               .pd = NONE,
                               .ec = ec,
                               .form = PAIR_LOW(a[2]) && PAIR_LOW(a[2]) <= PRIORITY_MAX,
                               .caps = ec != NONE &&more[ec].kind == EC_GLOBAL,
                               .busy = ec != NONE &&has_sc(ec) });
}

static void create_pt(const uint64_t *a)
{
    const int ec = look_up(PAIR_HIGH(a[1]), TYPE_EC, EC_RIGHT_PT);

    create(&(struct creation){ .type = TYPE_PT,
                               .new = a[0],
                               .payer = look_up(PAIR_LOW(a[1]), TYPE_PD, PD_RIGHT_PAY),
                               .pd = NONE,
                               .ec = ec,
                               .form = a[4] <= TRANSFER_ALL,
                               .caps = ec != NONE &&more[ec].kind == EC_LOCAL });
}

static void create_sm(const uint64_t *a)
{
    create(&(struct creation){ .type = TYPE_SM,
                               .new = a[0],
                               .payer = look_up(a[1], TYPE_PD, PD_RIGHT_PAY),
                               .pd = NONE,
                               .ec = NONE,
                               .more = { .count = a[2] },
                               .form = a[2] <= SM_COUNT_MAX,
                               .caps = true });
}

/* ---- Removing --------------------------------------------------------------------------------------------------------- */

static void remove_object(const uint64_t *a)
{
    const uint32_t operation = PAIR_HIGH(a[0]), rights = (uint32_t)a[2];
    const uint64_t base = RANGE_BASE(a[1]);
    const bool ours = base >= FIRST && base < FIRST + NUMBERS;
    const int number = ours ? (int)base - FIRST : 0;
    const struct model_entry *e = &m.entry[caller][number];

    if (operation > REMOVE_DESTROY)
        return result_is(BAD_CALL, 0);
    if (!a[2] || a[2] > 0xff || RANGE_ORDER(a[1]) || base >= SELECTOR_COUNT)
        return result_is(BAD_PAR, 0);
    if (!ours || (operation == REMOVE_SELF ? !e->taken : !model_live(caller, number)) ||
        (operation == REMOVE_DESTROY && !(model_rights(caller, number) & RIGHT_DESTROY)))
        return result_is(BAD_CAP, 0);
    if (operation == REMOVE_SELF && e->pins)
        return result_is(PINNED, e->pins);
    if (operation == REMOVE_BELOW)
        model_below(caller, number, rights);
    else if (operation == REMOVE_SELF)
        model_self(caller, number, rights);
    else
        model_kill(e->object);
    result_is(SUCCESS, 0);
}

/* ---- Controlling ------------------------------------------------------------------------------------------------------ */

static void quota(const uint64_t *a)
{
    const int pd = look_up(a[0], TYPE_PD, PD_RIGHT_QUOTA), payer = look_up(a[3], TYPE_PD, PD_RIGHT_PAY);
    const int64_t pages = (int64_t)a[2];
    struct charges c = { .item = NO_ITEM };

    if (pd == NONE || payer == NONE)
        return result_is(BAD_CAP, 0);
    if (pages > 1ll << 31 || pages < -(1ll << 31) || m.object[pd].payer != payer)
        return result_is(BAD_PAR, 0);
    c.of[pages > 0 ? ACCOUNT_PAYER : ACCOUNT_TARGET] =
        (struct charge){ .there = true, .pd = pages > 0 ? payer : pd, .pages = (unsigned)(pages > 0 ? pages : -pages) };
    if (!covered(&c))
        return;
    m.object[pd].quota += (uint64_t)pages;
    m.object[payer].quota -= (uint64_t)pages;
    result_is(SUCCESS, 0);
}

/* How many pages an account has used may be known within bounds only: then it is known now. */
static void figure(const uint64_t *a)
{
    const int pd = look_up(a[0], TYPE_PD, PD_RIGHT_FIGURES);

    if (a[2] > 3)
        return result_is(BAD_PAR, 0);
    if (pd == NONE)
        return result_is(BAD_CAP, 0);
    if (a[2] == 0)
        return result_is(SUCCESS, m.object[pd].quota);
    if (a[2] == 3)
        return result_is(SUCCESS, model_cells(pd) + more[pd].base_cells);
    for (unsigned pages = more[pd].low; pages <= more[pd].high; pages++) {
        result_is(SUCCESS, a[2] == 1 ? account_used(pd, pages) : account_free(pd, pages));
        if (want->rdx == seen->rdx) {
            more[pd].low = more[pd].high = pages;
            break;
        }
    }
}

static void grant(const uint64_t *a)
{
    const int pd = look_up(a[0], TYPE_PD, PD_RIGHT_GRANT);
    const uint64_t how = a[3], spot = ITEM_SPOT(how);
    struct charges c = { .item = 0 };

    if (pd == NONE)
        return result_is(BAD_CAP, 0);
    if (ITEM_KIND(how) != ITEM_DELEGATE || !ITEM_RIGHTS(how) || RANGE_ORDER(a[2]) || !is_new(spot))
        return result_is(BAD_PAR, REFUSAL(0, 0, 0, BAD_PAR));
    const unsigned cells = model_cells(pd), tables = model_tables(pd);
    struct model_item item = {
        .from = caller, .to = pd, .selector = RANGE_BASE(a[2]), .rights = ITEM_RIGHTS(how), .base = (uint32_t)spot, .count = 1
    };
    model_save();
    enum status status = model_deliver(&item);
    if (status == NO_WINDOW)
        status = OCCUPIED;
    if (status != SUCCESS)
        return result_is(status, REFUSAL(0, 0, 0, status));
    c.of[ACCOUNT_TARGET] = (struct charge){
        .there = true, .pd = pd, .pages = model_tables(pd) - tables, .cells = model_cells(pd) - cells, .made = true
    };
    if (covered(&c))
        result_is(SUCCESS, item.place);
    else
        model_restore();
}

static void acknowledge(const uint64_t *a)
{
    const bool ours = a[2] >= FIRST && a[2] < FIRST + NUMBERS;
    struct model_entry *e = &m.entry[caller][ours ? a[2] - FIRST : 0];
    const uint32_t pins = ours ? e->pins : 0;

    if (a[2] >= SELECTOR_COUNT || !a[2] || a[3] > pins)
        return result_is(BAD_PAR, 0);
    if (ours)
        e->pins -= (uint32_t)a[3];
    result_is(SUCCESS, pins - a[3]);
}

static void control_pd(const uint64_t *a)
{
    switch (a[1]) {
    case PD_QUOTA:
        return quota(a);
    case PD_FIGURES:
        return figure(a);
    case PD_GRANT:
        return grant(a);
    default:
        return acknowledge(a);
    }
}

static void up(uint64_t selector)
{
    const int sm = look_up(selector, TYPE_SM, SM_RIGHT_UP);

    if (sm == NONE)
        return result_is(BAD_CAP, 0);
    if (more[sm].count == SM_COUNT_MAX)
        return result_is(TOO_MANY, 0);
    more[sm].count++;
    result_is(SUCCESS, 0);
}

static void use(uint64_t selector, int type, uint32_t right)
{
    result_is(look_up(selector, type, right) == NONE ? BAD_CAP : SUCCESS, 0);
}

void judge_call(const struct walk_step *s, const struct walk_seen *was, struct walk_seen *w)
{
    static void (*const handler[])(const uint64_t *) = {
        [CALL_CREATE_PD] = create_pd, [CALL_CREATE_EC] = create_ec,  [CALL_CREATE_SC] = create_sc,   [CALL_CREATE_PT] = create_pt,
        [CALL_CREATE_SM] = create_sm, [CALL_REMOVE] = remove_object, [CALL_PD_CONTROL] = control_pd,
    };

    want = w, seen = was, caller = slot_of_actor(s->actor);
    if (s->call <= CALL_PD_CONTROL)
        handler[s->call](s->a);
    else if (s->call == CALL_EC_CONTROL)
        use(s->a[0], TYPE_EC, EC_RIGHT_CONTROL);
    else if (s->call == CALL_SC_CONTROL)
        use(s->a[0], TYPE_SC, SC_RIGHT_TIME);
    else if (s->call == CALL_PT_CONTROL)
        use(s->a[0], TYPE_PT, PT_RIGHT_CONTROL);
    else
        up(s->a[0]);
    if (!m.object[caller].alive) /* the last thing that it did: root is told */
        result_is(ABORTED, 0);
}
