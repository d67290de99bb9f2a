/*
 * Taking rights from a subtree, a step at a time.
 *
 *     marked:   top   b   c   d   e   f          b, c: children of top; d, e: of b; f: of d
 *                     ^ unspread      ^ last
 *     first phase:  unspread goes to the right; each child of unspread that has one of the rights is marked and goes to the end
 *     second phase: last goes to the left; each grant loses what it is marked with, and goes when it has nothing left
 *
 * All removals in one object's tree share one list. So one that begins inside another's subtree, or above it, just
 * marks more; nobody frees a grant while anybody still marks; and when nothing is marked any more, all of them are
 * complete. That is why who has begun one only has to remember the object, and why anybody can finish it for him.
 *
 * Order: behind every marked grant come those of its children that lose something through it. A grant that is marked anew goes to
 * the end, and its children, who are reached from there again, behind it. So a grant that goes has no children left.
 */
#include "caps.h"

#include "panic.h"
#include "trace.h"

static void spread_from(struct grant *root, struct grant *grant)
{
    root->unspread = grant;
    root->child = grant ? grant->children : NULL;
}

static void marked_remove(struct grant *root, struct grant *grant)
{
    if (root->unspread == grant)
        spread_from(root, grant->work_next);
    if (grant->work_next)
        grant->work_next->work_prev = grant->work_prev;
    else
        root->last = grant->work_prev;
    if (grant->work_prev)
        grant->work_prev->work_next = grant->work_next;
    grant->flags &= ~GRANT_MARKED;
}

static void marked_append(struct grant *root, struct grant *grant)
{
    grant->work_next = NULL;
    grant->work_prev = root->last;
    if (root->last)
        root->last->work_next = grant;
    root->last = grant;
    grant->flags |= GRANT_MARKED;
    if (!root->unspread)
        spread_from(root, grant);
}

void removal_mark(struct grant *grant, uint32_t own, uint32_t below)
{
    //! answer 4.6 begin
    struct grant *root = grant->object->root; //! skeleton: (void)marked_append; not_implemented("4.6 revoke");
    const uint32_t fresh = own & grant_live(grant);

    grant->dying |= fresh;
    grant->below |= below;
    if (fresh)
        rights_refresh(grant);
    if (grant->flags & GRANT_MARKED)
        marked_remove(root, grant);
    marked_append(root, grant);
    //! answer 4.6 end
}

/* First phase: the next child of the first grant whose children have not all been looked at. */
static void spread_step(struct grant *root)
{
    //! answer 4.6 begin
    struct grant *grant = root->unspread, *child = root->child; //! skeleton: not_implemented("4.6 revoke");

    if (child) {
        const uint32_t lost = grant->below & child->rights;
        root->child = child->next;
        if (lost)
            removal_mark(child, lost, lost);
    }
    if (!root->child)
        spread_from(root, grant->work_next);
    //! answer 4.6 end
}

/*
 * Second phase: the last grant. The root stays, even without rights: the tree hangs on it until the object's end
 * (object_strip).
 */
static void take_step(struct grant *root)
{
    //! answer 4.6 begin
    struct grant *grant = root->last; //! skeleton: (void)marked_remove; not_implemented("4.6 revoke");

    marked_remove(root, grant);
    if (grant->dying && grant->pd && !object_dead(grant->object))
        trace(TRACE_GONE, trace_name(grant->object), grant->pd, grant->selector,
              TRACE_PLACE(grant->dying, grant->object->type, 0));
    grant->rights = grant_live(grant);
    grant->dying = grant->below = 0;
    if (!grant->rights && grant != root)
        grant_free(grant);
    //! answer 4.6 end
}

bool removal_work(struct grant *root, unsigned steps)
{
    for (; steps && root->last; steps--)
        if (root->unspread)
            spread_step(root);
        else
            take_step(root);
    return root->last;
}

/* What a root loses for good the object cannot get back: without any right left it dies. */
void removal_begin(struct pd *pd, uint32_t selector, uint32_t rights, bool self)
{
    //! answer 4.7 begin
    struct capability *entry = number_entry(pd, selector); //! skeleton: not_implemented("4.7 delete, and pins");
    struct object *object = entry->object;
    struct grant *g = entry->grants;

    do { /* youngest first: then the older ones soon show that no right is lost yet */
        g = g->here_prev;
        removal_mark(g, self ? rights : 0, rights);
    } while (g != entry->grants);
    if (!self)
        return;
    if (!entry->rights)
        entry->state |= NUMBER_GOING;
    if (!grant_live(object->root))
        object_kill(object);
    //! answer 4.7 end
}

void removal_join(struct ec_caps *caps, struct object *object)
{
    struct ec_caps **list = &object->root->waiting;

    caps->object = object;
    caps->next = *list;
    caps->place = list;
    if (caps->next)
        caps->next->place = &caps->next;
    *list = caps;
}

void removal_leave(struct ec_caps *caps)
{
    *caps->place = caps->next;
    if (caps->next)
        caps->next->place = caps->place;
    caps->object = NULL;
}

/* Those who wait are told last, when all other grants have gone. */
bool object_strip(struct object *object)
{
    struct grant *root = object->root;

    if (!root)
        return true;
    if (!(object->dying & DYING_MARKED)) {
        object->dying |= DYING_MARKED;
        removal_mark(root, root->rights, root->rights);
    } else if (root->last) {
        removal_work(root, 1);
    } else if (root->waiting) {
        removal_leave(root->waiting);
    } else {
        object->root = NULL;
        grant_free(root);
        return true;
    }
    return false;
}
