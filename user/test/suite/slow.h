/*
 * A server that takes its time, so that something can end meanwhile. For call_ends.c and destruction.c.
 */
#pragma once

#include "kit/kit.h"

/* The id of its portal. It waits, with each request, on its semaphore at 201: that is under way, and then done. Who serves otherwise in
 * these files counts in the same two. */
extern struct portal slow;
extern volatile uint64_t serving, served;

/* A client's function: its status. */
uint64_t call_once(uint64_t portal, uint64_t descriptor, uint64_t c, uint64_t d);
