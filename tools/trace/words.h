/*
 * The kernel's numbers as words: events, statuses, calls, types, rights.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Names as the ABI and trace.h have them; "?" for numbers that they do not know. */
const char *event_word(unsigned event);
const char *status_word(unsigned status);
const char *call_word(unsigned number);
const char *type_word(unsigned type);

/* A vector or EVENT_...: "#PF" and so on; the number itself where there is no short name. The result lasts until the
 * next call. */
const char *vector_word(unsigned vector);

/* Rights of a type, joined with '+', e.g. "call+event"; "all" for all eight bits. Returns text. */
char *rights_words(char *text, size_t size, unsigned type, unsigned rights);
