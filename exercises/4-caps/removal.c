/*
 * Taking back: the call `remove` for objects, memory and ports, and the same for all that a dying PD or object has.
 *
 * One removal is at work at a time, in pieces; those who wait for another do its work. So whatever is urgent does not wait for a
 * thread without time, two removals that overlap are one after the other, and the position of the one at work stays good over
 * preemption points, because nobody else frees grants.
 *
 * For each grant at which it begins (a top), the descendants are
 *   1. marked, from the top on: nothing derives from them any more. Nothing is freed, so the walk ends when accounts are used up.
 *   2. taken, from the last one back to the top: what was derived always goes before that from which it was.
 *
 *     list:   ... top   b   c   d   e   f   (next brother of top) ...
 *             depth 2   3   4   4   3   4    2
 *                  mark ------------------>
 *                 <------------------ take
 *
 * Places come and go while a removal waits at a preemption point. Its range is passed once, and grants that are younger than the
 * removal are left alone: so it ends, whatever others do meanwhile.
 */
#include "caps.h"

#include "finish.h"
#include "panic.h"
#include "path.h"

enum { SEARCH_COST = 16 }; /* of a step that searches, in grants */

enum phase { SEARCH, CHECK, MARK, TAKE };

static struct {
    struct request *first, *last; /* in the order in which they came; the first may be at work */
} requests;

/* The removal at work: that of requests.first, if that is REQUEST_ACTIVE. */
static struct {
    struct places places; /* what of the range has been passed */
    enum phase phase;
    bool self;            /* the tops lose the rights as well */
    bool checking;        /* whether something would have to be split: nothing has been marked yet */
    bool met;             /* while checking: a larger place. The range is passed anew */
    uint8_t mask;         /* rights to take */
    uint64_t serial;      /* grants from here on are younger than the removal */
    struct grant *next;   /* of the present place */
    struct grant *top, *at;
    uint64_t low, high;   /* what of the top is in the range */
} work;

/* ---- Requests ------------------------------------------------------------------------------------------------------- */

void request_begin(struct request *r)
{
    r->state = REQUEST_WAITING;
    r->next = NULL;
    *(requests.first ? &requests.last->next : &requests.first) = r;
    requests.last = r;
}

static void places_begin(struct request *r)
{
    const unsigned order = RANGE_ORDER(r->range);

    work.places = (struct places){
        .pd = r->pd, .type = r->type, .base = RANGE_BASE(r->range), .order = order, .outer = PORTS_ORDER_MAX,
        .end = RANGE_BASE(r->range) + (1ull << order),
    };
    work.next = NULL;
}

/* Only what is more than one place is searched: the end of an object begins at its first grant, wherever that is. */
static void work_begin(struct request *r)
{
    r->state = REQUEST_ACTIVE;
    work.phase = SEARCH;
    work.self = r->operation != REMOVE_BELOW;
    work.checking = r->type != TYPE_OBJECT;
    work.met = false;
    work.mask = r->type == TYPE_MEMORY && r->rights & MEMORY_READ ? 0xff : r->rights; /* no page can be written only */
    work.serial = grant_serial;
    if (r->type != TYPE_OBJECT || r->operation == REMOVE_SELF) {
        places_begin(r);
        return;
    }
    work.places.type = TYPE_OBJECT;
    work.places.done = true;
    work.next = r->operation == REMOVE_DESTROY ? r->object->root : number_grants(number_entry(r->pd, RANGE_BASE(r->range)));
}

static void work_end(enum status status)
{
    struct request *r = requests.first;

    requests.first = r->next;
    r->status = status;
    r->state = REQUEST_DONE;
}

/* ---- One top -------------------------------------------------------------------------------------------------------- */

static inline bool is_below_top(const struct grant *g)
{
    return g->depth > work.top->depth; /* the end of the list has depth 0 */
}

static void top_begin(struct grant *top, enum phase phase)
{
    const struct places *p = &work.places;
    const bool larger = top->order > p->order; /* then the range is a part of it, and otherwise it is one of the range */

    work.top = work.at = top;
    work.low = larger ? top->what + (p->base - top->place) : 0;
    work.high = larger ? work.low + (1ull << p->order) : UINT64_MAX;
    work.phase = phase;
    /* Answer 4.6 (place 2 of 7) goes here: revoke */
    not_implemented("4.6 revoke");
}

/* The other grants of the place come next; only now, because some may have been below this one. */
static void top_end(void)
{
    work.next = work.top->younger;
    work.phase = SEARCH;
}

/* These three deal with one grant. They return whether there is more to do with this top. */

/* Something larger than the range would have to be split. */
static inline bool check_one(void)
{
    /* Answer 4.6 (place 3 of 7) goes here: revoke */
    not_implemented("4.6 revoke");
}

static inline bool mark_one(void)
{
    /* Answer 4.6 (place 4 of 7) goes here: revoke */
    not_implemented("4.6 revoke");
}

