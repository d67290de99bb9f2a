/*
 * What is always true of semaphores and deadlines between two calls and at every preemption point; for debug builds and tests.
 */
#include "waiting.h"

#ifdef CAIRN_CHECK

#include "cpu.h"
#include "panic.h"

void check_semaphore(const struct sm *sm);
void check_waits(void);

/* Whoever has a deadline is in the ring of those with the same, and the timer's next one is no later. */
static void check_deadline(const struct ec *ec)
{
    const struct ec_wait *w = &ec->wait;

    if (w->later->wait.earlier != ec || w->earlier->wait.later != ec || w->later->wait.deadline.key != w->deadline.key)
        panic("check interrupts: the ring of a deadline is broken");
    if (ec->run.cpu == this_cpu()->id && timeout_next() > w->deadline.key)
        panic("check interrupts: an EC has a deadline before the earliest");
}

static void check_waiter(const struct ec *ec)
{
    const struct ec_wait *w = &ec->wait;

    if (!(ec->run.blocked & BLOCKED_WAIT) != !w->sm)
        panic("check interrupts: an EC that is blocked as a waiter is in no queue, or one in a queue is not blocked");
    if (w->sm && (w->prev ? w->prev->wait.next : w->sm->first) != ec)
        panic("check interrupts: an EC waits for a semaphore that does not know it");
    if (w->deadline.key && !w->sm)
        panic("check interrupts: an EC has a deadline and waits for nothing");
    if (w->deadline.key)
        check_deadline(ec);
}

void check_semaphore(const struct sm *sm)
{
    const struct ec *before = NULL;

    if (sm->count && sm->first)
        panic("check interrupts: a semaphore with a count has waiters");
    for (const struct ec *ec = sm->first; ec; before = ec, ec = ec->wait.next) {
        if (ec->wait.sm != sm || ec->wait.prev != before)
            panic("check interrupts: the queue of a semaphore is broken");
        check_waiter(ec);
    }
    if (sm->last != before)
        panic("check interrupts: a semaphore's queue has another end");
}

/* An EC is in the list of its PD until it ends. */
static bool has_ended(const struct ec *ec)
{
    return (ec->ipc.prev ? ec->ipc.prev->ipc.next : ec->ipc.pd->ecs) != ec;
}

static void check_living(const struct sm *sm)
{
    for (const struct ec *ec = sm->first; ec; ec = ec->wait.next)
        if (has_ended(ec))
            panic("check interrupts: an EC that has ended still waits");
}

static void check_sm(const struct sm *sm)
{
    check_semaphore(sm);
    check_living(sm);
}

static void check_pd(const struct pd *pd)
{
    for (const struct ec *ec = pd->ecs; ec; ec = ec->ipc.next)
        check_waiter(ec);
    for (const struct object *o = pd->paid; o; o = o->next)
        if (o->type == TYPE_SM)
            check_sm((const struct sm *)o);
        else if (o->type == TYPE_PD)
            check_pd((const struct pd *)o);
}

/* Every PD is paid by one that is paid by ... the first. */
void check_waits(void)
{
    const struct pd *pd = this_cpu()->current->ipc.pd;

    while (pd && pd->object.payer)
        pd = pd->object.payer;
    if (pd)
        check_pd(pd);
}

#endif
