/*
 * The kernel's structures beside the model: an object in a slot is the same in both.
 */
#pragma once

#include "caps_model.h"
#include "caps_world.h"

extern struct object *real[SLOTS];

static inline struct pd *real_pd(int slot)
{
    return (struct pd *)real[slot];
}

/* Boots both, with root's two selectors. */
void walk_boot(void);

/* Compares everything; aborts with what differs. */
void walk_compare(void);

/* A random step, compared in what it returned. Interrupted removals are gone on with at once. */
void walk_step(void);

/* Several removals begin, are interrupted and gone on with in any order; then the step is over. */
void walk_overlap(void);

/* Destroys all PDs but root, and deletes all that root has but the kernel object and itself. */
void walk_clear(void);

/* Fails with a message, unless the condition holds. */
#define AGREE(condition, ...) ((condition) ? (void)0 : walk_differ(#condition, __LINE__, __VA_ARGS__))
noreturn void walk_differ(const char *condition, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
