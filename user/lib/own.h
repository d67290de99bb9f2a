/*
 * How a component's own threads get something done: they call its entrypoint, like everybody. Nobody else has this
 * capability.
 */
#pragma once

#include "lib/rpc.h"

#define OWN_OPERATIONS(OP) OP(own, begin) OP(own, signals) OP(own, interrupt)

/* Runs construct. */
#define own_begin_IN(WORD, TEXT, CAP)
#define own_begin_OUT(WORD, TEXT, CAP)

/* Fetches and handles all signals. */
#define own_signals_IN(WORD, TEXT, CAP)
#define own_signals_OUT(WORD, TEXT, CAP)

/* Calls the handler of this struct interrupt. */
#define own_interrupt_IN(WORD, TEXT, CAP)  WORD(uint64_t, interrupt)
#define own_interrupt_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(own, OWN_OPERATIONS)

/* The capability; made by component.c before construct. */
extern struct rpc_object own_object;
