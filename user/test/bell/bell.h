/*
 * Bell: whoever has a session may ring, as often as he likes, and is never waited for.
 */
#pragma once

#include "lib/rpc.h"

enum { BELL_RAM = 4096, BELL_CAPS = 512 };

#define BELL_OPERATIONS(OP) OP(bell, contexts) OP(bell, rung) OP(bell, gone)

/* Signals to submit: ring counts, victim will be taken away. */
#define bell_contexts_IN(WORD, TEXT, CAP)
#define bell_contexts_OUT(WORD, TEXT, CAP) CAP(ring) CAP(victim)

/* The client has submitted ring so often, and will not any more. */
#define bell_rung_IN(WORD, TEXT, CAP) WORD(uint64_t, times)
#define bell_rung_OUT(WORD, TEXT, CAP)

/* The client was told that there is no victim any more. */
#define bell_gone_IN(WORD, TEXT, CAP)
#define bell_gone_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(bell, BELL_OPERATIONS)
