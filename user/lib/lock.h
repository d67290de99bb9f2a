/*
 * A lock between the threads of one component. Free and uncontended it costs one atomic instruction; who finds it taken
 * waits on a semaphore. It does not know its owner: a thread that takes it twice waits for ever.
 *
 * A lock is only for threads of one's own. Whoever is less trusted never gets a capability to its semaphore.
 */
#pragma once

#include "lib/outcome.h"

struct lock {
    uint32_t users;     /* the holder and those who wait */
    uint32_t semaphore; /* 0: there is only one thread so far */
};

/* Must come before the second thread. OUT_OF_CAPS when the component's account lacks the semaphore. */
MUST_USE enum outcome lock_init(struct lock *lock);

void lock_take(struct lock *lock);
void lock_release(struct lock *lock);
