/*
 * Random numbers (xorshift64*, Marsaglia 2003): the same for the same seed, on any machine.
 */
#pragma once

#include <stdint.h>

struct random {
    uint64_t state; /* never 0 */
};

static inline uint64_t random_next(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * 0x2545f4914f6cdd1d;
}

/* 0 … n - 1 */
static inline uint64_t random_below(struct random *r, uint64_t n)
{
    return (random_next(r) >> 16) % n;
}

static inline uint64_t random_seed(uint64_t seed, uint64_t stream)
{
    struct random r = { (seed + 1) * 0x9e3779b97f4a7c15 ^ (stream + 1) * 0xbf58476d1ce4e5b9 };
    if (!r.state)
        r.state = 1;
    random_next(&r);
    return random_next(&r);
}
