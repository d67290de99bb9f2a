#include "driver/timer/pit.h"

enum {
    PORT_CHANNEL_0 = 0x40,
    PORT_COMMAND = 0x43,
    CHANNEL_0_BOTH_BYTES_MODE_0 =
        0x30, /* 8254 data sheet: channel 0, low byte then high byte, interrupt on terminal count */
};

static void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

/* The command takes the line down, the end of the count takes it up again: that is the edge. */
void pit_start(uint16_t count)
{
    out(PORT_COMMAND, CHANNEL_0_BOTH_BYTES_MODE_0);
    out(PORT_CHANNEL_0, count & 0xff);
    out(PORT_CHANNEL_0, count >> 8);
}
