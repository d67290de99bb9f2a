/*
 * The kernel's own voice: a few lines while booting, and a panic. There is no system call to print; programs drive COM1
 * themselves.
 */
#pragma once

#include <stdarg.h>

/* Prepares COM1 for 115200 baud, 8N1, polled. Before any output; emulators forgive its absence, real ports do not. */
void serial_init(void);

/* Prints to COM1; conversions as in cairn/format.h. Any context; polls until the port takes each byte. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_list(const char *format, va_list arguments);
