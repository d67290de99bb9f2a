#include "ioapic.h"

#include "acpi.h"
#include "contract/2-boot.h"
#include "frames.h"
#include "panic.h"
#include "print.h"

enum {
    IOAPICS = 8,
    ISA_LINES = 16,
    IOAPIC_USUAL = 0xfec00000, /* where the first one always is */

    SELECT = 0x00, /* the register that is seen at DATA */
    DATA = 0x10,
    REGISTER_VERSION = 1,
    REGISTER_PIN = 0x10, /* two for each pin: what it sends, to whom */

    PIN_LOW = 1 << 13,
    PIN_LEVEL = 1 << 15,
    PIN_MASKED = 1 << 16,
    DESTINATION_SHIFT = 24,

    /* An override's flags */
    POLARITY = 3 << 0,
    POLARITY_LOW = 3 << 0,
    TRIGGER = 3 << 2,
    TRIGGER_LEVEL = 3 << 2,
};

static struct ioapic {
    uint64_t registers; /* where the kernel sees them */
    uint32_t first, count; /* lines */
} ioapics[IOAPICS];

static unsigned ioapic_count;
static struct madt_override isa[ISA_LINES]; /* by source; zeros: the line is wired as it always was */

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
static void begin(uint64_t base, uint32_t first)
{
    struct ioapic *i = &ioapics[ioapic_count++];
    const uint64_t page = DEVICE_AREA + ioapic_count * PAGE_SIZE;

    if (!paging_map(kernel_space, page, base & PTE_ADDRESS, PAGING_WRITE | PAGING_DEVICE))
        panic("no memory to map an I/O APIC");
    frames_exclude(base, PAGE_SIZE);
    i->registers = page + base % PAGE_SIZE;
    i->first = first;
    i->count = (read(i, REGISTER_VERSION) >> 16 & 0xff) + 1;
    for (uint32_t line = first; line < first + i->count; line++)
        write(i, pin_register(i, line), PIN_MASKED);
}

static void take(const struct madt_entry *entry)
{
    const struct madt_ioapic *i = (const struct madt_ioapic *)entry;
    const struct madt_override *o = (const struct madt_override *)entry;

    if (entry->type == MADT_IOAPIC && entry->length >= sizeof *i && ioapic_count < IOAPICS)
        begin(i->base, i->first);
    if (entry->type == MADT_OVERRIDE && entry->length >= sizeof *o && o->source < ISA_LINES)
        isa[o->source] = *o;
}

void ioapic_init(void)
{
    if (!acpi_interrupts(take))
        print("cairn: no ACPI table of interrupts; one I/O APIC is assumed\n");
    if (!ioapic_count)
        begin(IOAPIC_USUAL, 0);
}

bool ioapic_has(uint32_t line)
{
    return ioapic_of(line);
}

uint32_t ioapic_line(uint32_t name, struct ioapic_wiring *wiring)
{
    const struct madt_override *o = name < ISA_LINES && isa[name].entry.length ? &isa[name] : NULL;
    const uint32_t line = o ? o->line : name;

    if (o && (o->flags & POLARITY) && (o->flags & TRIGGER)) {
        wiring->is_level = (o->flags & TRIGGER) == TRIGGER_LEVEL;
        wiring->is_low = (o->flags & POLARITY) == POLARITY_LOW;
    }
    return ioapic_has(line) ? line : IOAPIC_NO_LINE;
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
