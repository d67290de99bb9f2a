#include "ioapic.h"

#include "acpi.h"
#include "contract/2-boot.h"
#include "panic.h"
#include "print.h"

enum {
    SELECT = 0x00, /* the register that is seen at DATA */
    DATA = 0x10,
    REGISTER_VERSION = 1,
    REGISTER_PIN = 0x10, /* two for each pin: what it sends, to whom */

    PIN_LOW = 1 << 13,
    PIN_LEVEL = 1 << 15,
    PIN_MASKED = 1 << 16,
    DESTINATION_SHIFT = 24,
};

static struct ioapic {
    uint64_t base;
    uint64_t registers; /* where the kernel sees them */
    uint32_t first, count; /* lines */
} ioapics[ACPI_IOAPICS];

static unsigned ioapic_count;
static struct acpi_isa_line isa[ACPI_ISA_LINES];

static uint32_t read(const struct ioapic *i, uint32_t number)
{
    *(volatile uint32_t *)(i->registers + SELECT) = number;
    return *(volatile uint32_t *)(i->registers + DATA);
}

static void write(const struct ioapic *i, uint32_t number, uint32_t value)
{
    *(volatile uint32_t *)(i->registers + SELECT) = number;
    *(volatile uint32_t *)(i->registers + DATA) = value;
}

static uint32_t pin_register(const struct ioapic *i, uint32_t line)
{
    return REGISTER_PIN + 2 * (line - i->first);
}

static const struct ioapic *ioapic_of(uint32_t line)
{
    for (unsigned i = 0; i < ioapic_count; i++)
        if (line >= ioapics[i].first && line - ioapics[i].first < ioapics[i].count)
            return &ioapics[i];
    return NULL;
}

/* The local APIC has the first page of the area. */
static void begin(struct ioapic *i, const struct acpi_ioapic *found, unsigned index)
{
    const uint64_t page = DEVICE_AREA + (1 + index) * PAGE_SIZE;
    const uint64_t offset = found->base % PAGE_SIZE;

    if (!paging_map(kernel_space, page, found->base - offset, PAGING_WRITE | PAGING_DEVICE))
        panic("no memory to map an I/O APIC");
    i->base = found->base;
    i->registers = page + offset;
    i->first = found->first;
    i->count = (read(i, REGISTER_VERSION) >> 16 & 0xff) + 1;
    for (uint32_t line = i->first; line < i->first + i->count; line++)
        write(i, pin_register(i, line), PIN_MASKED);
}

unsigned ioapic_init(void)
{
    struct acpi_interrupts found;

    if (!acpi_read_interrupts(&found))
        print("cairn: no ACPI table of interrupts; one I/O APIC is assumed\n");
    for (unsigned i = 0; i < ACPI_ISA_LINES; i++)
        isa[i] = found.isa[i];
    for (; ioapic_count < found.ioapic_count; ioapic_count++)
        begin(&ioapics[ioapic_count], &found.ioapic[ioapic_count], ioapic_count);
    return ioapic_count;
}

uint64_t ioapic_base(unsigned index)
{
    return ioapics[index].base;
}

uint32_t ioapic_line(uint32_t name, struct ioapic_wiring *wiring)
{
    uint32_t line = name;

    if (name < ACPI_ISA_LINES) {
        line = isa[name].line;
        if (isa[name].is_stated)
            *wiring = (struct ioapic_wiring){isa[name].is_level, isa[name].is_low};
    }
    return ioapic_of(line) ? line : IOAPIC_NO_LINE;
}

void ioapic_route(uint32_t line, uint8_t vector, uint32_t apic, struct ioapic_wiring wiring)
{
    const struct ioapic *i = ioapic_of(line);
    const uint32_t pin = pin_register(i, line);

    write(i, pin + 1, apic << DESTINATION_SHIFT);
    write(i, pin, vector | PIN_MASKED | (wiring.is_level ? PIN_LEVEL : 0) | (wiring.is_low ? PIN_LOW : 0));
}

void ioapic_mask(uint32_t line)
{
    const struct ioapic *i = ioapic_of(line);
    write(i, pin_register(i, line), read(i, pin_register(i, line)) | PIN_MASKED);
}

void ioapic_unmask(uint32_t line)
{
    const struct ioapic *i = ioapic_of(line);
    write(i, pin_register(i, line), read(i, pin_register(i, line)) & ~(uint32_t)PIN_MASKED);
}
