#include "acpi.h"

#include "contract/2-boot.h"
#include "string.h"

enum {
    EBDA_POINTER = 0x40e, /* segment of the extended BIOS data area */
    EBDA_SEARCHED = 1024,
    BIOS_START = 0xe0000,
    BIOS_END = 0x100000,
    RSDP_ALIGNMENT = 16,
    RSDP_V1_SIZE = 20,

    MADT_IOAPIC = 1,
    MADT_OVERRIDE = 2,
    POLARITY_LOW = 3,
    TRIGGER_LEVEL = 3,

    IOAPIC_USUAL = 0xfec00000,
};

/* ACPI 6.5 §5.2.5.3 */
struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t checksum2, reserved[3];
} __attribute__((packed));

/* §5.2.6: what every table begins with. */
struct header {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem[22];
    uint32_t creator_revision;
} __attribute__((packed));

struct madt {
    struct header header;
    uint32_t lapic, flags;
} __attribute__((packed));

struct madt_entry {
    uint8_t type, length;
} __attribute__((packed));

struct madt_ioapic {
    struct madt_entry entry;
    uint8_t id, reserved;
    uint32_t base, first;
} __attribute__((packed));

struct madt_override {
    struct madt_entry entry;
    uint8_t bus, source;
    uint32_t line;
    uint16_t flags; /* bits 1:0 polarity, 3:2 trigger; 0: as the bus has it */
} __attribute__((packed));

/* Whether the direct map has these bytes: firmware may keep its tables where no memory was reported. */
static bool is_mapped(uint64_t phys, uint64_t size)
{
    for (uint64_t at = phys & -(uint64_t)PAGE_LARGE; at < phys + size; at += PAGE_LARGE) {
        const uint64_t virt = DIRECT_BASE + at;
        const uint64_t *table = phys_to_virt(kernel_space);
        for (unsigned level = 3; level > 1; level--) {
            const uint64_t entry = table[paging_index(virt, level)];
            if (!(entry & PTE_PRESENT))
                return false;
            table = phys_to_virt(entry & PTE_ADDRESS);
        }
        if (!(table[paging_index(virt, 1)] & PTE_PRESENT))
            return false;
    }
    return true;
}

static bool sums_to_zero(const void *bytes, uint64_t size)
{
    uint8_t sum = 0;

    for (uint64_t i = 0; i < size; i++)
        sum += ((const uint8_t *)bytes)[i];
    return !sum;
}

static const struct rsdp *search(uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at + sizeof(struct rsdp) <= to; at += RSDP_ALIGNMENT) {
        const struct rsdp *r = phys_to_virt(at);
        if (!memcmp(r->signature, "RSD PTR ", sizeof r->signature) && sums_to_zero(r, RSDP_V1_SIZE))
            return r;
    }
    return NULL;
}

static const struct rsdp *find_rsdp(void)
{
    uint16_t segment;
    const struct rsdp *r = NULL;

    memcpy(&segment, phys_to_virt(EBDA_POINTER), sizeof segment);
    if (segment && segment * 16u + EBDA_SEARCHED <= BIOS_END)
        r = search(segment * 16u, segment * 16u + EBDA_SEARCHED);
    return r ? r : search(BIOS_START, BIOS_END);
}

/* The table at phys, whole and in order, or NULL. */
static const struct header *table_at(uint64_t phys, uint32_t size_min)
{
    const struct header *h = phys_to_virt(phys);

    if (phys >> 46 || !is_mapped(phys, sizeof *h) || h->length < size_min || !is_mapped(phys, h->length))
        return NULL;
    return sums_to_zero(h, h->length) ? h : NULL;
}

/* Revision 0 has pointers of 32 bits, later ones of 64. */
static const struct madt *find_madt(void)
{
    const struct rsdp *r = find_rsdp();
    if (!r)
        return NULL;
    const bool wide = r->revision >= 2 && r->xsdt && sums_to_zero(r, sizeof *r);
    const unsigned size = wide ? sizeof(uint64_t) : sizeof(uint32_t);
    const struct header *list = table_at(wide ? r->xsdt : r->rsdt, sizeof *list);

    for (uint32_t at = sizeof *list; list && at + size <= list->length; at += size) {
        uint64_t phys = 0;
        memcpy(&phys, (const char *)list + at, size);
        const struct header *h = table_at(phys, sizeof *h);
        if (h && !memcmp(h->signature, "APIC", sizeof h->signature) && h->length >= sizeof(struct madt))
            return (const struct madt *)h;
    }
    return NULL;
}

static void take_override(struct acpi_interrupts *found, const struct madt_override *o)
{
    if (o->source >= ACPI_ISA_LINES)
        return;
    found->isa[o->source] = (struct acpi_isa_line){
        .line = o->line,
        .is_low = (o->flags & 3) == POLARITY_LOW,
        .is_level = (o->flags >> 2 & 3) == TRIGGER_LEVEL,
        .is_stated = (o->flags & 3) && (o->flags >> 2 & 3),
    };
}

static void take_entry(struct acpi_interrupts *found, const struct madt_entry *e)
{
    if (e->type == MADT_IOAPIC && e->length >= sizeof(struct madt_ioapic) && found->ioapic_count < ACPI_IOAPICS) {
        const struct madt_ioapic *i = (const struct madt_ioapic *)e;
        found->ioapic[found->ioapic_count++] = (struct acpi_ioapic){i->base, i->first};
    }
    if (e->type == MADT_OVERRIDE && e->length >= sizeof(struct madt_override))
        take_override(found, (const struct madt_override *)e);
}

bool acpi_read_interrupts(struct acpi_interrupts *found)
{
    const struct madt *madt = find_madt();

    *found = (struct acpi_interrupts){0};
    for (unsigned i = 0; i < ACPI_ISA_LINES; i++)
        found->isa[i].line = i;
    for (uint32_t at = sizeof *madt; madt && at + sizeof(struct madt_entry) <= madt->header.length;) {
        const struct madt_entry *e = (const struct madt_entry *)((const char *)madt + at);
        if (e->length < sizeof *e || e->length > madt->header.length - at)
            break;
        take_entry(found, e);
        at += e->length;
    }
    if (!found->ioapic_count)
        found->ioapic[found->ioapic_count++] = (struct acpi_ioapic){IOAPIC_USUAL, 0};
    return madt;
}
