#include "lib/lock.h"

#include "lib/calls.h"
#include "lib/capability.h"

enum outcome lock_init(struct lock *lock)
{
    lock->semaphore = capability_number_new();
    if (!lock->semaphore)
        return OUT_OF_CAPS;
    const result r = create_sm(lock->semaphore, capability_own_pd().selector, 0);
    if (r.rax != SUCCESS)
        capability_number_free(lock->semaphore);
    return outcome_of_status(r.rax);
}

void lock_take(struct lock *lock)
{
    if (__atomic_fetch_add(&lock->users, 1, __ATOMIC_ACQUIRE) > 0)
        sm_down(lock->semaphore, DEADLINE_NEVER);
}

void lock_release(struct lock *lock)
{
    if (__atomic_fetch_sub(&lock->users, 1, __ATOMIC_RELEASE) > 1)
        sm_up(lock->semaphore);
}
