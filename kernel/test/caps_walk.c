#include "caps_walk.h"

#include <stdlib.h>
#include <string.h>

/* ---- Choices ----------------------------------------------------------------------------------------------------------- */

static int any_object(int type)
{
    for (int tries = 0; tries < 40; tries++) {
        int o = any(SLOTS);
        if (m.object[o].alive && m.object[o].type == type)
            return o;
    }
    return type == TYPE_PD ? 0 : NONE;
}

static int free_slot(void)
{
    for (int o = 0; o < SLOTS; o++)
        if (!m.object[o].alive)
            return o;
    return NONE;
}

/* A number of pd's, mostly one that is taken. */
static int any_number(int pd)
{
    int n = any(NUMBERS);
    for (int tries = any(8) ? NUMBERS : 0; tries && !m.entry[pd][n].taken; tries--)
        n = (n + 1) % NUMBERS;
    return n;
}

/* Mostly some of those that the number has. */
static uint32_t any_rights(int pd, int number)
{
    uint32_t has = model_rights(pd, number);
    switch (any(8)) {
    case 0:
        return any(256);
    case 1:
    case 2:
    case 3:
        return has;
    default:
        return has & any(256) ? has & any(256) : has;
    }
}

static uint64_t any_selector(int number)
{
    static const uint64_t odd[] = {0, 1, SELECTOR_COUNT - 1, SELECTOR_COUNT, 1ull << 32, (1ull << 32) + FIRST, 1ull << 55, -1ull >> 8};
    return any(40) ? FIRST + (uint64_t)number : odd[any(8)];
}

static struct ec *any_ec(int pd)
{
    struct ec *ec = real_pd(pd)->ecs;
    for (unsigned skip = any(3); ec && skip; skip--)
        ec = ec->ipc.next;
    if (ec)
        return ec;
    kept_ec->ipc.pd = real_pd(pd);
    return kept_ec;
}

static bool covers(const struct bill *bill, uint32_t *lacking)
{
    const uint64_t spare = bill->account->free_cells;
    uint64_t need = bill->pages;
    for (uint64_t cells = bill->cells; cells > spare; cells -= cells > CELLS_PER_PAGE ? CELLS_PER_PAGE : cells)
        need++;
    const uint64_t have = bill->account->quota - bill->account->used;
    *lacking = need > have ? need - have : 0;
    return !*lacking;
}

static bool check_bill(const struct bill *bill)
{
    uint32_t lacking, expected;
    const bool good = account_covers(bill, &lacking), should = covers(bill, &expected);
    AGREE(good == should && (good || lacking == expected), "%u pages, %u cells: %d, %u", bill->pages, bill->cells, good, expected);
    return good;
}

/* ---- Messages ---------------------------------------------------------------------------------------------------------- */

static struct model before; /* to go back to after a refusal */

static struct model_item any_item(int from, int to, bool pin)
{
    int number = any_number(from);
    return (struct model_item){.from = from, .to = to, .selector = any_selector(number), .rights = any_rights(from, number),
                               .base = FIRST + any(NUMBERS), .count = any(6) ? any(WINDOW_COUNT) : 0, .pin = pin};
}

static void window_fit(struct model_item *item)
{
    if (item->base + item->count > FIRST + NUMBERS)
        item->count = FIRST + NUMBERS - item->base;
}

