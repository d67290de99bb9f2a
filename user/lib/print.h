/*
 * Text on the first serial line (COM1), for programs to which its eight I/O ports were opened. In others the first character
 * raises #GP.
 */
#pragma once

/* Conversions as in cairn/format.h. Polls until the port has taken each byte. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
