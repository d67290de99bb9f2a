/*
 * How a system call ends, in every stage: status and value into the frame, a record of it, and the way out.
 */
#pragma once

#include "ec.h"
#include "trace.h"

/* What the call returns, when its end does not come at once. */
static inline void set_result(struct ec *self, enum status status, uint64_t value)
{
    self->state.frame.rax = status;
    self->state.frame.rdx = value;
}

static inline __attribute__((always_inline)) noreturn void finish(struct ec *self, enum status status, uint64_t value)
{
    set_result(self, status, value);
    trace(TRACE_EXIT, NULL, value, 0, status);
    ec_leave_call(self);
}