static void step_message(void)
{
    int from = any_object(TYPE_PD), to = any(10) ? any_object(TYPE_PD) : from;
    bool pin = any(5);
    unsigned count = pin && !any(3) ? 1 + any(6) : 1;
    struct transfer t[6];
    struct bill bill = {.account = real_pd(to)};
    enum status expected = SUCCESS;
    const unsigned cells = model_cells(to), tables = model_tables(to);

    memcpy(&before, &m, sizeof m);
    struct model_item first = any_item(from, to, pin);
    for (unsigned i = 0; i < count && expected == SUCCESS; i++) {
        struct model_item item = any(2) ? any_item(from, to, pin) : first; /* often the same object again, */
        if (any(2) && item.selector == first.selector)
            item.rights = 1u << any(3); /* with other rights */
        item.base = first.base, item.count = first.count;
        window_fit(&item);
        t[i] = transfer_of(real_pd(from), real_pd(to), item.selector, item.rights, item.base, item.count);
        item.translate = pin && !any(6);
        if (item.translate)
            t[i].how = ITEM(ITEM_TRANSLATE, TYPE_OBJECT, 0, 0);
        expected = model_deliver(&item);
        const enum status status = cap_prepare(t, i, &bill);
        AGREE(status == expected, "%u of %u, %d:%lu to %d: %d, %d", i, count, from, item.selector, to, status, expected);
        if (status == SUCCESS)
            AGREE(t[i].offer.place == item.place && t[i].records == item.record, "%lu, %u: %u", t[i].offer.place, t[i].records, item.place);
    }
    if (expected == SUCCESS) {
        AGREE(bill.cells == model_cells(to) - cells, "%u cells, %u", bill.cells, model_cells(to) - cells);
        AGREE(bill.pages == model_tables(to) - tables, "%u pages, %u", bill.pages, model_tables(to) - tables);
    }
    if (expected == SUCCESS && check_bill(&bill))
        for (unsigned i = 0; i < count; i++)
        {
            const struct item item = cap_commit(&t[i], pin);
            AGREE(RANGE_BASE(item.range) == t[i].offer.place, "%u of %u: %lx", i, count, item.range);
        }
    else
        memcpy(&m, &before, sizeof m);
}

static void step_acknowledge(void)
{
    int pd = any_object(TYPE_PD), number = any_number(pd);
    uint64_t selector = any_selector(number);
    const bool there = selector == FIRST + (uint64_t)number;
    const uint32_t pins = there ? m.entry[pd][number].pins : 0;
    const uint64_t count = any(3) ? pins : any(20) ? any(4) : (1ull << 32) + pins;
    uint32_t left = 77;

    const bool good = selector && selector < SELECTOR_COUNT && count <= pins;
    const enum status status = cap_unpin(real_pd(pd), selector, count, &left);
    AGREE(status == (good ? SUCCESS : BAD_PAR), "%d:%lu, %lu pins: %d", pd, selector, count, status);
    AGREE(left == (good ? pins - count : 77), "%d:%lu: %u", pd, selector, left);
    if (good && there)
        m.entry[pd][number].pins -= count;
}

/* Nobody gets there by messages: pins near their limit. */
static void step_many_pins(void)
{
    int pd = any_object(TYPE_PD), number = any_number(pd);
    if (m.entry[pd][number].taken)
        number_entry(real_pd(pd), FIRST + number)->pins = m.entry[pd][number].pins = PIN_MAX - any(4);
}

/* ---- Objects ----------------------------------------------------------------------------------------------------------- */

static struct object *make(int type, int payer, int pd, int ec, uint64_t quota)
{
    struct ec *bound = ec == NONE ? NULL : ec_of(real[ec]);
    if (type == TYPE_PD)
        return &pd_make(real_pd(payer), quota)->object;
    if (type == TYPE_EC)
        return &ec_make(real_pd(payer), real_pd(pd))->object;
    return small_make(real_pd(payer), type, bound);
}

