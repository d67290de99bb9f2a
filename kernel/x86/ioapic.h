/*
 * The I/O APICs: which interrupt line goes to which vector of which CPU (Intel 82093AA data sheet; lines as ACPI numbers them).
 *
 * Interrupts off in all of these.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define IOAPIC_NO_LINE   UINT32_MAX

/* How a line is wired. */
struct ioapic_wiring {
    bool is_level, is_low;
};

/*
 * Finds the I/O APICs, maps their registers, which no program gets from now on, and masks every line. Once, while booting.
 */
void ioapic_init(void);

/* Whether one of them has this line. */
bool ioapic_has(uint32_t line);

/*
 * The line of the I/O APICs that name means: 0 to 15 are the lines of the PC, which the firmware may have moved; from 16 on
 * the number is the line. IOAPIC_NO_LINE: there is none. Where the firmware says how a line is wired, wiring is set to
 * that.
 */
uint32_t ioapic_line(uint32_t name, struct ioapic_wiring *wiring);

/* Sends line to vector of the CPU with this APIC id, masked. */
void ioapic_route(uint32_t line, uint8_t vector, uint32_t apic, struct ioapic_wiring wiring);

void ioapic_mask(uint32_t line);
void ioapic_unmask(uint32_t line);
