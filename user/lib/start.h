/*
 * Making a component from a program, as its parent: accounts, a domain, memory with the program in it, a thread. All of it
 * comes from the parent's own accounts, and all of it comes back.
 */
#pragma once

#include "lib/child.h"
#include "lib/dataspace.h"

struct start {
    const char *name;   /* in labels */
    const char *binary; /* the ROM with its program */
    uint64_t ram, caps; /* bytes */
};

/* Sessions that a parent opens for each child at its own parent, in this order; they are closed in the other. */
enum own_session { OWN_RAM, OWN_CAP, OWN_CPU, OWN_LOG, OWN_SIGNAL, OWN_PD, OWN_BINARY, OWN_COUNT };

struct started {
    struct child child;
    struct session own[OWN_COUNT];
    struct memory sessions; /* for its requests; given back when the last of them is */
};

/*
 * Makes it and lets it run. On failure everything has been taken back, *step says where it failed, and rpc_lacking() what
 * was missing. In construct, or where all that is needed can be had at once: core's sessions can.
 */
MUST_USE enum outcome child_start(struct env *env, struct started *s, const struct start *start,
                                  const struct child_policy *policy, const char **step);

/*
 * Ends it: threads and memory first, so that it does nothing any more; then the accounts, whose rest is the parent's again;
 * then its sessions. Not on its own time, so not in a handler that it has called.
 */
void child_stop(struct env *env, struct started *s);

/* When child_is_clear: gives back what described its sessions. Called by child_stop, and by the policy's `cleared`. */
void child_forget(struct env *env, struct started *s);

/* The policy's `transfer`: between the child's accounts and the parent's. */
MUST_USE enum outcome child_transfer(struct env *env, struct started *s, uint64_t ram, uint64_t caps, bool give);

/* The policy's `upgrade_environment`. */
MUST_USE enum outcome child_upgrade_own(struct env *env, struct started *s, enum env_session number, uint64_t ram, uint64_t caps);
