/*
 * Another JSON reader (jansson), for comparison. Apart, because its names are those of lib/json.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Appends a spelling of the value that text is to out: the same for the same value. False: it is no JSON. */
bool oracle_spell(const char *text, size_t length, char *out, size_t size);