static void step_create(void)
{
    static const uint8_t types[] = {TYPE_PD, TYPE_EC, TYPE_SC, TYPE_PT, TYPE_SM, TYPE_SM};
    const int type = types[any(6)], slot = free_slot(), holder = any_object(TYPE_PD), payer = any_object(TYPE_PD);
    const int pd = any_object(TYPE_PD), number = any(2) ? any_number(holder) : (int)any(NUMBERS);
    const int ec = type == TYPE_SC || type == TYPE_PT ? any_object(TYPE_EC) : NONE;
    const uint64_t selector = any_selector(number), quota = any(3) ? any(8) : any(200);
    const bool form = selector && selector < SELECTOR_COUNT, there = selector == FIRST + (uint64_t)number;

    if (slot == NONE || ((type == TYPE_SC || type == TYPE_PT) && ec == NONE) || (type == TYPE_SC && ec_of(real[ec])->run.sc))
        return;
    struct bill own = {.account = real_pd(holder)}, paid = {.account = real_pd(payer)};
    const enum status status = cap_prepare_new(real_pd(holder), selector, &own);
    const enum status expected = !form ? BAD_PAR : there && m.entry[holder][number].taken ? OCCUPIED : SUCCESS;
    AGREE(status == expected, "%d:%lu: %d, %d", holder, selector, status, expected);
    if (status != SUCCESS || !there)
        return;
    paid.pages = type == TYPE_PD ? COST_PD + quota : type == TYPE_EC ? COST_EC : 0;
    paid.cells = type != TYPE_PD && type != TYPE_EC;
    if (holder == payer)
        own.pages += paid.pages, own.cells += paid.cells;
    if (!check_bill(&own) || (holder != payer && !check_bill(&paid)))
        return;
    real[slot] = make(type, payer, pd, ec, quota);
    m.object[slot] = (struct model_object){.alive = true, .type = type, .payer = payer, .pd = pd, .ec = ec};
    if (type == TYPE_PD)
        m.object[slot].quota = quota, m.object[payer].quota -= quota;
    cap_create(real_pd(holder), selector, real[slot], rights_all(type));
    model_name(holder, number, slot, rights_all(type), false);
}

static void step_quota(void)
{
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, -(1ll << 32), 1ll << 32, 0};
    int pd = any_object(TYPE_PD), payer = m.object[pd].payer;
    int64_t pages = any(10) ? (int64_t)any(40) - 20 : odd[any(5)];
    uint32_t lacking;

    if (payer == NONE)
        return;
    const struct pd *giver = real_pd(pages < 0 ? pd : payer);
    const uint64_t amount = pages < 0 ? -(uint64_t)pages : (uint64_t)pages, free = giver->quota - giver->used;
    const uint64_t lacks = amount > free ? amount - free : 0;
    const enum status status = account_move(real_pd(pd), pages, &lacking);
    AGREE(status == (lacks ? NO_QUOTA : SUCCESS), "%ld pages: %d", pages, status);
    AGREE(!lacks || lacking == (lacks > UINT32_MAX ? UINT32_MAX : lacks), "%ld pages: %u", pages, lacking);
    if (status == SUCCESS)
        m.object[pd].quota += pages, m.object[payer].quota -= pages;
}

/* ---- Removal ----------------------------------------------------------------------------------------------------------- */

static enum status remove_expected(enum remove_operation operation, int pd, int number, uint64_t *value)
{
    *value = 0;
    if (operation == REMOVE_SELF && m.entry[pd][number].taken && m.entry[pd][number].pins) {
        *value = m.entry[pd][number].pins;
        return PINNED;
    }
    if (operation == REMOVE_SELF)
        return m.entry[pd][number].taken ? SUCCESS : BAD_CAP;
    if (operation == REMOVE_BELOW)
        return model_live(pd, number) ? SUCCESS : BAD_CAP;
    return model_rights(pd, number) & RIGHT_DESTROY ? SUCCESS : BAD_CAP;
}

static void model_remove(enum remove_operation operation, int pd, int number, uint32_t rights)
{
    if (operation == REMOVE_BELOW)
        model_below(pd, number, rights);
    else if (operation == REMOVE_SELF)
        model_self(pd, number, rights);
    else if (m.entry[pd][number].object != NONE)
        model_kill(m.entry[pd][number].object);
}

static enum remove_operation any_operation(void)
{
    const unsigned choice = any(24);
    return !choice ? REMOVE_DESTROY : choice < 8 ? REMOVE_SELF : REMOVE_BELOW;
}

