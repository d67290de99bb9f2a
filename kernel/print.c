/*
 * Formatted output to COM1, polled (16550 UART; National Semiconductor PC16550D data sheet §8).
 */
#include "print.h"

#include "cairn/format.h"
#include "x86/registers.h"

enum {
    COM1 = 0x3f8,
    COM1_DIVISOR_LOW = COM1, /* with DLAB */
    COM1_INTERRUPTS = COM1 + 1,
    COM1_FIFO = COM1 + 2,
    COM1_LINE = COM1 + 3,
    COM1_MODEM = COM1 + 4,
    COM1_STATUS = COM1 + 5,

    LINE_8N1 = 0x03,
    LINE_DLAB = 0x80,
    FIFO_CLEAR_AND_ENABLE = 0x07,
    MODEM_DTR_RTS = 0x03,
    STATUS_CAN_SEND = 0x20,
};

void serial_init(void)
{
    outb(COM1_INTERRUPTS, 0);
    outb(COM1_LINE, LINE_DLAB | LINE_8N1);
    outb(COM1_DIVISOR_LOW, 1); /* 115200 baud */
    outb(COM1_DIVISOR_LOW + 1, 0);
    outb(COM1_LINE, LINE_8N1);
    outb(COM1_FIFO, FIFO_CLEAR_AND_ENABLE);
    outb(COM1_MODEM, MODEM_DTR_RTS);
}

static void put_char(char c)
{
    if (c == '\n')
        put_char('\r');
    while (!(inb(COM1_STATUS) & STATUS_CAN_SEND))
        __builtin_ia32_pause();
    outb(COM1, c);
}

void print_list(const char *format, va_list arguments)
{
    format_list(format, arguments);
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_list(format, arguments);
    va_end(arguments);
}
