/*
 * Messages beside the model: kernel/ABI.md §8.3 to §8.5. Items one after the other, each as if those before had arrived; then the
 * charge of all; if anything is refused, nothing has happened.
 */
#include "judge.h"

struct message {
    int from, to;
    uint32_t base, count, admitted; /* the window */
    unsigned records;               /* used of it */
    struct item arrived[WALK_ITEMS];
    unsigned cells[WALK_ITEMS], pages[WALK_ITEMS]; /* of the items up to this one */
    uint64_t refusal;
};

static void window_read(struct message *x, const struct walk_step *s)
{
    const bool good = s->base && s->base < SELECTOR_COUNT && s->count <= WINDOW_COUNT && s->base + s->count <= SELECTOR_COUNT;

    x->base = s->base;
    x->count = good ? s->count : 0;
    x->admitted = s->records;
}

static enum status translate(struct message *x, const struct item *item, struct item *arrived)
{
    const uint64_t selector = RANGE_BASE(item->range);
    const int number = selector >= FIRST && selector < FIRST + NUMBERS ? (int)selector - FIRST : NONE;

    if (ITEM_TYPE(item->how) != TYPE_OBJECT || ITEM_RIGHTS(item->how) || ITEM_SPOT(item->how) || RANGE_ORDER(item->range))
        return BAD_PAR;
    if (number == NONE || !model_live(x->from, number))
        return BAD_CAP;
    const int known = model_number(x->to, m.entry[x->from][number].object);
    if (known == NONE || !model_live(x->to, known) || !x->count)
        return SUCCESS;
    m.entry[x->to][known].pins++;
    *arrived = (struct item){ RANGE(FIRST + known, 0), ITEM(ITEM_TRANSLATE, TYPE_OBJECT, model_rights(x->to, known), 0) };
    return SUCCESS;
}

static enum status delegate(struct message *x, const struct item *item, struct item *arrived)
{
    struct model_item d = { .from = x->from,
                            .to = x->to,
                            .selector = RANGE_BASE(item->range),
                            .rights = ITEM_RIGHTS(item->how),
                            .base = x->base,
                            .count = x->count,
                            .pin = true };

    if (ITEM_TYPE(item->how) != TYPE_OBJECT || ITEM_SPOT(item->how) || RANGE_ORDER(item->range))
        return BAD_PAR;
    const enum status status = model_deliver(&d);
    if (status != SUCCESS)
        return status;
    x->records += d.record;
    *arrived = (struct item){ RANGE(d.place, 0), item->how };
    return SUCCESS;
}

static enum status deliver(struct message *x, const struct item *item, struct item *arrived, uint32_t *lacking)
{
    enum status status = SUCCESS;

    *arrived = (struct item){ 0, 0 };
    *lacking = 0;
    if (ITEM_KIND(item->how) > ITEM_TRANSLATE)
        return BAD_PAR;
    if (ITEM_KIND(item->how) == ITEM_TRANSLATE)
        status = translate(x, item, arrived);
    else if (ITEM_KIND(item->how) == ITEM_DELEGATE)
        status = delegate(x, item, arrived);
    if (status == SUCCESS && x->records > x->admitted) {
        *lacking = x->records - x->admitted;
        return NO_WINDOW;
    }
    return status;
}

/* What lacks is told for the whole message, the item is the first that does not fit. */
static bool covered(struct message *x, unsigned items)
{
    const struct charge whole = { .pd = x->to, .pages = x->pages[items - 1], .cells = x->cells[items - 1], .made = true };
    unsigned first = 0;

    const uint32_t lacking = account_lacks(&whole, &whole);
    if (!lacking)
        return true;
    for (;; first++) {
        const struct charge part = { .pd = x->to, .pages = x->pages[first], .cells = x->cells[first] };
        if (account_lacks(&part, &whole))
            break;
    }
    x->refusal = REFUSAL(lacking, ACCOUNT_RECEIVER, first, NO_QUOTA);
    return false;
}

/* All items, or none; the status, and in refusal why. */
static enum status deliver_all(struct message *x, const struct walk_step *s)
{
    const unsigned cells = model_cells(x->to), tables = model_tables(x->to);

    model_save();
    for (unsigned i = 0; i < s->items; i++) {
        uint32_t lacking;
        const enum status status = deliver(x, &s->item[i], &x->arrived[i], &lacking);
        x->cells[i] = model_cells(x->to) - cells;
        x->pages[i] = model_tables(x->to) - tables;
        if (status == SUCCESS)
            continue;
        x->refusal = REFUSAL(lacking, status == NO_WINDOW ? ACCOUNT_RECEIVER : 0, i, status);
        model_restore();
        return status;
    }
    if (covered(x, s->items))
        return SUCCESS;
    model_restore();
    return NO_QUOTA;
}

void judge_message(const struct walk_step *s, struct walk_seen *want)
{
    const bool reply = s->kind == WALK_REPLY;
    const int actor = slot_of_actor(s->actor), other = slot_of_actor(s->other);
    struct message x = { .from = reply ? other : actor, .to = reply ? actor : other };

    window_read(&x, s);
    const enum status status = deliver_all(&x, s);
    want->records = s->records - (status == SUCCESS ? x.records : 0);
    for (unsigned i = 0; i < s->items && status == SUCCESS; i++)
        want->item[i] = x.arrived[i];
    if (reply) {
        want->rax = status == SUCCESS ? SUCCESS : ITEMS_LOST;
        want->rdx = want->descriptor = DESCRIPTOR(1, status == SUCCESS ? s->items : 0);
        want->lost = status == SUCCESS ? 0 : x.refusal;
    } else {
        want->rax = status;
        want->rdx = status == SUCCESS ? 0 : x.refusal; /* its receiver replies without a word */
        want->descriptor = status == SUCCESS ? DESCRIPTOR(1, s->items) : 0;
    }
}
