/*
 * The fuzzer's parts: what a call looks like (calls.c), who makes them and what becomes of it (main.c).
 */
#pragma once

#include "fuzz/random.h"
#include "kit/kit.h"
#include "kit/measure.h"

enum {
    FUZZ_FIRST = 128, /* numbers that the fuzzing PDs play with */
    FUZZ_COUNT = 60,
    FUZZ_KERNEL = 127, /* the kernel object, without STOP */
};

extern uint64_t fuzz_frame; /* 64 frames from here on are theirs */

/* A random call; r is changed, and the EC's own UTCB, for messages. */
void fuzz_call(struct random *r, struct measured *call, struct utcb *utcb);
uint64_t fuzz_message(struct random *r, struct utcb *utcb);
void fuzz_windows(struct random *r, struct utcb *utcb);
