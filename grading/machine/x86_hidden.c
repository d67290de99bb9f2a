/* The monitor's `info registers`, the only place that shows GDTR, IDTR, TR and HLT. See x86.h.
 *
 *     RIP=000000000010001f RFL=00000046 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
 *     LDT=0000 0000000000000000 0000ffff 00008200 DPL=0 LDT
 *     TR =0000 0000000000000000 0000ffff 00008b00 DPL=0 TSS64-busy
 *     GDT=     00000000000caf00 00000037
 *
 * Outside long mode the names are EIP and EFL and addresses have eight digits. */
#include "x86.h"

#include <stdlib.h>
#include <string.h>

/* The text after `name`, which must begin a line or follow a space; NULL if it is not there. */
static const char *after(const char *text, const char *name)
{
    for (const char *at = text; (at = strstr(at, name)) != NULL; at++)
        if (at == text || at[-1] == '\n' || at[-1] == ' ' || at[-1] == '\r')
            return at + strlen(name);
    return NULL;
}

static bool number(const char **at, int base, uint64_t *value)
{
    char *end;
    if (!*at)
        return false;
    *value = strtoull(*at, &end, base);
    bool good = end != *at;
    *at = end;
    return good;
}

static bool value_of(const char *text, const char *name, int base, uint64_t *value)
{
    const char *at = after(text, name);
    return number(&at, base, value);
}

static bool table(const char *text, const char *name, bool has_selector, uint16_t *selector, struct x86_table *table)
{
    const char *at = after(text, name);
    uint64_t first = 0, limit = 0;
    if (has_selector && !number(&at, 16, &first))
        return false;
    if (!number(&at, 16, &table->base) || !number(&at, 16, &limit))
        return false;
    if (selector)
        *selector = (uint16_t)first;
    table->limit = (uint32_t)limit;
    return true;
}

struct status x86_parse_hidden(const char *text, struct x86_hidden *hidden)
{
    uint64_t cpl = 0, halted = 0;
    const char *missing = NULL;
    *hidden = (struct x86_hidden){ 0 };
    if (!value_of(text, "RIP=", 16, &hidden->rip) && !value_of(text, "EIP=", 16, &hidden->rip))
        missing = "RIP";
    else if (!value_of(text, "RFL=", 16, &hidden->rflags) && !value_of(text, "EFL=", 16, &hidden->rflags))
        missing = "RFL";
    else if (!value_of(text, "CPL=", 10, &cpl))
        missing = "CPL";
    else if (!value_of(text, "HLT=", 10, &halted))
        missing = "HLT";
    else if (!table(text, "GDT=", false, NULL, &hidden->gdt))
        missing = "GDT";
    else if (!table(text, "IDT=", false, NULL, &hidden->idt))
        missing = "IDT";
    else if (!table(text, "TR =", true, &hidden->tr_selector, &hidden->tr))
        missing = "TR";
    else if (!table(text, "LDT=", true, &hidden->ldt_selector, &hidden->ldt))
        missing = "LDT";
    if (missing)
        return status_error(STATUS_PROTOCOL, "info registers shows no %s", missing);
    hidden->cpl = (unsigned)cpl;
    hidden->halted = halted != 0;
    return status_ok();
}
