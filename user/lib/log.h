/*
 * Lines of text to the LOG session of the environment.
 */
#pragma once

#include "lib/env.h"

/* Conversions as in cairn/format.h. What is longer than a LOG line allows goes out in pieces. If nobody listens,
 * nothing happens. */
void log_line(struct env *env, const char *format, ...) __attribute__((format(printf, 2, 3)));