static void step_remove(void)
{
    int pd = any_object(TYPE_PD), number = any_number(pd);
    const enum remove_operation operation = any_operation();
    const uint64_t selector = any_selector(number);
    const uint32_t rights = any(3) ? 0xff : 1 + any(255);
    struct ec *self = any_ec(pd);
    uint64_t value;
    enum status expected = remove_expected(operation, pd, number, &value);

    if (selector >= SELECTOR_COUNT) /* sys_remove has seen to that */
        return;
    if (selector != FIRST + (uint64_t)number)
        expected = BAD_CAP, value = 0;
    const enum outcome out = remove_all(self, operation, selector, rights);
    if (out == OUT_DONE) {
        const struct frame *frame = &self->state.frame;
        AGREE(frame->rax == expected, "%d of %d:%lu: %lu, %d", operation, pd, selector, frame->rax, expected);
        AGREE(frame->rdx == value, "%lu", frame->rdx);
        AGREE(!self->caps.request.state, "%d:%lu", pd, selector);
    } else {
        AGREE(expected == SUCCESS, "%d of %d:%lu", operation, pd, selector);
    }
    if (expected == SUCCESS)
        model_remove(operation, pd, number, rights);
}

/* ---- Several removals at once ------------------------------------------------------------------------------------------ */

static struct ec *pending[8];

static void forget(struct ec *ec)
{
    for (unsigned i = 0; i < 8; i++)
        if (pending[i] == ec)
            pending[i] = NULL;
}

static bool is_pending(const struct ec *ec)
{
    for (unsigned i = 0; i < 8; i++)
        if (pending[i] == ec)
            return true;
    return false;
}

/*
 * Begins one more. Whether it is refused may depend on how far the others have come; what it does when it is not,
 * does not: revocations and whole deletions commute.
 */
static void overlap_begin(unsigned i)
{
    int pd = any_object(TYPE_PD), number = any_number(pd);
    const enum remove_operation operation = any_operation();
    const uint32_t rights = operation == REMOVE_SELF || any(2) ? 0xff : 1 + any(255);
    struct ec *self = any_ec(pd);

    if (self == kept_ec || is_pending(self))
        return;
    enum outcome out = remove_begin(self, operation, FIRST + number, rights);
    if (out == OUT_DONE && self->state.frame.rax != SUCCESS)
        return;
    if (m.entry[pd][number].taken)
        model_remove(operation, pd, number, rights);
    if (out == OUT_PREEMPTED || out == OUT_NO_TIME)
        pending[i] = self;
}

/* An EC that ends is forgotten, so after its own end nothing is left here. */
static void overlap_resume(unsigned i)
{
    if (remove_resume(pending[i]) == OUT_DONE)
        pending[i] = NULL;
}

void walk_overlap(void)
{
    ec_ended = forget;
    for (unsigned steps = 0; steps < 40; steps++) {
        unsigned i = any(8);
        if (!pending[i] && steps < 20)
            overlap_begin(i);
        else if (pending[i])
            overlap_resume(i);
    }
    for (unsigned i = 0; i < 8; i++)
        while (pending[i])
            overlap_resume(i);
    ec_ended = NULL;
}

/* ---- All of it --------------------------------------------------------------------------------------------------------- */

void walk_step(void)
{
    unsigned what = any(100);

    if (what < 66)
        step_message();
    else if (what < 76)
        step_acknowledge();
    else if (what < 88)
        step_create();
    else if (what < 93)
        step_quota();
    else if (what < 94)
        step_many_pins();
    else
        step_remove();
}

void walk_clear(void)
{
    for (int o = 2; o < SLOTS; o++)
        while (m.object[o].alive) {
            object_kill(real[o]);
            model_kill(o);
        }
    /* Nobody's removal, to bring what has begun to its end. */
    kept_ec->ipc.pd = root;
    for (int n = NUMBERS - 1; n > 1; n--) {
        if (!m.entry[0][n].taken)
            continue;
        number_entry(root, FIRST + n)->pins = m.entry[0][n].pins = 0;
        remove_all(kept_ec, REMOVE_SELF, FIRST + n, 0xff);
        model_self(0, n, 0xff);
    }
}
