/*
 * The checker of a debug build, its part for grants of all types: the list, the tree, and the order in places. True at every
 * preemption point.
 */
#include "caps.h"

#ifdef CAIRN_CHECK

#include "check.h"

static void check_grant(const struct grant *g)
{
    const struct grant *p = g->parent;

    CHECK(g->next->prev == g && g->prev->next == g, "the list of grants is broken", g);
    CHECK(g->depth == (p ? p->depth + 1 : 1) && g->depth <= g->prev->depth + 1, "a grant's depth does not fit its parent", g);
    CHECK(g->rights && !(g->marked & ~g->rights), "a grant without rights", g);
    CHECK(!p || !(grant_live(g) & ~p->rights), "a grant with a right that its parent lacks", g);
    CHECK(!p || (g->type == p->type && g->what >= p->what && g->what + (1ull << g->order) <= p->what + (1ull << p->order)),
          "a grant of something that its parent does not hold", g);
    CHECK(!g->younger || (g->younger->older == g && g->younger->serial > g->serial), "a place's grants are not in order", g);
    CHECK(g->type != TYPE_OBJECT || p || ((const struct object *)g->what)->root == g, "an object without its first grant", g);
}

void check_grants(void)
{
    for (const struct grant *g = all_grants.next; g != &all_grants; g = g->next)
        check_grant(g);
}

#endif
