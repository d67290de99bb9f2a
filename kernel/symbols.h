/*
 * Names for addresses in the kernel's text, for the backtrace. The table is made by the build from the linked kernel
 * (kernel.mk, second pass) and stands behind everything else in read-only data, so that adding it moves no code.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Whether address lies in the kernel's text. */
bool symbol_is_text(uint64_t address);

/* The symbol at or before address, and the distance to it; "?" when there is none. */
const char *symbol_lookup(uint64_t address, uint64_t *offset);
