/*
 * The deadlines of a CPU: an index of those that differ, and a ring of ECs for each.
 *
 * The index is a digital search tree: no way in it is longer than 65 nodes, however many wait. The earliest deadline is
 * kept beside it, because the scheduler asks for it whenever it arms the timer.
 */
#include "waiting.h"

#include "cpu.h"
#include "panic.h"

static struct deadlines {
    struct digital_node *index;
    uint64_t next; /* the earliest; 0: none */
} deadlines[CPU_MAX];

static inline struct deadlines *deadlines_of(const struct ec *ec)
{
    return &deadlines[ec->run.cpu];
}

static inline struct ec *ec_of_deadline(struct digital_node *node)
{
    return (struct ec *)((char *)node - offsetof(struct ec, wait.deadline));
}

uint64_t timeout_next(void)
{
    const uint64_t next = deadlines[this_cpu()->id].next;

    return next ? next : UINT64_MAX;
}

static inline void find_earliest(struct deadlines *d)
{
    struct digital_node *first = digital_next(d->index, 0);

    d->next = first ? first->key : 0;
}

void timeout_add(struct ec *ec, uint64_t deadline)
{
    //! answer 7.3 begin
    struct deadlines *d = deadlines_of(ec); //! skeleton: not_implemented("7.3 deadlines");
    struct digital_node *same = digital_find(d->index, deadline);

    ec->wait.deadline.key = deadline;
    if (same) {
        struct ec *first = ec_of_deadline(same);
        ec->wait.later = first;
        ec->wait.earlier = first->wait.earlier;
        first->wait.earlier->wait.later = ec;
        first->wait.earlier = ec;
        return;
    }
    ec->wait.later = ec->wait.earlier = ec;
    digital_insert(&d->index, &ec->wait.deadline);
    if (!d->next || deadline < d->next) {
        d->next = deadline;
        sched_arm(deadline);
    }
    //! answer 7.3 end
}

/* If it was the earliest, the timer will fire once for nothing: cheaper than to arm it anew at every wake-up. */
void timeout_cancel(struct ec *ec)
{
    //! answer 7.3 begin
    struct ec_wait *const w = &ec->wait; //! skeleton: not_implemented("7.3 deadlines");
    struct deadlines *d = deadlines_of(ec);

    if (w->later == ec) {
        digital_remove(&d->index, &w->deadline);
        if (w->deadline.key == d->next)
            find_earliest(d);
    } else {
        if (digital_find(d->index, w->deadline.key) == &w->deadline)
            digital_replace(&d->index, &w->deadline, &w->later->wait.deadline);
        w->later->wait.earlier = w->earlier;
        w->earlier->wait.later = w->later;
    }
    w->deadline.key = 0;
    //! answer 7.3 end
}

void timeout_expire(uint64_t now)
{
    //! answer 7.3 begin
    struct deadlines *d = &deadlines[this_cpu()->id]; //! skeleton: not_implemented("7.3 deadlines");

    for (unsigned n = 0; n < WAIT_BATCH && d->next && d->next <= now; n++)
        wait_end(ec_of_deadline(digital_find(d->index, d->next)), TIMEOUT, 0);
    //! answer 7.3 end
}
