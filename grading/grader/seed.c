/* See seed.h. */
#include "seed.h"

#include <sys/random.h>

struct status seed_draw(uint64_t *seed)
{
    uint32_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return status_errno("getrandom");
    *seed = random;
    return status_ok();
}

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static uint64_t hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3;
    return h;
}

uint64_t seed_of_test(uint64_t seed, const char *id)
{
    uint64_t z = (seed ^ hash(id)) + 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
