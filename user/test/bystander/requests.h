/*
 * Requests: a parent says how many requests have come to it, whatever they were.
 */
#pragma once

#include "lib/rpc.h"

#define REQUESTS_OPERATIONS(OP) OP(requests, so_far)

/* This request is one of them. */
#define requests_so_far_IN(WORD, TEXT, CAP)
#define requests_so_far_OUT(WORD, TEXT, CAP) WORD(uint64_t, count)

RPC_INTERFACE(requests, REQUESTS_OPERATIONS)
