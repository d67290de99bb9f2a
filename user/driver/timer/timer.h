/*
 * Timer: one alarm for each session, once or again and again. What a client does when it is time is its own signal
 * handler.
 *
 * An alarm is never early. It is late by what the driver and the client need to run, and by at most a millionth more
 * than the board's timer is wrong. A periodic alarm keeps its beat: what comes late is not made up for, and what is
 * missed is counted by the signal as one.
 */
#pragma once

#include "lib/rpc.h"

enum {
    TIMER_RAM = 4096, /* what a session costs */
    TIMER_CAPS = 512,
};

#define TIMER_PERIOD_MIN 100ull       /* µs: shorter periods would keep the driver busy for one client */
#define TIMER_MAX        (1ull << 40) /* µs: twelve days */

#define TIMER_OPERATIONS(OP) OP(timer, alarm) OP(timer, periodic) OP(timer, cancel) OP(timer, now)

/* Submits the signal once, us from now on (0 to TIMER_MAX; INVALID). Takes the place of the session's alarm, if it has
 * one. */
#define timer_alarm_IN(WORD, TEXT, CAP) WORD(uint64_t, us) CAP(signal)
#define timer_alarm_OUT(WORD, TEXT, CAP)

/* Submits it every us (TIMER_PERIOD_MIN to TIMER_MAX; INVALID), first us from now on. */
#define timer_periodic_IN(WORD, TEXT, CAP) WORD(uint64_t, us) CAP(signal)
#define timer_periodic_OUT(WORD, TEXT, CAP)

/* Ends the session's alarm. What has been submitted stays so. */
#define timer_cancel_IN(WORD, TEXT, CAP)
#define timer_cancel_OUT(WORD, TEXT, CAP)

/* µs since the driver started: the same for all sessions. */
#define timer_now_IN(WORD, TEXT, CAP)
#define timer_now_OUT(WORD, TEXT, CAP) WORD(uint64_t, us)

RPC_INTERFACE(timer, TIMER_OPERATIONS)
