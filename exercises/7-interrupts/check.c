/*
 * What is always true of semaphores and deadlines between two calls; for debug builds and tests.
 */
#include "waiting.h"

#ifdef CAIRN_CHECK

#include "panic.h"

void check_semaphore(const struct sm *sm);

void check_semaphore(const struct sm *sm)
{
    const struct ec *before = NULL;

    if (sm->count && sm->first)
        panic("check interrupts: a semaphore with a count has waiters");
    for (const struct ec *ec = sm->first; ec; before = ec, ec = ec->wait.next) {
        if (ec->wait.sm != sm || ec->wait.prev != before)
            panic("check interrupts: the queue of a semaphore is broken");
        if (!(ec->run.blocked & BLOCKED_WAIT))
            panic("check interrupts: an EC waits but is not blocked");
    }
    if (sm->last != before)
        panic("check interrupts: a semaphore's queue has another end");
}

#endif
