#include "core/account.h"

#include "lib/calls.h"
#include "lib/rpc.h"

struct account core_ram, core_caps;

struct list account_all = LIST_HEAD(account_all);

void account_init(struct account *a, enum account_kind kind)
{
    *a = (struct account){ .kind = kind };
    list_init(&a->of_reference);
    list_init(&a->below);
    list_append(&account_all, &a->of_all);
}

static enum outcome lacks(const struct account *a, uint64_t bytes)
{
    rpc_set_lacking(bytes);
    return a->kind == ACCOUNT_RAM ? OUT_OF_RAM : OUT_OF_CAPS;
}

/* ---- The kernel's account of a bound PD -------------------------------------------------------------------------------- */

static int64_t pages_of(uint64_t bytes)
{
    return (int64_t)((bytes + ACCOUNT_UNIT - 1) / ACCOUNT_UNIT);
}

/* From the present quota to another. Only shrinking can be refused: what grows has been core's free pages before. */
static enum outcome resize(struct account *a, uint64_t quota)
{
    const int64_t pages = a->pd ? pages_of(quota) - pages_of(a->quota) : 0;

    if (pages) {
        const result r = pd_quota(a->pd, pages, ROOT_SEL_PD);
        if (r.rax != SUCCESS)
            return lacks(a, REFUSAL_LACKING(r.rdx) * (uint64_t)ACCOUNT_UNIT);
    }
    a->quota = quota;
    return OK;
}

enum outcome account_bind(struct account *a, uint32_t pd, struct account **binding)
{
    const uint64_t quota = a->quota;

    if (a->pd)
        return OVERLAP;
    a->pd = pd;
    a->quota = 0;
    const enum outcome outcome = resize(a, quota);
    if (outcome != OK) {
        a->pd = 0;
        a->quota = quota;
        return outcome;
    }
    a->binding = binding;
    *binding = a;
    return OK;
}

void account_unbind(struct account *a)
{
    if (!a || !a->pd)
        return;
    *a->binding = NULL;
    a->pd = 0;
}

/* ---- Moving ------------------------------------------------------------------------------------------------------------ */

enum outcome account_move(struct account *from, struct account *to, uint64_t bytes)
{
    const uint64_t free = from->quota - from->used;

    if (free < bytes)
        return lacks(from, bytes - free);
    enum outcome outcome = resize(from, from->quota - bytes);
    if (outcome != OK)
        return outcome;
    outcome = resize(to, to->quota + bytes);
    if (outcome != OK)
        (void)!resize(from, from->quota + bytes); /* it had them a moment ago */
    return outcome;
}

enum outcome account_transfer(struct account *from, struct account *to, uint64_t bytes)
{
    if (from->reference != to && to->reference != from)
        return DENIED;
    return account_move(from, to, bytes);
}

enum outcome account_take(struct account *a, uint64_t bytes)
{
    if (a->quota - a->used < bytes)
        return lacks(a, bytes - (a->quota - a->used));
    a->used += bytes;
    return OK;
}

void account_give_back(struct account *a, uint64_t bytes)
{
    a->used -= bytes;
}

/* ---- The tree ---------------------------------------------------------------------------------------------------------- */

enum outcome account_set_reference(struct account *a, struct account *reference)
{
    if (a->reference)
        return OVERLAP;
    for (const struct account *above = reference; above; above = above->reference)
        if (above == a || above->kind != a->kind)
            return INVALID;
    a->reference = reference;
    list_append(&reference->below, &a->of_reference);
    return OK;
}

void account_close(struct account *a)
{
    struct account *heir = a->reference ? a->reference : a->kind == ACCOUNT_RAM ? &core_ram : &core_caps;

    for (LIST_EACH(link, &a->below)) {
        struct account *below = CONTAINER(link, struct account, of_reference);
        list_remove(link);
        below->reference = a->reference;
        if (a->reference)
            list_append(&a->reference->below, link);
    }
    list_remove(&a->of_reference);
    (void)!account_move(a, heir, a->quota - a->used);
    a->reference = NULL;
    list_remove(&a->of_all);
}
