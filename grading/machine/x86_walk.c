/* Page tables as the processor reads them (SDM 3A, 4.5). See x86.h. */
#include "x86.h"

#include <string.h>

#define P       (1ull << 0)
#define RW      (1ull << 1)
#define US      (1ull << 2)
#define A       (1ull << 5)
#define D       (1ull << 6)
#define PS      (1ull << 7)
#define G       (1ull << 8)
#define NX      (1ull << 63)
#define ADDRESS 0x000ffffffffff000ull

static uint64_t span(unsigned level)
{
    return 1ull << (12 + 9 * (level - 1));
}

static bool canonical(uint64_t address)
{
    int64_t top = (int64_t)address >> 47;
    return top == 0 || top == -1;
}

static bool is_leaf(uint64_t entry, unsigned level)
{
    return level == 1 || (entry & PS && level <= 3);
}

/* Bits that must be zero: PS in a PML4 entry, address bits below a large page's size. Which bits
 * above the physical address width are reserved depends on the CPU; we leave those alone. */
static bool has_reserved(uint64_t entry, unsigned level)
{
    if (level == 4)
        return entry & PS;
    if (level == 1 || !(entry & PS))
        return false;
    uint64_t below = span(level) - 1;
    return entry & below & ADDRESS & ~(1ull << 12); /* bit 12 is PAT */
}

/* Narrows the rights by one level's entry, and ends the walk's record there. */
static void note_entry(struct x86_mapping *mapping, unsigned level, uint64_t address, uint64_t entry)
{
    mapping->level = level;
    mapping->entry = entry;
    mapping->entry_address = address;
    mapping->size = span(level);
    mapping->user &= (entry & US) != 0;
    mapping->writable &= (entry & RW) != 0;
    mapping->executable &= (entry & NX) == 0;
    mapping->reserved |= (entry & P) && has_reserved(entry, level);
}

static void note_leaf(struct x86_mapping *mapping, uint64_t entry)
{
    mapping->present = !mapping->reserved;
    mapping->physical_address = entry & ADDRESS & ~(mapping->size - 1);
    mapping->global = entry & G;
    mapping->accessed = entry & A;
    mapping->dirty = entry & D;
}

static void start_mapping(struct x86_mapping *mapping)
{
    *mapping = (struct x86_mapping){ .user = true, .writable = true, .executable = true };
}

static void finish_mapping(struct x86_mapping *mapping, uint64_t address)
{
    mapping->virtual_address = address & ~(mapping->size - 1);
    if (!mapping->present)
        mapping->user = mapping->writable = mapping->executable = false;
}

struct status x86_walk(const struct x86_memory *memory, uint64_t cr3, uint64_t address, struct x86_mapping *mapping)
{
    start_mapping(mapping);
    if (!canonical(address))
        return status_error(STATUS_MISUSE, "%#llx is not canonical", (unsigned long long)address);
    uint64_t table = cr3 & ADDRESS;
    for (unsigned level = 4; level >= 1; level--) {
        uint64_t entry, at = table + (address / span(level) & 511) * 8;
        struct status status = memory->read(memory->context, at, &entry, sizeof entry);
        if (status.code != STATUS_OK)
            return status;
        note_entry(mapping, level, at, entry);
        if (!(entry & P) || mapping->reserved)
            break;
        if (is_leaf(entry, level)) {
            note_leaf(mapping, entry);
            break;
        }
        table = entry & ADDRESS;
    }
    finish_mapping(mapping, address);
    return status_ok();
}

/* The state of x86_each_mapping, which descends once through all tables in the range. */
struct descent {
    const struct x86_memory *memory;
    uint64_t first, last;
    bool (*visit)(void *, const struct x86_mapping *);
    void *context;
    bool ended; /* the visitor has had enough */
};

static uint64_t sign_extend(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16);
}

static struct status descend(struct descent *d, uint64_t table, unsigned level, uint64_t base,
                             const struct x86_mapping *above)
{
    uint64_t entries[512];
    struct status status = d->memory->read(d->memory->context, table, entries, sizeof entries);
    for (unsigned i = 0; i < 512 && status.code == STATUS_OK && !d->ended; i++) {
        uint64_t address = base + i * span(level);
        if (level == 4)
            address = sign_extend(address);
        if (!(entries[i] & P) || address > d->last || address + (span(level) - 1) < d->first)
            continue;
        struct x86_mapping mapping = *above;
        note_entry(&mapping, level, table + i * 8, entries[i]);
        if (mapping.reserved)
            continue;
        if (!is_leaf(entries[i], level)) {
            status = descend(d, entries[i] & ADDRESS, level - 1, address, &mapping);
            continue;
        }
        note_leaf(&mapping, entries[i]);
        finish_mapping(&mapping, address);
        d->ended = !d->visit(d->context, &mapping);
    }
    return status;
}

struct status x86_each_mapping(const struct x86_memory *memory, uint64_t cr3, uint64_t first, uint64_t last,
                               bool (*visit)(void *, const struct x86_mapping *), void *context)
{
    struct descent d = { memory, first, last, visit, context, false };
    struct x86_mapping all;
    start_mapping(&all);
    return descend(&d, cr3 & ADDRESS, 4, 0, &all);
}

struct status x86_read_virtual(const struct x86_memory *memory, uint64_t cr3, uint64_t address, void *data,
                               size_t length)
{
    uint8_t *out = data;
    while (length) {
        struct x86_mapping mapping;
        struct status status = x86_walk(memory, cr3, address, &mapping);
        if (status.code != STATUS_OK)
            return status;
        if (!mapping.present)
            return status_error(STATUS_UNMAPPED, "%#llx is not mapped at CR3 %#llx", (unsigned long long)address,
                                (unsigned long long)cr3);
        uint64_t offset = address & (mapping.size - 1);
        size_t part = mapping.size - offset < length ? mapping.size - offset : length;
        status = memory->read(memory->context, mapping.physical_address + offset, out, part);
        if (status.code != STATUS_OK)
            return status;
        address += part, out += part, length -= part;
    }
    return status_ok();
}
