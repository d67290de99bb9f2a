/*
 * Invoked: one method, which marks in the kernel's trace that it runs (user/test/invocation.sh).
 */
#pragma once

#include "lib/rpc.h"

enum { INVOKED_RAM = 4096, INVOKED_CAPS = 512 };

#define INVOKED_OPERATIONS(OP) OP(invoked, unused) OP(invoked, twice)

#define invoked_unused_IN(WORD, TEXT, CAP)
#define invoked_unused_OUT(WORD, TEXT, CAP)

#define invoked_twice_IN(WORD, TEXT, CAP)  WORD(uint64_t, number)
#define invoked_twice_OUT(WORD, TEXT, CAP) WORD(uint64_t, twice)

RPC_INTERFACE(invoked, INVOKED_OPERATIONS)
