/*
 * What the firmware says about interrupts: the entries of the ACPI table MADT (ACPI specification 6.5 §5.2.12).
 *
 * Tables are read through the direct map. Nothing in them is trusted but what their checksums cover, and no length beyond the table.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { MADT_IOAPIC = 1, MADT_OVERRIDE = 2 };

/* What every entry begins with; length is that of all of it. */
struct madt_entry {
    uint8_t type, length;
} __attribute__((packed));

/* §5.2.12.3 */
struct madt_ioapic {
    struct madt_entry entry;
    uint8_t id, reserved;
    uint32_t base;  /* of its registers, physical */
    uint32_t first; /* number of the line at its first pin */
} __attribute__((packed));

/* §5.2.12.5: a line of the PC that is not wired as in the first ones. */
struct madt_override {
    struct madt_entry entry;
    uint8_t bus, source; /* which line */
    uint32_t line;       /* where it arrives */
    uint16_t flags;      /* bits 1:0 polarity, 3:2 trigger; 0: not said */
} __attribute__((packed));

/*
 * Calls take with each entry in turn, which is as long as it says. Returns false when there is no such table. While booting,
 * after paging is set up.
 */
bool acpi_interrupts(void (*take)(const struct madt_entry *entry));
