/*
 * Adder: the smallest service that remembers something for each client.
 */
#pragma once

#include "lib/rpc.h"

enum { ADDER_RAM = 4096, ADDER_CAPS = 512 };

#define ADDER_OPERATIONS(OP) OP(adder, add) OP(adder, name) OP(adder, tell)

/* What has been added so far in this session. */
#define adder_add_IN(WORD, TEXT, CAP)  WORD(uint64_t, number)
#define adder_add_OUT(WORD, TEXT, CAP) WORD(uint64_t, sum)

/* The session's label, behind a greeting. */
#define adder_name_IN(WORD, TEXT, CAP)  TEXT(greeting, 32)
#define adder_name_OUT(WORD, TEXT, CAP) TEXT(answer, 64)

/* Submits a signal as often as the sum says. */
#define adder_tell_IN(WORD, TEXT, CAP) CAP(signal)
#define adder_tell_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(adder, ADDER_OPERATIONS)