/* Backwards, so a grant is at its own turn without descendants that lose the same rights. */
static inline bool take_one(void)
{
    /* Answer 4.6 (place 5 of 7) goes here: revoke */
    (void)top_end; not_implemented("4.6 revoke");
}

/* ---- The whole ------------------------------------------------------------------------------------------------------ */

static struct grant *if_older(struct grant *g)
{
    return g && g->serial <= work.serial ? g : NULL;
}

/* One number; and what its own PD has deleted becomes empty, when all its grants have gone. */
static struct grant *number_next(struct places *p)
{
    const uint64_t number = p->base + p->cursor;

    if (p->cursor)
        number_forget(p->pd, number - 1);
    if (number >= p->end) {
        p->done = true;
        return NULL;
    }
    if (table_missing(p->pd, number)) {
        p->cursor = (number | (SELECTORS_PER_TABLE - 1)) + 1 - p->base;
        return NULL;
    }
    p->cursor++;
    return number_grants(number_entry(p->pd, number));
}

/* The next place of the range, or NULL: none was found in a bounded search. */
static struct grant *place_next(struct places *p)
{
    if (p->done)
        return NULL;
    return p->type == TYPE_OBJECT ? number_next(p) : space_next(p);
}

/* Places that are larger than the range come first, and may make the removal impossible. */
static void search_larger(struct grant *g)
{
    const bool larger = g && g->order > work.places.order;

    if (larger && work.self) {
        work_end(CONFLICT);
    } else if (larger) {
        work.met = true;
        top_begin(g, CHECK);
    } else if (g || work.places.done) {
        work.checking = false;
        if (work.met)
            places_begin(requests.first);
        else
            work.next = g;
    }
}

/* The next top. */
static unsigned search_one(void)
{
    struct grant *g = if_older(work.next);

    work.next = NULL;
    if (!g)
        g = if_older(place_next(&work.places));
    if (work.checking)
        search_larger(g);
    else if (g)
        top_begin(g, MARK);
    else if (work.places.done)
        work_end(SUCCESS);
    return g || work.places.type == TYPE_OBJECT ? 1 : SEARCH_COST;
}

/* Does one grant after the other, as long as there is more and left allows. Returns what is left. */
static inline __attribute__((always_inline)) int repeat(bool (*one)(void), int left)
{
    while (left > 0 && one())
        left--;
    return left - 1;
}

/* Does some of what comes next, at most so many grants; usually a top with all that is below it. Returns how many are left. */
static int work_some(int left)
{
    if (work.phase == SEARCH)
        left -= search_one();
    if (work.phase == CHECK)
        left = repeat(check_one, left);
    if (work.phase == MARK)
        left = repeat(mark_one, left);
    if (work.phase == TAKE)
        left = repeat(take_one, left);
    return left;
}

PATH void removal_settle(void)
{
    struct request *r = requests.first;

    if (!r)
        return;
    if (r->state == REQUEST_WAITING)
        work_begin(r);
    for (int left = STEPS_AT_ONCE; left > 0 && r->state == REQUEST_ACTIVE;)
        left = work_some(left);
}

/* ---- The call ------------------------------------------------------------------------------------------------------- */

/* Continuation: goes on until the request has been dealt with, by this EC or another; and ends what has died of it. */
static void remove_go_on(struct ec *self)
{
    /* Answer 4.6 (place 6 of 7) goes here: revoke */
    (void)removal_settle; not_implemented("4.6 revoke");
}

/* Whether its own PD may delete a number; if it is pinned, *pins is how often. */
static enum status delete_check(const struct capability *entry, uint64_t *pins)
{
    /* Answer 4.7 (place 3 of 3) goes here: delete, and pins */
    not_implemented("4.7 delete, and pins");
}

/* What is asked of a number; SUCCESS: it can begin. */
static enum status number_check(const struct ec *self, enum remove_operation operation, uint64_t selector, uint64_t *value)
{
    const struct capability *entry = number_entry(self->ipc.pd, selector);

    if (operation == REMOVE_SELF)
        return delete_check(entry, value);
    /* Answer 4.6 (place 7 of 7) goes here: revoke */
    not_implemented("4.6 revoke");
}

noreturn void cap_remove(struct ec *self, enum remove_operation operation, enum cap_type type, uint64_t range, uint32_t rights)
{
    struct request *own = &self->caps.request;
    struct pd *pd = self->ipc.pd;
    uint64_t value = 0;

    enum status status = type == TYPE_OBJECT ? number_check(self, operation, RANGE_BASE(range), &value) : SUCCESS;
    if (status != SUCCESS)
        finish(self, status, value);
    own->pd = pd;
    own->range = range;
    own->type = type;
    own->operation = operation;
    own->rights = rights;
    own->status = SUCCESS; /* what destroys is no removal, whose status this would otherwise still be */
    if (operation == REMOVE_DESTROY) {
        object_kill(number_entry(pd, RANGE_BASE(range))->object);
        own->state = REQUEST_DONE;
    } else {
        request_begin(own);
    }
    remove_go_on(self);
    __builtin_unreachable();
}
