/*
 * One grant: in the list of all, and in the list of its place.
 *
 * What a place is differs by type: for objects an entry of a table of numbers, for memory and ports something of stage 6's. Who
 * makes a grant brings the oldest one of its place; who takes one finds that from the grant.
 */
#include "caps.h"

#include "panic.h"
#include "trace.h"

uint64_t grant_serial;

struct grant all_grants = {.next = &all_grants, .prev = &all_grants};

/* ---- Places --------------------------------------------------------------------------------------------------------- */

/* The oldest one of grant's place. Only its older one, which is the youngest, has nobody behind it. */
static struct grant *place_oldest(struct grant *grant)
{
    while (grant->older->younger)
        grant = grant->older;
    return grant;
}

/* grant has lost rights. The oldest one of its place was was, and is now. */
static void place_changed(struct grant *was, struct grant *now, struct grant *grant)
{
    if (grant->type == TYPE_OBJECT)
        number_changed(grant, now);
    else
        space_changed(was, now, grant);
}

/* The youngest comes last: which grant is the oldest decides what onward delegation hangs under. Returns the oldest. */
static struct grant *place_join(struct grant *head, struct grant *grant)
{
    if (!head)
        return grant->older = grant;
    grant->older = head->older;
    head->older->younger = grant;
    head->older = grant;
    return head;
}

/* Returns the oldest that is left, or NULL. */
static struct grant *place_leave(struct grant *head, struct grant *grant)
{
    struct grant *now = grant == head ? grant->younger : head;

    if (grant != head)
        grant->older->younger = grant->younger;
    if (grant->younger)
        grant->younger->older = grant->older;
    else if (now)
        now->older = grant->older;
    return now;
}

/* Nothing is put together from two grants, so that one revoke takes back what one item gave. */
struct grant *grant_source(struct grant *head, uint32_t rights)
{
    /* Answer 4.5 (place 8 of 8) goes here: delegate */
    not_implemented("4.5 delegate");
}

struct grant *grant_from(struct grant *head, const struct grant *parent)
{
    while (head && head->parent != parent)
        head = head->younger;
    return head;
}

bool grant_full(const struct grant *head)
{
    unsigned count = 0;

    for (; head && count < GRANTS_MAX; head = head->younger)
        count++;
    return count == GRANTS_MAX;
}

uint32_t grant_rights(const struct grant *head)
{
    /* Answer 4.2 (place 1 of 3) goes here: grants */
    not_implemented("4.2 grants");
}

/* ---- Making and taking ---------------------------------------------------------------------------------------------- */

/*
 * A cell of pd's, right behind its parent in the list, without rights as yet. Field by field: the place sets the others, and the
 * node is of use in an index only.
 */
static struct grant *grant_new(struct pd *pd, const struct offer *o)
{
    struct grant *g = cell_take(pd);
    /* Answer 4.2 (place 2 of 3) goes here: grants */
    (void)g; not_implemented("4.2 grants");
}

struct grant *grant_root(struct pd *pd, struct object *object, uint32_t rights)
{
    struct grant *g = grant_new(pd, &(struct offer){.what = (uint64_t)object, .type = TYPE_OBJECT});

    g->pd = NULL;
    g->rights = rights;
    return g;
}

/* How records of the trace name what is granted, and its place. Of a dead object not even the type is known. */
static const void *trace_what(const struct grant *g)
{
    return g->type == TYPE_OBJECT ? trace_name((const struct object *)g->what) : (const void *)trace_frame(g->type, g->what);
}

static uint32_t trace_place(const struct grant *g, uint32_t rights)
{
    const uint32_t type = g->type == TYPE_OBJECT ? ((const struct object *)g->what)->type : g->type;
    return TRACE_PLACE(rights, type, g->order);
}

void grant_give(struct pd *pd, struct grant **oldest, const struct offer *o)
{
    /* Answer 4.2 (place 3 of 3) goes here: grants */
    (void)grant_new, (void)place_join; not_implemented("4.2 grants");
}

/* The first grant of an object was its last one as well: what has no grant can never be named again. */
static void root_gone(const struct grant *g)
{
    struct object *object = (struct object *)g->what;

    object->root = NULL;
    object_kill(object);
}

void grant_take(struct grant *g)
{
    if (trace_on && (g->type != TYPE_OBJECT || !object_dead((const struct object *)g->what)))
        trace(TRACE_GONE, trace_what(g), g->pd, g->place, trace_place(g, g->marked));
    /* Answer 4.6 (place 1 of 7) goes here: revoke */
    (void)place_oldest, (void)place_changed, (void)place_leave;
    (void)root_gone;
    not_implemented("4.6 revoke");
}
