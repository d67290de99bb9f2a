/*
 * The programmable interval timer (8254): channel 0 of the board's, which interrupts on ISA line 0.
 */
#pragma once

#include <stdint.h>

enum {
    PIT_HZ = 1193182,   /* of its clock, a third of an old television's colour carrier */
    PIT_COUNT = 0xffff, /* the longest way: 55 ms */
};

/* Interrupts once, count of its ticks from now on (1 to PIT_COUNT). What was under way is forgotten. */
void pit_start(uint16_t count);
