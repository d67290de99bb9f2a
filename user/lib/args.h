/*
 * Arguments of a session: "key=value, key=value".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a key, decimal or 0x…. False: the key is not there, or its value is no number of 64 bits. */
bool args_number(const char *args, const char *key, uint64_t *value);

/* Is the value of the key this word? False, too, when it is not there. */
bool args_word(const char *args, const char *key, const char *word);

/* Is there such a key, whatever its value? */
bool args_has(const char *args, const char *key);

/* The last part of a label: what stands behind the last " -> ", or all of it. */
const char *label_last(const char *label);
