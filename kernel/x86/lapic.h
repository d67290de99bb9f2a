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

/* Sends a non-maskable interrupt to this CPU; it strikes within a few instructions. */
void lapic_self_nmi(void);

/* Interrupts with VECTOR_TIMER after ticks (1 … 2^32 - 1); 0 disarms. Replaces what was armed before. */
void lapic_timer_arm(uint32_t ticks);

/*
 * The same, but what strikes is an NMI. Real processors' timers cannot do this, QEMU's can: for tests that want an NMI at a
 * chosen instruction.
 */
void lapic_timer_arm_nmi(uint32_t ticks);

/* Ticks left until the timer fires; 0 when it is not armed. */
uint32_t lapic_timer_left(void);

/*
 * Measures how many ticks pass in a second, against the PIT's 1.193182 MHz, for 10 ms, and how many of the time-stamp counter with
 * them. The results are kept for lapic_timer_hz and lapic_tsc_hz, unless they have been set. Returns the timer's. Interrupts off.
 */
uint64_t lapic_timer_calibrate(void);
uint64_t lapic_timer_hz(void);
uint64_t lapic_tsc_hz(void); /* 0: neither measured nor set */

/* Takes hz for the frequency instead. 0: it is to be measured. */
void lapic_timer_set_hz(uint64_t hz);
void lapic_tsc_set_hz(uint64_t hz);
