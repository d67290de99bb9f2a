/*
 * The time: the processor's counter, whose frequency is measured once with the board's timer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Now, and as many ticks of the board's timer later: then the frequency is known. */
void clock_begin(void);
void clock_measured(uint32_t pit_ticks);

/* µs since clock_begin. Only once measured. */
uint64_t clock_us(void);
