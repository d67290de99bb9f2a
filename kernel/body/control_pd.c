/*
 * The calls that concern what a PD has: §7.7 and §7.8 of kernel/ABI.md.
 */
#include "calls.h"

/* ---- remove --------------------------------------------------------------------------------------------------------- */

static bool is_removal(uint32_t type, uint32_t operation, uint64_t range, uint64_t rights)
{
    if (!rights || rights > 0xff)
        return false;
    if (type == TYPE_OBJECT)
        return RANGE_ORDER(range) == 0 && RANGE_BASE(range) < SELECTOR_COUNT;
    return (type == TYPE_MEMORY || type == TYPE_PORTS) && operation != REMOVE_DESTROY && space_range_ok(type, range);
}

/* The record's object is what the selector names now; memory and ports are told by their place alone. */
static RARE void trace_removal(const struct pd *pd, bool below, uint32_t type, uint64_t range, uint32_t rights)
{
    const uint64_t base = RANGE_BASE(range);
    const struct object *object = NULL;

    if (type == TYPE_OBJECT && base < SELECTOR_COUNT)
        object = pd->directory[base / SELECTORS_PER_TABLE][base % SELECTORS_PER_TABLE].object;
    const uint32_t place = TRACE_PLACE(rights, object ? object->type : type, RANGE_ORDER(range));
    if (below)
        trace(TRACE_REVOKE, object ? trace_name(object) : NULL, 0, base, place);
    else
        trace(TRACE_DELETE, object ? trace_name(object) : NULL, 0, base, place);
}

/* a1 type, operation; a2 range; a3 rights. Stage 4 leaves by itself: it has preemption points. */
HANDLER(sys_remove)
{
    trace_entry(CALL_REMOVE);
    uint32_t type = PAIR_LOW(a1), operation = PAIR_HIGH(a1);

    refuse_if(self, operation > REMOVE_DESTROY, BAD_CALL);
    refuse_if(self, !is_removal(type, operation, a2, a3), BAD_PAR);
    if (trace_on && operation != REMOVE_DESTROY)
        trace_removal(self->ipc.pd, operation == REMOVE_BELOW, type, a2, a3);
    cap_remove(self, operation, type, a2, a3);
}

/* ---- Quota and figures ---------------------------------------------------------------------------------------------- */

/* a1 PD, a3 pages, a4 payer */
static noreturn void move_quota(struct ec *self, uint64_t pd_selector, int64_t pages, uint64_t payer_selector)
{
    uint32_t lacking;

    struct pd *pd = lookup_pd(self, pd_selector, PD_RIGHT_QUOTA);
    struct pd *payer = lookup_pd(self, payer_selector, PD_RIGHT_PAY);
    refuse_if(self, !is_within(pages, 1ll << 31) || pd->object.payer != payer, BAD_PAR);
    if (account_move(pd, pages, &lacking) != SUCCESS)
        finish(self, NO_QUOTA, REFUSAL(lacking, pages > 0 ? ACCOUNT_PAYER : ACCOUNT_TARGET, NO_ITEM, NO_QUOTA));
    finish(self, SUCCESS, 0);
}

enum figure { FIGURE_QUOTA, FIGURE_USED, FIGURE_FREE, FIGURE_CELLS, FIGURES };

static noreturn void tell_figure(struct ec *self, uint64_t selector, uint64_t figure)
{
    refuse_if(self, figure >= FIGURES, BAD_PAR);
    const struct pd *pd = lookup_pd(self, selector, PD_RIGHT_FIGURES);
    const uint64_t value[FIGURES] = {pd->quota, pd->used, pd->quota - pd->used, pd->cells};
    finish(self, SUCCESS, value[figure]);
}

/* ---- PD_GRANT ------------------------------------------------------------------------------------------------------- */

static noreturn void refuse_grant(struct ec *self, enum status status, uint32_t lacking)
{
    finish(self, status, REFUSAL(lacking, status == NO_QUOTA ? ACCOUNT_TARGET : 0, 0, status));
}

/* The rest of its form is that of every item. */
static bool is_grant(uint64_t range, uint64_t how)
{
    if (ITEM_KIND(how) != ITEM_DELEGATE)
        return false;
    if (ITEM_TYPE(how) == TYPE_OBJECT)
        return is_new_number(ITEM_SPOT(how));
    return ITEM_TYPE(how) == TYPE_MEMORY ? ITEM_SPOT(how) < SPACE_PAGES : ITEM_SPOT(how) == RANGE_BASE(range);
}

/*
 * An object lands where spot says, or stays under the number that the PD has for it. Memory lands at the page spot. A port lands
 * where it is, and spot must say so.
 */
static noreturn void grant(struct ec *self, uint64_t selector, uint64_t range, uint64_t how)
{
    struct pd *pd = lookup_pd(self, selector, PD_RIGHT_GRANT);
    if (!is_grant(range, how))
        refuse_grant(self, BAD_PAR, 0);
    const bool object = ITEM_TYPE(how) == TYPE_OBJECT;
    struct transfer t = {
        .from = self->ipc.pd, .to = pd, .range = range,
        .how = ITEM_TYPE(how) == TYPE_MEMORY ? how : how & ITEM(0xf, 0xf, 0xff, 0),
        .window_base = object ? ITEM_SPOT(how) : 0, .window_count = object ? 1 : SPACE_PAGES,
    };
    struct bill bill = {.account = pd};
    uint32_t lacking;

    enum status status = cap_prepare(&t, 0, &bill);
    if (status == NO_WINDOW) /* the number is taken; a page that is none, as there is no window but the whole space */
        status = object ? OCCUPIED : BAD_PAR;
    if (status == SUCCESS && t.records > RECORDS_MAX)
        status = TOO_MANY;
    if (status != SUCCESS)
        refuse_grant(self, status, 0);
    if (!account_covers(&bill, &lacking))
        refuse_grant(self, NO_QUOTA, lacking);
    cap_commit(&t, false);
    finish(self, SUCCESS, t.offer.place);
}

/* ---- The caller's own space ----------------------------------------------------------------------------------------- */

static noreturn void describe(struct ec *self, uint64_t range, uint64_t type)
{
    uint64_t place = RANGE_BASE(range);

    refuse_if(self, RANGE_ORDER(range), BAD_PAR);
    if (type == TYPE_OBJECT && place < SELECTOR_COUNT)
        finish(self, SUCCESS, cap_describe(self->ipc.pd, place));
    if ((type == TYPE_MEMORY || type == TYPE_PORTS) && space_range_ok(type, range))
        finish(self, SUCCESS, space_describe(self->ipc.pd, type, place));
    finish(self, BAD_PAR, 0);
}

static noreturn void acknowledge(struct ec *self, uint64_t selector, uint64_t count)
{
    uint32_t left = 0;
    enum status status = cap_unpin(self->ipc.pd, selector, count, &left);

    finish(self, status, status == SUCCESS ? left : 0);
}

/* a1 PD; a2 operation; a3, a4 as the operation says */
HANDLER(sys_pd_control)
{
    trace_entry(CALL_PD_CONTROL);
    switch (a2) {
    case PD_QUOTA:
        move_quota(self, a1, a3, a4);
    case PD_FIGURES:
        tell_figure(self, a1, a3);
    case PD_GRANT:
        grant(self, a1, a3, a4);
    case PD_LOOKUP:
        describe(self, a3, a4);
    case PD_ACK:
        acknowledge(self, a3, a4);
    default:
        finish(self, BAD_CALL, 0);
    }
}
