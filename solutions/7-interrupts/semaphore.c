/*
 * Semaphores: a count, or those who wait for it.
 */
#include "waiting.h"
#include "trace.h"

#include "panic.h"

/* ---- The queue ------------------------------------------------------------------------------------------------------ */

static inline void queue_append(struct sm *sm, struct ec *ec)
{
    //! answer 7.1 begin
    ec->wait.sm = sm; //! skeleton: not_implemented("7.1 a queue");
    ec->wait.next = NULL;
    ec->wait.prev = sm->last;
    if (sm->last)
        sm->last->wait.next = ec;
    else
        sm->first = ec;
    sm->last = ec;
    //! answer 7.1 end
}

static void queue_leave(struct ec *ec)
{
    //! answer 7.1 begin
    struct ec_wait *const w = &ec->wait; //! skeleton: not_implemented("7.1 a queue");
    struct sm *const sm = w->sm;

    if (w->prev)
        w->prev->wait.next = w->next;
    else
        sm->first = w->next;
    if (w->next)
        w->next->wait.prev = w->prev;
    else
        sm->last = w->prev;
    w->sm = NULL;
    //! answer 7.1 end
}

/* Whoever ends a wait comes through here, so the others find nobody. Apart from sm_up, which is short when nobody waits. */
__attribute__((noinline)) void wait_end(struct ec *ec, enum status status, uint64_t value)
{
    trace(TRACE_SM_WAKE, ec->wait.sm, ec, 0, status);
    //! answer 7.2 begin
    queue_leave(ec); //! skeleton: not_implemented("7.2 up, down and the end");
    if (ec->wait.deadline.key)
        timeout_cancel(ec);
    ec->state.frame.rax = status;
    ec->state.frame.rdx = value;
    ec_wake(ec, BLOCKED_WAIT);
    //! answer 7.2 end
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
    //! answer 7.2 begin
    const uint64_t more = sm->count + 1; //! skeleton: not_implemented("7.2 up, down and the end");

    if (sm->first)
        wait_end(sm->first, SUCCESS, 1);
    else if (more > SM_COUNT_MAX)
        return TOO_MANY;
    else
        sm->count = more;
    return SUCCESS;
    //! answer 7.2 end
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
    //! answer 7.2 begin
    trace(TRACE_SM_DOWN, sm, 0, deadline, 1); //! skeleton: not_implemented("7.2 up, down and the end");
    if (deadline != DEADLINE_NEVER && deadline <= clock_now())
        leave_with(self, TIMEOUT, 0);
    queue_append(sm, self);
    if (deadline != DEADLINE_NEVER)
        timeout_add(self, deadline);
    self->run.cont = ec_leave_call;
    ec_block(self);
    //! answer 7.2 end
}

static inline __attribute__((always_inline)) noreturn void take(struct ec *self, struct sm *sm, bool all, uint64_t deadline)
{
    //! answer 7.2 begin
    if (!sm->count) //! skeleton: (void)wait_begin, (void)leave_with; not_implemented("7.2 up, down and the end");
        wait_begin(self, sm, deadline);
    const uint64_t taken = all ? sm->count : 1;
    sm->count -= taken;
    trace(TRACE_SM_DOWN, sm, taken, deadline, 0);
    leave_with(self, SUCCESS, taken);
    //! answer 7.2 end
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
    //! answer 7.2 begin
    struct sm *sm = (struct sm *)object; //! skeleton: not_implemented("7.2 up, down and the end");

    if (sm->interrupt)
        interrupt_release(sm->interrupt);
    for (unsigned n = 0; n < WAIT_BATCH && sm->first; n++)
        wait_end(sm->first, ABORTED, 0);
    return !sm->first;
    //! answer 7.2 end
}
