/*
 * Time: the counter that everything is measured with, and the timer that interrupts when it reaches a value.
 *
 * The rest of the interface is in contract/3-threads.h: clock_now, clock_ticks, clock_arm.
 */
#pragma once

#include "contract/3-threads.h"

/*
 * Takes the frequencies that lapic.h knows. Once, before anything else of this file, interrupts off.
 */
void clock_init(void);
