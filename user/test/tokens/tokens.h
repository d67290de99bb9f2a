/*
 * Tokens: objects that are only there to be passed on, and told apart when they are invoked.
 */
#pragma once

#include "lib/rpc.h"

enum { TOKENS_RAM = 4096, TOKENS_CAPS = 512, TOKENS = RPC_CAPS };

#define TOKENS_OPERATIONS(OP)                                                                                          \
    OP(tokens, make) OP(tokens, leave) OP(tokens, take) OP(tokens, leave_five) OP(tokens, take_five)

/* This server's own four; token n says n, from 1. */
#define tokens_make_IN(WORD, TEXT, CAP)
#define tokens_make_OUT(WORD, TEXT, CAP) CAP(a) CAP(b) CAP(c) CAP(d)

/* Invokes each while it serves the call, and keeps them. digits: what they said, the first in front. */
#define tokens_leave_IN(WORD, TEXT, CAP)  CAP(a) CAP(b) CAP(c) CAP(d)
#define tokens_leave_OUT(WORD, TEXT, CAP) WORD(uint64_t, digits)

/* What was left last, the last in front. */
#define tokens_take_IN(WORD, TEXT, CAP)
#define tokens_take_OUT(WORD, TEXT, CAP) CAP(a) CAP(b) CAP(c) CAP(d)

/* These two cannot be had: a message has room for four. */
#define tokens_leave_five_IN(WORD, TEXT, CAP) CAP(a) CAP(b) CAP(c) CAP(d) CAP(e)
#define tokens_leave_five_OUT(WORD, TEXT, CAP)

#define tokens_take_five_IN(WORD, TEXT, CAP)
#define tokens_take_five_OUT(WORD, TEXT, CAP) CAP(a) CAP(b) CAP(c) CAP(d) CAP(e)

RPC_INTERFACE(tokens, TOKENS_OPERATIONS)

#define TOKEN_OPERATIONS(OP) OP(token, digit)

#define token_digit_IN(WORD, TEXT, CAP)
#define token_digit_OUT(WORD, TEXT, CAP) WORD(uint64_t, digit)

RPC_INTERFACE(token, TOKEN_OPERATIONS)
