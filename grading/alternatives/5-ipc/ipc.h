/*
 * What the files of this stage share among themselves.
 */
#pragma once

#include "contract/1-entry.h"
#include "contract/5-ipc.h"
#include "cpu.h"
#include "ec.h"
#include "panic.h"
#include "path.h"
#include "trace.h"

/* ---- Leaving with a status ------------------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) noreturn void refuse_with(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
    trace(TRACE_EXIT, NULL, value, 0, status);
    ec_leave_call(self);
}

static inline __attribute__((always_inline)) noreturn void refuse(struct ec *self, enum status status)
{
    refuse_with(self, status, 0);
}

/*
 * A field of a UTCB, read exactly once (rule 5): without volatile the compiler may read it again behind the check.
 */
#define READ_ONCE(field) (*(const volatile __typeof__(field) *)&(field))

/* ---- What an EC waits for ------------------------------------------------------------------------------------------- */

/*
 * What an EC that waits has sent, or wants to send, is said by ipc.event: the number of an event, or this, which is no
 * event's number. So it is known without a look at the continuation what the reply may give it, and what begins anew after
 * helping.
 */
#define CALLING EVENT_COUNT

static inline bool waits_for_call(const struct ec *client)
{
    return client->ipc.event == CALLING;
}

/*
 * What a call ends with: the client takes it when it next runs. It has begun, so its arguments are not needed any more, and
 * the results stand where those stood.
 */
static inline void call_results(struct ec *client, enum status status, uint64_t descriptor)
{
    client->ipc.selector = status;
    client->ipc.descriptor = descriptor;
}

/* A local EC without a continuation is free: it waits for a call. */
static inline bool is_receiving(const struct ec *server)
{
    return !server->run.cont;
}

/* The next EC in the chain of those that wait for one another, or NULL. It waits for a reply or for a server, never for both. */
static inline struct ec *waits_for(const struct ec *ec)
{
    return ec->ipc.callee ? ec->ipc.callee : ec->ipc.wanted;
}

/* The same as ipc_runner, in place, because it is on the path of every reply; there it is usually ec itself. */
static inline struct ec *chain_end(struct ec *ec)
{
    struct ec *callee;

    while ((callee = ec->ipc.callee))
        ec = callee;
    return ec;
}

/* The portal that selector names in self's PD, or NULL. */
static inline struct pt *portal_lookup(const struct ec *self, uint64_t selector, uint32_t right)
{
    _Static_assert(offsetof(struct pt, object) == 0, "a portal's object is a portal");
    return (struct pt *)cap_lookup(self->ipc.pd, selector, TYPE_PT, right);
}

/* ---- help.c --------------------------------------------------------------------------------------------------------- */

/*
 * Whether self, the current EC, would wait for itself if it waited for server. A long chain has preemption points, behind which
 * self's call or event begins anew.
 */
bool closes_circle(struct ec *self, struct ec *server);

/*
 * server is busy: self wants it, and its time goes to whoever holds server up. When self next runs, its call or event begins
 * anew.
 */
noreturn void help(struct ec *self, struct ec *server);

/* self wants nobody any more. Nothing happens when it did not. */
void stop_wanting(struct ec *self);

/* ---- event.c, event_words.c ----------------------------------------------------------------------------------------- */

/* Raises the event that is in self's ipc and frame, for the first time or anew. */
noreturn void event_raise(struct ec *self);

/* Writes the words of an event message about ec, the current EC, into utcb. Returns how many there are. */
unsigned event_tell(struct ec *ec, uint32_t transfer, struct utcb *utcb);

/* Takes from the reply in utcb, which has so many words, what ec's event allows to be set. ec is not the current EC. */
void event_take(struct ec *ec, const struct utcb *utcb, unsigned words);
