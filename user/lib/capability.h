/*
 * Capabilities and how long they live.
 *
 * A capability is a number of this PD and the rights to pass on. One object has one number here, however often it arrives
 * (kernel/ABI.md §4), so who drops "his" capability must not take it from others in this component: the library counts. What
 * arrives in a message is counted and acknowledged; when the count falls to 0 the number is deleted. If at that moment the
 * same object has just arrived for another thread, the kernel says PINNED, the number stays, and the count begins again with
 * that arrival.
 *
 *     arrives as result of an RPC      the caller has one count, and gives it back with capability_release
 *     arrives as argument of an RPC    lent for the length of the handler; capability_retain to keep it
 *     made here (object, semaphore)    its maker has one count
 */
#pragma once

#include <stdbool.h>

#include "cairn/abi.h"
#include "lib/outcome.h"

struct capability {
    uint32_t selector;
    uint32_t rights; /* sent along when it is passed on */
};

#define NO_CAPABILITY ((struct capability){ 0, 0 })

static inline bool capability_valid(struct capability c)
{
    return c.selector != 0;
}

/* This component's own PD, with the right to pay: what the library's kernel calls are charged to. */
struct capability capability_own_pd(void);

/* Arrivals can be received before it, nothing can be made. */
void capability_init(struct capability own_pd);

/* One count more, one less. Nothing happens for NO_CAPABILITY. */
void capability_retain(struct capability c);
void capability_release(struct capability c);

/* An empty number for a create call, counted once; 0: all are taken. */
MUST_USE uint32_t capability_number_new(void);

/* Gives back a number under which nothing was made. */
void capability_number_free(uint32_t number);

/* ---- For rpc.c: arrivals ----------------------------------------------------------------------------------------------- */

/* Opens the object window of a UTCB for up to `records` new capabilities; 0 closes it. */
void capability_window(struct utcb *utcb, uint32_t records);

/* Counts and acknowledges what an item has brought. */
struct capability capability_arrived(const struct item *item);

/* The item that passes a capability on. */
struct item capability_item(struct capability c);

/* ---- For entrypoint.c: which object of one's own is behind a number ---------------------------------------------------- */

struct rpc_object;

/*
 * One for each number. The generation tells a call to a dissolved object from one to its successor under the same number.
 * How many there are is a program's own matter: who links a table of its own, instead of capability_table.c, has more.
 */
struct capability_slot {
    struct rpc_object *object;
    uint64_t state; /* see capability.c */
    uint32_t generation;
};

extern struct capability_slot capability_slot[];
extern const uint32_t capability_slots; /* a multiple of 128, at least 512 */
