/*
 * Taking back: `remove` for memory and ports, and the same for all that a dying PD has.
 *
 * One removal is at work at a time, in pieces; those who wait for another do its work. So whatever is urgent does not wait for a
 * thread without time, two removals that overlap are one after the other, and the position of the one at work stays good over
 * preemption points, because nobody else frees grants.
 *
 * For each grant at which it begins (a top), the descendants are
 *   1. marked, from the top on: nothing derives from them any more. Nothing is freed, so the walk ends when accounts are used up.
 *   2. taken apart, from the end of the list back to the top: what was derived always goes before that from which it was.
 */
#include "spaces.h"

#include "panic.h"
#include "trace.h"

enum { PIECE = 64, SEARCH_COST = 16 };

enum phase { CHECK_NEXT, CHECK, NEXT_OUTER, NEXT_INNER, MARK, TAKE };

static struct {
    struct request *first, *last; /* in the order in which they came; the first may be at work */
} requests;

/* The removal at work: that of requests.first, if that is REQUEST_ACTIVE. */
static struct {
    struct tops tops;
    bool is_checked;   /* nothing would have to be split */
    bool self;         /* REMOVE_SELF */
    uint8_t mask;      /* rights to take */
    enum phase phase;
    enum phase next;   /* after this top */
    struct grant *top, *at;
    uint64_t low, high; /* frames or ports: what of the top is in the range */
    struct pd *close_pd;
    uint64_t close, close_end; /* ports that may have to be closed in close_pd */
} work;

void request_begin(struct request *request, struct pd *pd, enum remove_operation operation, enum cap_type type, uint64_t range,
                   unsigned rights)
{
    *request = (struct request){
        .pd = pd, .range = range, .type = type, .operation = operation, .rights = rights, .state = REQUEST_WAITING,
    };
    *(requests.first ? &requests.last->next : &requests.first) = request;
    requests.last = request;
}

void request_leave(struct request *request)
{
    static struct request orphan; /* one suffices: only one is at work */

    if (request->state == REQUEST_ACTIVE) {
        orphan = *request;
        requests.first = &orphan;
        requests.last = requests.last == request ? &orphan : requests.last;
    } else if (request->state == REQUEST_WAITING) {
        struct request *before = NULL;
        for (struct request *r = requests.first; r != request; r = r->next)
            before = r;
        *(before ? &before->next : &requests.first) = request->next;
        requests.last = requests.last == request ? before : requests.last;
    }
    request->state = REQUEST_NONE;
}

static void work_begin(struct request *r)
{
    r->state = REQUEST_ACTIVE;
    tops_begin(&work.tops, r->pd, r->type, r->range);
    work.self = r->operation == REMOVE_SELF;
    work.mask = r->rights & MEMORY_READ ? 0xff : r->rights; /* without reading nothing is left: pages cannot be written only */
    work.is_checked = false;
    work.phase = r->type == TYPE_PORTS ? CHECK_NEXT : NEXT_INNER;
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

static void top_begin(struct grant *top, enum phase phase, enum phase next)
{
    const uint64_t end = top->place + ORDER_PAGES(top->order);
    const uint64_t from = top->place > work.tops.base ? top->place : work.tops.base;
    const uint64_t to = end < work.tops.end ? end : work.tops.end;

    work.top = work.at = top;
    work.low = top->frame + (from - top->place);
    work.high = top->frame + (to - top->place);
    work.phase = phase;
    work.next = next;
    if (phase == MARK && work.self)
        top->marked |= work.mask;
}

/* All grants of the place after this one; only now, because some may have been below this one. */
static inline void top_end(void)
{
    work.tops.next = work.top->younger;
    work.phase = work.next;
}

static inline bool is_inside(const struct grant *g)
{
    return g->frame >= work.low && g->frame + ORDER_PAGES(g->order) <= work.high;
}

/* Something larger than the range would have to be split. */
static bool check_one(void)
{
    /* Answer 6.7 (place 2 of 5) goes here: taking back, in pieces */
    not_implemented("6.7 taking back, in pieces");
}

static void mark_one(void)
{
    /* Answer 6.7 (place 3 of 5) goes here: taking back, in pieces */
    not_implemented("6.7 taking back, in pieces");
}

static inline void take_grant(struct grant *g)
{
    if (g->type == TYPE_PORTS) {
        work.close_pd = g->pd;
        work.close = g->place;
        work.close_end = g->place + ORDER_PAGES(g->order);
    }
    grant_take(g);
}

/* Backwards, so a grant is at its own turn without descendants that lose the same rights. */
static void take_one(void)
{
    /* Answer 6.7 (place 4 of 5) goes here: taking back, in pieces */
    not_implemented("6.7 taking back, in pieces");
}

/* ---- The whole ------------------------------------------------------------------------------------------------------ */

static void next_check(void)
{
    struct grant *top = tops_outer(&work.tops);

    if (top && work.self) {
        work_end(CONFLICT);
    } else if (top) {
        top_begin(top, CHECK, CHECK_NEXT);
    } else {
        work.tops.outer = work.tops.type == TYPE_PORTS ? 16 : LARGE_ORDER;
        work.is_checked = true;
        work.phase = NEXT_OUTER;
    }
}

static void next_outer(void)
{
    struct grant *top = tops_outer(&work.tops);

    if (top)
        top_begin(top, MARK, NEXT_OUTER);
    else
        work.phase = NEXT_INNER;
}

/* A large page is met here, if the range lies in one; it is the only place then. Returns what the step has cost, in grants. */
static unsigned next_inner(void)
{
    struct grant *top = tops_inner(&work.tops);

    if (top)
        top_begin(top, MARK, NEXT_INNER);
    else if (work.tops.outer > work.tops.order && !work.is_checked)
        work.phase = CHECK_NEXT;
    else if (tops_end(&work.tops))
        work_end(SUCCESS);
    return top ? 1 : SEARCH_COST;
}

static unsigned step(void)
{
    if (work.close < work.close_end) {
        work.close = ports_reopen(work.close_pd, work.close, work.close_end);
        return SEARCH_COST;
    }
    switch (work.phase) {
    case CHECK_NEXT:
        next_check();
        break;
    case CHECK:
        if (!check_one())
            work_end(CONFLICT);
        break;
    case NEXT_OUTER:
        next_outer();
        break;
    case NEXT_INNER:
        return next_inner();
    case MARK:
        mark_one();
        break;
    case TAKE:
        take_one();
    }
    return 1;
}

bool space_settle(void)
{
    for (unsigned done = 0; requests.first && done < PIECE;) {
        struct request *r = requests.first;
        if (r->state == REQUEST_WAITING)
            work_begin(r);
        done += step();
        if (r->state == REQUEST_DONE)
            break;
    }
    return !requests.first;
}

/* Continuation: goes on until the request has been dealt with, by this EC or another. */
static void remove_go_on(struct ec *self)
{
    /* Answer 6.7 (place 5 of 5) goes here: taking back, in pieces */
    not_implemented("6.7 taking back, in pieces");
}

noreturn void space_remove(struct ec *self, enum remove_operation operation, enum cap_type type, uint64_t range, uint32_t rights)
{
    request_begin((struct request *)&self->spaces, self->ipc.pd, operation, type, range, rights);
    remove_go_on(self);
    __builtin_unreachable();
}
