#include "symbols.h"

#include "contract/2-boot.h"

struct symbol {
    uint64_t address;
    const char *name;
};

/* Absent in the first pass, when there is nothing to name yet. */
extern const struct symbol symbol_table[] __attribute__((weak));
extern const uint64_t symbol_count __attribute__((weak));

bool symbol_is_text(uint64_t address)
{
    return address >= (uint64_t)kernel_start && address < (uint64_t)kernel_text_end;
}

const char *symbol_lookup(uint64_t address, uint64_t *offset)
{
    const struct symbol *best = 0;
    if (&symbol_count && symbol_is_text(address))
        for (uint64_t i = 0; i < symbol_count && symbol_table[i].address <= address; i++)
            best = &symbol_table[i];
    *offset = best ? address - best->address : 0;
    return best ? best->name : "?";
}
