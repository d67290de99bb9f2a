#include "body/clock.h"

#include "x86/lapic.h"
#include "x86/registers.h"

static uint64_t timer_per_tsc; /* ticks of the timer in one of the counter; 32 bits behind the point */

void clock_init(void)
{
    timer_per_tsc = (lapic_timer_hz << 32) / lapic_tsc_hz;
}

uint64_t clock_now(void)
{
    return read_tsc();
}

uint64_t clock_ticks(uint32_t us)
{
    return us * lapic_tsc_hz / 1000000;
}

/* One tick is added, so that rounding does not make it early. */
void clock_arm(uint64_t tick)
{
    uint64_t now = read_tsc();

    if (tick == UINT64_MAX) {
        lapic_timer_arm(0);
        return;
    }
    unsigned __int128 ticks = tick > now ? (unsigned __int128)(tick - now) * timer_per_tsc >> 32 : 0;
    lapic_timer_arm(ticks < UINT32_MAX ? (uint32_t)ticks + 1 : UINT32_MAX);
}
