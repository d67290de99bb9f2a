/*
 * Formatted text, one source for the kernel and for programs: each includes this in exactly one C file and says how a
 * character gets out. There is no buffer, so there is no length at which output is cut.
 *
 * Conversions: %s %c %% and, for unsigned integers, %u %x with an optional l (64 bits), 0 and width; %d and %ld for signed
 * ones, %p for addresses (16 digits). Anything else is printed as it stands.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* Defined by the including file. */
static void put_char(char c);

static void put_string(const char *s)
{
    while (*s)
        put_char(*s++);
}

static void put_number(uint64_t value, unsigned base, unsigned width, char fill)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (width > n) {
        put_char(fill);
        width--;
    }
    while (n)
        put_char(digits[--n]);
}

static void put_signed(int64_t value)
{
    if (value < 0)
        put_char('-');
    put_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, 0, ' ');
}

/* One conversion, format behind its '%'. Returns the position behind it. */
static const char *put_conversion(const char *format, va_list *arguments)
{
    const char fill = *format == '0' ? *format++ : ' ';
    unsigned width = 0;

    while (*format >= '0' && *format <= '9')
        width = width * 10 + (*format++ - '0');
    const bool wide = *format == 'l';
    format += wide;
    switch (*format) {
    case 's':
        put_string(va_arg(*arguments, const char *));
        break;
    case 'c':
        put_char(va_arg(*arguments, int));
        break;
    case 'p':
        put_number(va_arg(*arguments, uint64_t), 16, 16, '0');
        break;
    case 'd':
        put_signed(wide ? va_arg(*arguments, int64_t) : va_arg(*arguments, int));
        break;
    case 'u':
    case 'x':
        put_number(wide ? va_arg(*arguments, uint64_t) : va_arg(*arguments, unsigned), *format == 'x' ? 16 : 10, width, fill);
        break;
    default:
        put_char(*format);
    }
    return format + 1;
}

static void format_list(const char *format, va_list arguments)
{
    va_list rest;
    va_copy(rest, arguments);
    while (*format)
        if (*format == '%' && format[1])
            format = put_conversion(format + 1, &rest);
        else
            put_char(*format++);
    va_end(rest);
}
