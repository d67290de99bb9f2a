/* See exceptions.h. */
#include "exceptions.h"

#include <inttypes.h>
#include <stdio.h>

const char *exception_name(uint64_t vector)
{
    static const char *const names[32] = {
        [0] = "#DE divide error",
        [1] = "#DB debug",
        [2] = "NMI",
        [3] = "#BP breakpoint",
        [4] = "#OF overflow",
        [5] = "#BR bound",
        [6] = "#UD invalid opcode",
        [7] = "#NM no FPU",
        [8] = "#DF double fault",
        [10] = "#TS invalid TSS",
        [11] = "#NP segment not present",
        [12] = "#SS stack segment",
        [13] = "#GP general protection",
        [14] = "#PF page fault",
        [16] = "#MF x87 error",
        [17] = "#AC alignment check",
        [18] = "#MC machine check",
        [19] = "#XM SIMD error",
    };
    if (vector >= 32)
        return "interrupt";
    return names[vector] ? names[vector] : "reserved exception";
}

enum { PF_PRESENT = 1, PF_WRITE = 2, PF_USER = 4, PF_RESERVED = 8, PF_FETCH = 16 };

static void page_fault(uint64_t error, uint64_t cr2, char *text, size_t size)
{
    const char *what = error & PF_FETCH   ? "fetching an instruction from"
                       : error & PF_WRITE ? "a write to"
                                          : "a read of";
    const char *why = error & PF_RESERVED  ? "whose table entry has a reserved bit set"
                      : error & PF_PRESENT ? "which is mapped, but not with that right"
                                           : "which is not mapped";
    snprintf(text, size, "%s 0x%" PRIx64 ", %s, %s", what, cr2, why, error & PF_USER ? "from ring 3" : "from ring 0");
}

/* §6.13: bit 0 an event of the outside, bit 1 the IDT, bit 2 the LDT, then the index. */
static void selector(uint64_t error, char *text, size_t size)
{
    if (error & 2)
        snprintf(text, size, "the gate of vector %" PRIu64 " in the IDT", error >> 3 & 0x1fff);
    else if (error)
        snprintf(text, size, "selector 0x%" PRIx64 " of the %s", error & 0xfff8, error & 4 ? "LDT" : "GDT");
    else
        snprintf(text, size, "no selector is to blame");
}

const char *exception_error(uint64_t vector, uint64_t error, uint64_t cr2, char *text, size_t size)
{
    text[0] = '\0';
    if (vector == 14)
        page_fault(error, cr2, text, size);
    else if (vector >= 10 && vector <= 13)
        selector(error, text, size);
    return text;
}
