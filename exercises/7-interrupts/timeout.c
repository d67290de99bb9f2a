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
    /* Answer 7.3 (place 1 of 3) goes here: deadlines */
    not_implemented("7.3 deadlines");
}

/* If it was the earliest, the timer will fire once for nothing: cheaper than to arm it anew at every wake-up. */
void timeout_cancel(struct ec *ec)
{
    /* Answer 7.3 (place 2 of 3) goes here: deadlines */
    not_implemented("7.3 deadlines");
}

void timeout_expire(uint64_t now)
{
    /* Answer 7.3 (place 3 of 3) goes here: deadlines */
    not_implemented("7.3 deadlines");
}
