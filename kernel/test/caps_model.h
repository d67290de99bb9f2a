/*
 * Grants as kernel/ABI.md has them (§3.1, §4, §13.2), written down without a thought for speed: arrays that are searched from
 * end to end. Every operation is one step that is either done or refused; nothing is prepared, nothing is interrupted.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cairn/abi.h"

#ifndef MODEL_SLOTS
#define MODEL_SLOTS 72
#endif

enum {
    SLOTS = MODEL_SLOTS, /* objects, PDs among them; slot 0 is root's PD, slot 1 the kernel object */
    FIRST = 108,  /* numbers FIRST to FIRST + NUMBERS - 1 are used: they lie in two tables */
    NUMBERS = 40,
    GRANTS = 4096,
    NONE = -1,
};

struct model_grant {
    bool used;
    bool boot; /* paid by the kernel */
    int16_t object, pd, number, parent; /* pd NONE: the kernel's own; parent: index, or NONE */
    uint8_t rights;
    uint64_t serial; /* the order in which they came */
};

struct model_entry {
    bool taken;
    int16_t object; /* NONE: it is dead */
    uint32_t pins;
};

struct model_object {
    bool alive;
    uint8_t type;
    int16_t payer, pd, ec; /* pd: where an EC runs; ec: what a portal or SC is bound to */
    uint64_t quota;        /* of a PD */
    bool table[2];         /* of a PD: paid ones */
    bool boot_table;
};

struct model {
    struct model_object object[SLOTS];
    struct model_entry entry[SLOTS][NUMBERS];
    struct model_grant grant[GRANTS];
    int grants; /* all behind are unused */
    uint64_t serial;
};

extern struct model m;

void model_init(void);

/* Numbers are counted from FIRST here. */
bool model_live(int pd, int number);
uint32_t model_rights(int pd, int number);
int model_number(int pd, int object); /* NONE: it has none */

/* A new object is in its slot: names it. boot: the kernel's. */
void model_name(int pd, int number, int object, uint32_t rights, bool boot);

struct model_item {
    int from, to;
    uint64_t selector; /* as given */
    uint32_t rights, base, count;
    bool pin, translate;
    uint32_t place, record; /* results; a real number */
};

/* Does it, or refuses and changes nothing. */
enum status model_deliver(struct model_item *item);

void model_below(int pd, int number, uint32_t rights);
void model_self(int pd, int number, uint32_t rights);
void model_kill(int object);

/* What a PD pays. */
unsigned model_cells(int pd);
unsigned model_tables(int pd);
unsigned model_pages(int pd); /* whole ones of objects */
