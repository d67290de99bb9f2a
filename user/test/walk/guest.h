/*
 * The guest's side of the walk.
 */
#pragma once

#include "kit/kit.h"
#include "walk/walk.h"

/* What the present step is, and what is seen of it. All actors' ECs read and write here, as their PDs share the program's data.
 */
extern struct walk_step now;
extern struct walk_seen seen;

/* they_die: or nothing may be taken back, because the kernel cannot do it yet. */
void actors_init(bool they_die);

/* Root's selector of the actor's PD. */
uint64_t actor_pd(unsigned actor);

/* Address of the UTCB of the actor's receiver, in its own PD. */
struct utcb *actor_receiver_utcb(unsigned actor);

/* Runs f in the actor. What the call to the worker returns: ABORTED if the actor died of it. */
result actor_visit(unsigned actor, void (*f)(void));

/* A step each. The result is the status and value of what root did. */
result actor_birth(unsigned actor, unsigned payer, uint64_t quota, uint64_t number);
result actor_end(unsigned actor);

/* Cleans up behind actors that have died; returns a bit for each one that lives. */
uint32_t actors_settle(void);

/* What a receiver does when it is called (main.c). */
uint64_t receive(struct portal *portal, uint64_t descriptor);
