/*
 * What calls take beside so many of something, in instructions (measure.h). Each function makes that many, measures and,
 * unless it says otherwise, takes them away again. What is theirs has the numbers of many.h, from MANY_FIRST on.
 */
#pragma once

#include "kit/many.h"
#include "kit/measure.h"

/* What one call takes, by itself: one that changes what the next would find. */
uint64_t once(const struct measured *call);

/* Destroys and deletes count numbers from this one on. */
void drop(uint64_t from, uint64_t count);

/* The caller's PD has so many capabilities. */
struct beside_capabilities {
    uint64_t call, up, create_sm;
} beside_capabilities(uint64_t count);

/* One capability has so many descendants, all side by side in as many PDs: taking all of them back, in one call. */
uint64_t revoke_below(uint64_t count);

/* So many ECs wait with deadlines far away, all on sm. They are there until many_drop(count). */
struct beside_sleepers {
    uint64_t down_timeout, up, sleep_and_wake, sm;
} beside_sleepers(uint64_t count);

/* Two threads of one priority and PD wake each other so many times: both ways through the scheduler, stubs included. */
uint64_t change(uint64_t times, uint64_t budget_us);

/* So many ECs are ready behind one that runs: a thread of a higher priority wakes another and sleeps, and the same back. */
uint64_t change_beside_ready(uint64_t count);

/* So many wait for the semaphore: an up that wakes one of them. */
uint64_t up_for_waiters(uint64_t count);

/* A call that delegates an item to a PD with so many numbers in its table, and what takes it back with `take`. */
struct delegation {
    uint64_t call, revoke, call_stub, revoke_stub;
} delegate_beside(uint64_t count, struct item item, const struct measured *take);
