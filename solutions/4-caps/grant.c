/*
 * One grant: in its tree and under its number.
 */
#include "caps.h"

#include "panic.h"

static void tree_insert(struct grant **list, struct grant *grant)
{
    grant->prev = NULL;
    grant->next = *list;
    if (grant->next)
        grant->next->prev = grant;
    *list = grant;
}

static void tree_remove(struct grant **list, struct grant *grant)
{
    if (grant->next)
        grant->next->prev = grant->prev;
    if (grant->prev)
        grant->prev->next = grant->next;
    else
        *list = grant->next;
}

/* The youngest comes last: which grant is the oldest decides what onward delegation hangs under. */
static void number_add(struct capability *entry, struct grant *grant)
{
    struct grant *oldest = number_grants(entry);

    grant->here_next = NULL;
    if (!oldest) {
        entry->grants = grant->here_prev = grant;
        return;
    }
    grant->here_prev = oldest->here_prev;
    oldest->here_prev->here_next = grant;
    oldest->here_prev = grant;
}

static void number_drop(struct capability *entry, struct grant *grant)
{
    struct grant *oldest = entry->grants;

    if (grant->here_next)
        grant->here_next->here_prev = grant->here_prev;
    else
        oldest->here_prev = grant->here_prev;
    if (grant == oldest)
        entry->grants = grant->here_next;
    else
        grant->here_prev->here_next = grant->here_next;
}

struct grant *grant_make(struct pd *payer, struct grant *parent, struct pd *pd, uint32_t selector, struct object *object,
                         uint32_t rights)
{
    struct grant *grant = cell_alloc(payer);

    grant->parent = parent;
    grant->pd = pd;
    grant->selector = selector;
    grant->object = object;
    grant->rights = rights;
    if (parent)
        tree_insert(&parent->children, grant);
    if (!pd)
        return grant;
    struct capability *entry = number_entry(pd, selector);
    number_add(entry, grant);
    entry->object = object;
    entry->rights |= rights;
    entry->state = 0;
    return grant;
}

void rights_refresh(const struct grant *grant)
{
    if (!grant->pd)
        return;
    struct capability *entry = number_entry(grant->pd, grant->selector);
    uint32_t rights = 0;

    /* They have become fewer: once all are found again, nothing was lost. */
    for (const struct grant *g = entry->grants; g && rights != entry->rights; g = g->here_next)
        rights |= grant_live(g);
    entry->rights = rights;
}

/* A number outlives its last grant, unless its own PD has deleted it. What it named is remembered by its serial alone. */
static void number_left(struct pd *pd, uint32_t selector, uint64_t serial)
{
    struct capability *entry = number_entry(pd, selector);

    entry->object = NULL;
    entry->serial = serial;
    entry->rights = 0;
    if (entry->state & NUMBER_GOING)
        number_empty(pd, selector);
}

void grant_free(struct grant *grant)
{
    struct pd *pd = grant->pd;

    if (grant->parent)
        tree_remove(&grant->parent->children, grant);
    if (pd) {
        struct capability *entry = number_entry(pd, grant->selector);
        number_drop(entry, grant);
        if (!entry->grants)
            number_left(pd, grant->selector, grant->object->serial);
    }
    cell_free(pd, grant);
}
