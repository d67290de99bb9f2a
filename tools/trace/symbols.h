/*
 * Names of addresses, from the symbol tables of ELF files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint64_t address, size;
    bool function;
    char *name;
};

struct symbols {
    struct symbol *symbol; /* ascending addresses */
    size_t count;
};

/* Returns NULL, or what is wrong with the file; symbols is then empty. */
const char *symbols_read(struct symbols *symbols, const char *path);

/*
 * Writes "name" or "name+0x12" into text, for the function (or variable) that covers the address. Returns false, with
 * text empty, if there is none.
 */
bool symbols_name(const struct symbols *symbols, uint64_t address, bool function, char *text, size_t size);

void symbols_free(struct symbols *symbols);
