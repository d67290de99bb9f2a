/*
 * Semaphores: a count, or those who wait for it.
 */
#include "waiting.h"
#include "trace.h"

#include "panic.h"

/* ---- The queue ------------------------------------------------------------------------------------------------------ */

static inline void queue_append(struct sm *sm, struct ec *ec)
{
    /* Answer 7.1 (place 1 of 2) goes here: a queue */
    not_implemented("7.1 a queue");
}

static void queue_leave(struct ec *ec)
{
    /* Answer 7.1 (place 2 of 2) goes here: a queue */
    not_implemented("7.1 a queue");
}

/* Whoever ends a wait comes through here, so the others find nobody. Apart from sm_up, which is short when nobody waits. */
__attribute__((noinline)) void wait_end(struct ec *ec, enum status status, uint64_t value)
{
    trace(TRACE_SM_WAKE, ec->wait.sm, ec, 0, status);
    /* Answer 7.2 (place 1 of 5) goes here: up, down and the end */
    not_implemented("7.2 up, down and the end");
}

void sm_forget(struct ec *ec)
{
    if (!ec->wait.sm)
        return;
    queue_leave(ec);
    if (ec->wait.deadline.key)
        timeout_cancel(ec);
}

/* ---- Up and down ---------------------------------------------------------------------------------------------------- */

enum status sm_up(struct sm *sm)
{
    trace(TRACE_SM_UP, sm, sm->count, 0, 0);
    /* Answer 7.2 (place 2 of 5) goes here: up, down and the end */
    not_implemented("7.2 up, down and the end");
}

static noreturn void leave_with(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
    ec_leave_call(self);
}

/* There is nothing to take. Apart from sm_down, which is short when there is. */
static noreturn __attribute__((noinline)) void wait_begin(struct ec *self, struct sm *sm, uint64_t deadline)
{
    /* Answer 7.2 (place 3 of 5) goes here: up, down and the end */
    not_implemented("7.2 up, down and the end");
}

static inline __attribute__((always_inline)) noreturn void take(struct ec *self, struct sm *sm, bool all, uint64_t deadline)
{
    /* Answer 7.2 (place 4 of 5) goes here: up, down and the end */
    (void)wait_begin, (void)leave_with; not_implemented("7.2 up, down and the end");
}

/* The unmask may bring an up that was kept (rule 8), so it comes before the look at the count. */
static noreturn __attribute__((noinline)) void unmask_and_take(struct ec *self, struct sm *sm, bool all, uint64_t deadline)
{
    interrupt_unmask(sm->interrupt);
    take(self, sm, all, deadline);
}

noreturn void sm_down(struct ec *self, struct sm *sm, bool all, uint64_t deadline)
{
    if (sm->interrupt)
        unmask_and_take(self, sm, all, deadline);
    take(self, sm, all, deadline);
}

bool sm_end(struct object *object)
{
    /* Answer 7.2 (place 5 of 5) goes here: up, down and the end */
    not_implemented("7.2 up, down and the end");
}
