#include "driver/timer/clock.h"

#include "driver/timer/pit.h"

static uint64_t start, hz;

static uint64_t counter(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return low | (uint64_t)high << 32;
}

void clock_begin(void)
{
    start = counter();
}

void clock_measured(uint32_t pit_ticks)
{
    hz = (counter() - start) * PIT_HZ / pit_ticks;
}

/* Seconds and the rest apart, so that nothing overflows in the first centuries. */
uint64_t clock_us(void)
{
    const uint64_t ticks = counter() - start;
    return ticks / hz * 1000000 + ticks % hz * 1000000 / hz;
}
