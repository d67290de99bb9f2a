/*
 * The local APIC of this CPU: end of interrupt and the one-shot timer (SDM vol. 3A chapter 10).
 *
 * Time is counted in ticks of the APIC timer at divisor 1.
 */
#pragma once

#include <stdint.h>

/* Maps and enables the local APIC, masks the legacy interrupt controllers. Once per CPU; panics when it cannot be mapped. */
void lapic_init(void);

/* Ends the interrupt in service. Interrupts off. */
void lapic_eoi(void);

/* Interrupts with VECTOR_TIMER after ticks (1 … 2^32 - 1); 0 disarms. Replaces what was armed before. */
void lapic_timer_arm(uint32_t ticks);

/*
 * How many ticks of the timer, and how many of the time-stamp counter, pass in a second: says it or, what is 0, measures it,
 * against the PIT's 1.193182 MHz, for 10 ms. Once, after the first lapic_init, interrupts off.
 */
void lapic_frequencies(uint64_t timer, uint64_t tsc);

extern uint64_t lapic_timer_hz, lapic_tsc_hz;
