/* A beat of guest time that lets the emulator answer us.
 *
 * While it executes guest instructions QEMU answers nobody until the next event of guest time, and
 * with nothing but the idle PIT that is up to 55 ms of guest time away: at one instruction per
 * nanosecond 55 million instructions, which a guest that hammers a device stretches to a minute.
 * So before the start we let the HPET tick every hundred thousand instructions. Its message goes to
 * an address where nothing is: no interrupt is raised, and a guest sees nothing unless it reads the
 * HPET's own registers. The beat is guest time, so it is the same in every run and replay.
 */
#ifndef CAIRN_MACHINE_METRONOME_H
#define CAIRN_MACHINE_METRONOME_H

#include "rsp.h"
#include "status.h"

/* For the command line, after -global: HPET timers may send messages instead of interrupts. */
#define METRONOME_GLOBAL "hpet.msi=on"

#define METRONOME_BEAT 100000u /* instructions, where nobody says otherwise */

/* Starts the beat; the guest must not have run yet. `shift` is the icount shift, `beat` in instructions. Each costs about a tenth
 * of a millisecond also while the guest sleeps, which else takes no time: who sleeps for seconds wants a slow one. */
struct status metronome_start(struct rsp *rsp, unsigned shift, uint32_t beat);

#endif
