/* Milliseconds on a clock that never goes back; for waiting, never for marks. */
#ifndef CAIRN_MACHINE_CLOCK_H
#define CAIRN_MACHINE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

#endif
