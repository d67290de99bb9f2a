/* Selectors, descriptors, gates, the TSS and flags (SDM 3A, 3.4.5, 6.14, 7.7). See x86.h. */
#include "x86.h"

#include <stdio.h>
#include <string.h>

static uint64_t little(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    memcpy(&value, bytes, count);
    return value;
}

struct x86_selector x86_selector(uint16_t raw)
{
    return (struct x86_selector){ .index = raw >> 3, .local = raw & 4, .rpl = raw & 3 };
}

void x86_decode_descriptor(const uint8_t bytes[16], struct x86_descriptor *descriptor)
{
    uint64_t low = little(bytes, 8);
    uint32_t limit = (uint32_t)((low & 0xffff) | (low >> 32 & 0xf0000));
    bool pages = low >> 55 & 1;
    *descriptor = (struct x86_descriptor){
        .base = (low >> 16 & 0xffffff) | (low >> 32 & 0xff000000),
        .limit = pages ? limit << 12 | 0xfff : limit,
        .type = low >> 40 & 15,
        .dpl = low >> 45 & 3,
        .system = !(low >> 44 & 1),
        .present = low >> 47 & 1,
        .long_mode = low >> 53 & 1,
        .big = low >> 54 & 1,
    };
    if (descriptor->system)
        descriptor->base |= little(bytes + 8, 4) << 32;
}

struct status x86_descriptor(const struct x86_memory *memory, uint64_t cr3, struct x86_table gdt, uint16_t selector,
                             struct x86_descriptor *descriptor)
{
    uint8_t bytes[16] = { 0 };
    uint32_t offset = selector & ~7u;
    if (offset + 7 > gdt.limit)
        return status_error(STATUS_UNMAPPED, "selector %#x is beyond the table's limit %#x", selector, gdt.limit);
    /* The second half exists for system descriptors only; the last slot of a table has none. */
    size_t length = offset + 15 <= gdt.limit ? 16 : 8;
    struct status status = x86_read_virtual(memory, cr3, gdt.base + offset, bytes, length);
    if (status.code == STATUS_OK)
        x86_decode_descriptor(bytes, descriptor);
    return status;
}

void x86_decode_gate(const uint8_t bytes[16], struct x86_gate *gate)
{
    *gate = (struct x86_gate){
        .offset = little(bytes, 2) | little(bytes + 6, 2) << 16 | little(bytes + 8, 4) << 32,
        .selector = (uint16_t)little(bytes + 2, 2),
        .type = bytes[5] & 15,
        .dpl = bytes[5] >> 5 & 3,
        .ist = bytes[4] & 7,
        .present = bytes[5] >> 7,
    };
}

struct status x86_gate(const struct x86_memory *memory, uint64_t cr3, struct x86_table idt, unsigned vector,
                       struct x86_gate *gate)
{
    uint8_t bytes[16];
    if (vector > 255 || vector * 16 + 15 > idt.limit)
        return status_error(STATUS_UNMAPPED, "vector %u is beyond the IDT's limit %#x", vector, idt.limit);
    struct status status = x86_read_virtual(memory, cr3, idt.base + vector * 16, bytes, 16);
    if (status.code == STATUS_OK)
        x86_decode_gate(bytes, gate);
    return status;
}

void x86_decode_tss(const uint8_t bytes[104], struct x86_tss *tss)
{
    *tss = (struct x86_tss){ .iomap_base = (uint16_t)little(bytes + 102, 2) };
    for (unsigned i = 0; i < 3; i++)
        tss->rsp[i] = little(bytes + 4 + 8 * i, 8);
    for (unsigned i = 1; i < 8; i++)
        tss->ist[i] = little(bytes + 28 + 8 * i, 8);
}

struct status x86_tss(const struct x86_memory *memory, uint64_t cr3, struct x86_table tr, struct x86_tss *tss)
{
    uint8_t bytes[104];
    if (tr.limit < 103)
        return status_error(STATUS_UNMAPPED, "the TSS's limit is %#x, below 103", tr.limit);
    struct status status = x86_read_virtual(memory, cr3, tr.base, bytes, sizeof bytes);
    if (status.code == STATUS_OK)
        x86_decode_tss(bytes, tss);
    return status;
}

const char *x86_rflags_text(uint64_t rflags, char *text, size_t size)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {
        { 0, "CF" },  { 2, "PF" },   { 4, "AF" },   { 6, "ZF" },  { 7, "SF" },  { 8, "TF" },
        { 9, "IF" },  { 10, "DF" },  { 11, "OF" },  { 14, "NT" }, { 16, "RF" }, { 17, "VM" },
        { 18, "AC" }, { 19, "VIF" }, { 20, "VIP" }, { 21, "ID" },
    };
    size_t used = 0;
    if (size)
        text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0] && used < size; i++)
        if (rflags >> names[i].bit & 1)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", names[i].name);
    if (used < size)
        snprintf(text + used, size - used, "%sIOPL=%u", used ? " " : "", (unsigned)(rflags >> 12 & 3));
    return text;
}
