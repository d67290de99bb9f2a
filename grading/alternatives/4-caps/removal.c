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

#include "path.h"
#include "trace.h"

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

/* The end of an object begins at its first grant, wherever that is. */
static void work_begin(struct request *r)
{
    r->state = REQUEST_ACTIVE;
    places_begin(r);
    work.phase = SEARCH;
    work.self = r->operation != REMOVE_BELOW;
    work.checking = r->type != TYPE_OBJECT;
    work.met = false;
    work.mask = r->type == TYPE_MEMORY && r->rights & MEMORY_READ ? 0xff : r->rights; /* no page can be written only */
    if (r->operation == REMOVE_DESTROY) {
        work.places = (struct places){.type = TYPE_OBJECT, .end = UINT64_MAX, .done = true};
        work.next = r->object->root;
        work.serial = UINT64_MAX;
        return;
    }
    work.serial = grant_serial;
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

/* How much of what g is of lies in the range. */
enum part { NOTHING, SOME, ALL };

static inline enum part part_in_range(const struct grant *g)
{
    const uint64_t end = g->what + (1ull << g->order);

    if (end <= work.low || g->what >= work.high)
        return NOTHING;
    return g->what >= work.low && end <= work.high ? ALL : SOME;
}

static inline void mark(struct grant *g)
{
    g->marked |= g->rights & work.mask;
}

static void top_begin(struct grant *top, enum phase phase)
{
    const struct places *p = &work.places;
    const uint64_t end = top->place + (1ull << top->order);

    work.top = work.at = top;
    work.low = top->what + (top->place > p->base ? 0 : p->base - top->place);
    work.high = top->what + ((end < p->end ? end : p->end) - top->place);
    work.phase = phase;
    if (phase == MARK && work.self)
        mark(top);
}

/* The other grants of the place come next; only now, because some may have been below this one. */
static void top_end(void)
{
    work.next = work.top->younger;
    work.phase = SEARCH;
}

/* Forward to the next one below the top; NULL: there is no more, and work.at is the last. */
static inline struct grant *forward(void)
{
    struct grant *g = work.at->next;

    return is_below_top(g) ? work.at = g : NULL;
}

/* These three deal with one grant. They return whether there is more to do with this top. */

/* Something larger than the range would have to be split. */
static inline bool check_one(void)
{
    const struct grant *g = forward();

    if (!g)
        top_end();
    else if (part_in_range(g) == SOME)
        work_end(CONFLICT);
    return g && part_in_range(g) != SOME;
}

static inline bool mark_one(void)
{
    struct grant *g = forward();

    if (!g)
        work.phase = TAKE;
    else if (part_in_range(g) == ALL)
        mark(g);
    return g;
}

/* Backwards, so a grant is at its own turn without descendants that lose the same rights. work.at has left it before it goes. */
static inline bool take_one(void)
{
    struct grant *g = work.at;
    const bool last = g == work.top;

    if (last)
        top_end();
    else
        work.at = g->prev;
    if (g->marked)
        grant_take(g);
    return !last;
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

    if (work.self && p->cursor)
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
    p->done = !work.self && number + 1 >= p->end; /* a deleted number is looked at again, behind its grants */
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

static inline __attribute__((always_inline)) unsigned repeat(bool (*one)(void), unsigned most)
{
    unsigned done = 1;

    while (one() && done < most)
        done++;
    return done;
}

/* Does some of what comes next, at most so many grants. Returns how many it has been. */
static unsigned work_some(unsigned most)
{
    switch (work.phase) {
    case SEARCH:
        return search_one();
    case CHECK:
        return repeat(check_one, most);
    case MARK:
        return repeat(mark_one, most);
    default:
        return repeat(take_one, most);
    }
}

PATH void removal_settle(void)
{
    struct request *r = requests.first;

    if (r && r->state == REQUEST_WAITING)
        work_begin(r);
    for (unsigned done = 0; r && r->state == REQUEST_ACTIVE && done < STEPS_AT_ONCE;)
        done += work_some(STEPS_AT_ONCE - done);
}

/* ---- The call ------------------------------------------------------------------------------------------------------- */

static noreturn void leave(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
    trace(TRACE_EXIT, NULL, value, 0, status);
    ec_leave_call(self);
}

/* Continuation: goes on until the request has been dealt with, by this EC or another; and ends what has died of it. */
static void remove_go_on(struct ec *self)
{
    struct request *own = &self->caps.request;

    for (removal_settle(); own->state != REQUEST_DONE; removal_settle())
        preempt_point(self, remove_go_on);
    object_finish(self, remove_go_on);
    own->state = REQUEST_NONE;
    leave(self, own->status, 0);
}

/* Whether its own PD may delete a number; if it is pinned, *pins is how often. */
static enum status delete_check(const struct capability *entry, uint64_t *pins)
{
    if (!number_taken(entry))
        return BAD_CAP;
    *pins = entry->pins;
    return *pins ? PINNED : SUCCESS;
}

/* What is asked of a number; SUCCESS: it can begin. */
static enum status number_check(const struct ec *self, enum remove_operation operation, uint64_t selector, uint64_t *value)
{
    const struct capability *entry = number_entry(self->ipc.pd, selector);

    if (operation == REMOVE_SELF)
        return delete_check(entry, value);
    if (operation == REMOVE_DESTROY && !(entry->rights & RIGHT_DESTROY))
        return BAD_CAP;
    return number_live(entry) ? SUCCESS : BAD_CAP;
}

noreturn void cap_remove(struct ec *self, enum remove_operation operation, enum cap_type type, uint64_t range, uint32_t rights)
{
    struct request *own = &self->caps.request;
    struct pd *pd = self->ipc.pd;
    uint64_t value = 0;

    enum status status = type == TYPE_OBJECT ? number_check(self, operation, RANGE_BASE(range), &value) : SUCCESS;
    if (status != SUCCESS)
        leave(self, status, value);
    own->pd = pd;
    own->range = range;
    own->type = type;
    own->operation = operation;
    own->rights = rights;
    own->status = SUCCESS; /* a removal may tell another; a destruction does not */
    if (operation == REMOVE_DESTROY) {
        object_kill(number_entry(pd, RANGE_BASE(range))->object);
        own->state = REQUEST_DONE;
    } else {
        request_begin(own);
    }
    remove_go_on(self);
    __builtin_unreachable();
}
