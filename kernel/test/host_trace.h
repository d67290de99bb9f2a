/*
 * Trace points of stages that are compiled freestanding for the host: off, for ever.
 */
#pragma once

#include <stdlib.h>

#include "trace.h"

uint8_t trace_on;

void trace_write(long a1, long a2, long a3, long a4, long a5, long a6, uint64_t event, uint64_t detail, uint64_t object,
                 uint64_t a, uint64_t b)
{
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)event, (void)detail, (void)object, (void)a, (void)b;
    abort();
}
