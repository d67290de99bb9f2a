#include "print.h"

#include "cairn/format.h"

enum {
    COM1 = 0x3f8,
    COM1_STATUS = COM1 + 5,
    STATUS_CAN_SEND = 0x20,
};

static void put(char c)
{
    unsigned char status;
    do
        __asm__ volatile("inb %1, %0" : "=a"(status) : "Nd"((unsigned short)COM1_STATUS));
    while (!(status & STATUS_CAN_SEND));
    __asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((unsigned short)COM1));
}

static void put_char(char c)
{
    if (c == '\n')
        put('\r');
    put(c);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_list(format, arguments);
    va_end(arguments);
}
