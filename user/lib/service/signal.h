/*
 * SIGNAL: "something has happened", without waiting and without content. A session is where one component gets its signals;
 * each thing that may happen is a context of it, whose capability goes to whom shall tell.
 *
 * Submissions of one context merge into a count. After a context was delivered it is not delivered again until the next call
 * of `next`, which acknowledges it.
 */
#pragma once

#include "lib/rpc.h"

enum { SIGNAL_RAM = 4096, SIGNAL_CAPS = 1024 };

/* What each context costs of the session's quota. */
enum { SIGNAL_CONTEXT_CAPS = 288 };

#define SIGNAL_OPERATIONS(OP) OP(signal, doorbell) OP(signal, create) OP(signal, free) OP(signal, next)

/* A semaphore that is up once for each context that is to be fetched. */
#define signal_doorbell_IN(WORD, TEXT, CAP)
#define signal_doorbell_OUT(WORD, TEXT, CAP) CAP(semaphore)

/* A context: imprint is what `next` will tell. OUT_OF_*: the session's quota is used up. */
#define signal_create_IN(WORD, TEXT, CAP)  WORD(uint64_t, imprint)
#define signal_create_OUT(WORD, TEXT, CAP) CAP(context)

#define signal_free_IN(WORD, TEXT, CAP) CAP(context)
#define signal_free_OUT(WORD, TEXT, CAP)

/* Acknowledges the context told last, and tells the next one with all its submissions. NOTHING: there is none. */
#define signal_next_IN(WORD, TEXT, CAP)
#define signal_next_OUT(WORD, TEXT, CAP) WORD(uint64_t, imprint) WORD(uint64_t, count)

RPC_INTERFACE(signal, SIGNAL_OPERATIONS)

#define SIGNAL_CONTEXT_OPERATIONS(OP) OP(signal_context, submit)

#define signal_context_submit_IN(WORD, TEXT, CAP) WORD(uint64_t, count)
#define signal_context_submit_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(signal_context, SIGNAL_CONTEXT_OPERATIONS)
