/*
 * Bytes and text. The compiler calls the first four by itself, wherever it copies a structure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *at, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);

size_t text_length(const char *text);
bool text_equal(const char *a, const char *b);
bool text_begins(const char *text, const char *start);

/* Copies with the final NUL. False, and an empty text, when it does not fit: nothing is ever cut. */
bool text_copy(char *to, size_t size, const char *from);
