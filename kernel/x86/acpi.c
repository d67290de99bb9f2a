#include "acpi.h"

#include "contract/2-boot.h"
#include "string.h"

enum {
    EBDA_POINTER = 0x40e, /* segment of the extended BIOS data area */
    EBDA_SEARCHED = 1024,
    BIOS_START = 0xe0000,
    BIOS_END = 0x100000,
    RSDP_ALIGNMENT = 16,
};

/*
 * ACPI 6.5 §5.2.5.3, as far as the checksum of its first version goes. Later versions add a list with addresses of 64 bits; a
 * BIOS, and nothing else starts this kernel, has this one too.
 */
struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t list;
} __attribute__((packed));

/* §5.2.6: what every table begins with. */
struct header {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem[22];
    uint32_t creator_revision;
} __attribute__((packed));

/* §5.2.7: the addresses of all other tables. */
struct list {
    struct header header;
    uint32_t table[];
} __attribute__((packed));

struct madt {
    struct header header;
    uint32_t lapic, flags;
} __attribute__((packed));

static bool sums_to_zero(const void *bytes, uint64_t size)
{
    uint8_t sum = 0;

    for (uint64_t i = 0; i < size; i++)
        sum += ((const uint8_t *)bytes)[i];
    return !sum;
}

static const struct rsdp *search(uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at < to; at += RSDP_ALIGNMENT) {
        const struct rsdp *r = phys_to_virt(at);
        if (!memcmp(r->signature, "RSD PTR ", sizeof r->signature) && sums_to_zero(r, sizeof *r))
            return r;
    }
    return NULL;
}

static const struct rsdp *find_rsdp(void)
{
    const uint64_t ebda = *(const uint16_t *)phys_to_virt(EBDA_POINTER) * 16ull;
    const struct rsdp *r = ebda ? search(ebda, ebda + EBDA_SEARCHED) : NULL;

    return r ? r : search(BIOS_START, BIOS_END);
}

/* Firmware may keep its tables where no memory was reported, and the direct map may end before. */
static bool is_mapped(uint64_t phys, uint64_t size)
{
    return size <= direct_size() && phys <= direct_size() - size;
}

/* The table at phys, whole and in order, or NULL. */
static const void *table_at(uint64_t phys)
{
    const struct header *h = phys_to_virt(phys);

    if (!is_mapped(phys, sizeof *h) || h->length < sizeof *h || !is_mapped(phys, h->length))
        return NULL;
    return sums_to_zero(h, h->length) ? h : NULL;
}

static const struct madt *find_madt(void)
{
    const struct rsdp *r = find_rsdp();
    const struct list *list = r ? table_at(r->list) : NULL;

    for (uint32_t i = 0; list && i < (list->header.length - sizeof *list) / sizeof list->table[0]; i++) {
        const struct madt *madt = table_at(list->table[i]);
        if (madt && !memcmp(madt->header.signature, "APIC", sizeof madt->header.signature))
            return madt;
    }
    return NULL;
}

bool acpi_interrupts(void (*take)(const struct madt_entry *entry))
{
    const struct madt *madt = find_madt();

    for (uint32_t at = sizeof *madt; madt && at + sizeof(struct madt_entry) <= madt->header.length;) {
        const struct madt_entry *e = (const struct madt_entry *)((const char *)madt + at);
        if (e->length < sizeof *e || e->length > madt->header.length - at)
            break;
        take(e);
        at += e->length;
    }
    return madt;
}
