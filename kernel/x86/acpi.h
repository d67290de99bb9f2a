/*
 * What the firmware says about interrupts: the ACPI table MADT (ACPI specification 6.5 §5.2.12).
 *
 * Tables are read through the direct map. Nothing in them is trusted but what their checksums cover, and no length beyond the table.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ACPI_IOAPICS   8
#define ACPI_ISA_LINES 16

struct acpi_ioapic {
    uint64_t base;  /* of its registers, physical */
    uint32_t first; /* number of the line at its first pin */
};

/* Where a line of the PC arrives, and how the firmware says that it is wired. */
struct acpi_isa_line {
    uint32_t line;
    bool is_level, is_low;
    bool is_stated; /* these two are said; otherwise they are not known, and false */
};

struct acpi_interrupts {
    unsigned ioapic_count;
    struct acpi_ioapic ioapic[ACPI_IOAPICS];
    struct acpi_isa_line isa[ACPI_ISA_LINES];
};

/*
 * Fills found from the MADT. Without one: false, and found says what a PC without tables has, one I/O APIC at its usual address. While
 * booting, after paging is set up.
 */
bool acpi_read_interrupts(struct acpi_interrupts *found);
