/*
 * The kernel's command line: words `name=NUMBER`.
 */
#pragma once

#include <stdint.h>

/* The number of `name=NUMBER` in a command line, or 0. */
uint64_t option(const char *cmdline, const char *name);
