/*
 * Remote procedure calls: an interface is one header, a list of operations, from which the preprocessor makes the client's
 * stubs, the server's dispatch and the names in traces.
 *
 *     #define CLOCK_OPERATIONS(OP) OP(clock, now) OP(clock, alarm)
 *
 *     #define clock_now_IN(WORD, TEXT, CAP)
 *     #define clock_now_OUT(WORD, TEXT, CAP)   WORD(uint64_t, us)
 *     #define clock_alarm_IN(WORD, TEXT, CAP)  WORD(uint64_t, us) TEXT(name, 32) CAP(signal)
 *     #define clock_alarm_OUT(WORD, TEXT, CAP)
 *
 *     RPC_INTERFACE(clock, CLOCK_OPERATIONS)
 *
 * gives clients
 *
 *     enum outcome clock_now(struct capability self, uint64_t *us);
 *     enum outcome clock_alarm(struct capability self, uint64_t us, const char *name, struct capability signal);
 *
 * and a server, in one of its C files, with RPC_SERVE(clock, CLOCK_OPERATIONS)
 *
 *     struct clock_operations { enum outcome (*now)(struct rpc_object *self, uint64_t *us); ... };
 *     extern const struct rpc_interface clock_interface;
 *
 * WORD(type, name) is a number of at most 64 bits, TEXT(name, size) a text of at most size − 1 characters (a result's buffer
 * has that size), CAP(name) a capability. A result is 0, "" or NO_CAPABILITY unless the outcome is OK or PENDING. A server
 * that is gone, or answers nonsense, is GONE. Longer texts than fit are INVALID and never sent. Field names must not begin
 * with rpc_.
 */
#pragma once

#include "lib/capability.h"
#include "lib/outcome.h"
#include "lib/thread.h"

enum {
    RPC_HEAD = 2,      /* words before the fields. request: operation, 0; reply: outcome, lacking */
    RPC_CAPS = 4,      /* capabilities of a message, at most */
};

/* A message being written or read, field by field. */
struct rpc_message {
    struct utcb *utcb;
    uint32_t words, items; /* read: what arrived; written: so far */
    uint32_t word, item;   /* read: the next one */
    uint32_t arrived;      /* capabilities of a request */
    bool bad;              /* a field was missing, too long or not ended */
    struct capability capability[RPC_CAPS];
};

struct rpc_interface {
    const char *name;
    const char *const *operation; /* their names, "clock.now" */
    uint32_t operations;
    MUST_USE enum outcome (*dispatch)(struct rpc_object *object, struct rpc_message *message, uint64_t operation);
};

/* What a client calls. Embedded in the server's own structure; see entrypoint.h. */
struct rpc_object {
    const struct rpc_interface *interface;
    const void *operations;       /* the structure that RPC_INTERFACE has declared */
    struct capability capability; /* to be passed on: the right to call */
};

/* Bytes that an account lacked, from the last refusal (OUT_OF_*, INSUFFICIENT_*) that this thread got. A server says it with
 * rpc_set_lacking before it returns such an outcome. */
uint64_t rpc_lacking(void);
void rpc_set_lacking(uint64_t bytes);

/* ---- What the stubs call ----------------------------------------------------------------------------------------------- */

MUST_USE enum outcome rpc_call(struct capability to, struct rpc_message *message, uint32_t capabilities);
void rpc_drop(struct rpc_message *message); /* what came though nobody asked for it */

void rpc_put_text(struct rpc_message *message, const char *text, uint32_t size);
void rpc_put_capability(struct rpc_message *message, struct capability capability);
void rpc_get_text(struct rpc_message *message, char *text, uint32_t size);
struct capability rpc_get_capability(struct rpc_message *message);


/* The short ones are here, so that a call costs little more than what the kernel does. */

static inline void rpc_begin(struct rpc_message *m, uint64_t operation)
{
    m->utcb = thread_self()->utcb;
    m->words = RPC_HEAD;
    m->items = m->word = m->item = m->arrived = 0;
    m->bad = false;
    m->utcb->word[0] = operation;
    m->utcb->word[1] = 0;
}

static inline void rpc_end(struct rpc_message *m)
{
    if (m->item < m->items)
        rpc_drop(m);
}

/* A reply is written over the request. */
static inline void rpc_begin_reply(struct rpc_message *m)
{
    m->words = RPC_HEAD;
    m->items = 0;
}

static inline void rpc_put_word(struct rpc_message *m, uint64_t word)
{
    if (m->words == WORD_COUNT)
        m->bad = true;
    else
        m->utcb->word[m->words++] = word;
}

static inline uint64_t rpc_get_word(struct rpc_message *m)
{
    if (m->word < m->words)
        return m->utcb->word[m->word++];
    m->bad = true;
    return 0;
}

#include "lib/rpc_macros.h"
