/*
 * What the files of this stage share among themselves.
 */
#pragma once

#include "contract/1-entry.h"
#include "contract/5-ipc.h"
#include "cpu.h"
#include "finish.h"
#include "panic.h"
#include "path.h"

/* ---- Leaving with a status ------------------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) noreturn void refuse(struct ec *self, enum status status)
{
    finish(self, status, 0);
}

/*
 * A field of a UTCB, read exactly once (rule 5): without volatile the compiler may read it again behind the check.
 */
#define READ_ONCE(field) (*(const volatile __typeof__(field) *)&(field))

/* A base and the count behind it, as one word (PAIR). */
typedef uint64_t __attribute__((may_alias)) utcb_pair;
#define READ_PAIR(field) (*(const volatile utcb_pair *)&(field))

/* ---- What an EC waits for ------------------------------------------------------------------------------------------- */

/*
 * An EC that waits for a reply has its callee in ipc.callee and, as its continuation, the way on which it will leave when the
 * reply has come. That tells what kind of message it has sent: a call leaves behind its system call, an event with all its
 * registers.
 */
static inline bool waits_for_call(const struct ec *client)
{
    return client->run.cont == ec_leave_call;
}

/* A local EC without a continuation is free: it waits for a call. */
static inline bool is_receiving(const struct ec *server)
{
    return !server->run.cont;
}

/* The next EC in the chain of those that wait for one another, or NULL. */
static inline struct ec *waits_for(const struct ec *ec)
{
    /* Answer 5.6 (place 6 of 6) goes here: when one side dies */
    not_implemented("5.6 when one side dies");
}

/* The same as ipc_runner, in place, because it is on the path of every reply; there it is usually ec itself. */
static inline struct ec *chain_end(struct ec *ec)
{
    /* Answer 5.1 (place 3 of 4) goes here: client and server meet */
    not_implemented("5.1 client and server meet");
}

/* The portal that selector names in self's PD, or NULL. */
static inline struct pt *portal_lookup(const struct ec *self, uint64_t selector, uint32_t right)
{
    _Static_assert(offsetof(struct pt, object) == 0, "a portal's object is a portal");
    return (struct pt *)cap_lookup(self->ipc.pd, selector, TYPE_PT, right);
}

/* ---- Task 5.7 (help.c) ---------------------------------------------------------------------------------------------- */

/*
 * Whether self would wait for itself if it waited for server. A long chain has preemption points; again: self's continuation
 * there.
 */
bool closes_circle(struct ec *self, struct ec *server, continuation *again);

/* server is busy: self wants it, and its time goes to whoever holds server up. When self next runs, it does again. */
noreturn void help(struct ec *self, struct ec *server, continuation *again);

/* self wants nobody any more. Nothing happens when it did not. */
void stop_wanting(struct ec *self);

/* ---- Task 5.5 (event.c, event_words.c) ------------------------------------------------------------------------------ */

/* Writes the words of an event message about ec, the current EC, into utcb. Returns how many there are. */
unsigned event_tell(struct ec *ec, uint32_t transfer, struct utcb *utcb);

/* Takes from the reply in utcb, which has so many words, what ec's event allows to be set. ec is not the current EC. */
void event_take(struct ec *ec, const struct utcb *utcb, unsigned words);
