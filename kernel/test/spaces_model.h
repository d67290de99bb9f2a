/*
 * Memory and ports as kernel/ABI.md §4 and §12 say it, without any thought of speed: a table of grants, searched from one end
 * to the other.
 */
#pragma once

#include "spaces_host.h"

enum { MODEL_GRANTS = 2048, MODEL_UTCBS = 3, MODEL_TABLES = 4096 };

struct model_grant {
    bool used;
    uint8_t type, order, rights, pd;
    int parent; /* -1: the kernel */
    uint64_t place, frame, serial;
};

extern struct model {
    struct model_grant grant[MODEL_GRANTS];
    uint64_t serial;
    struct {
        bool used;
        unsigned pd;
        uint64_t page;
    } utcb[MODEL_UTCBS];
    uint8_t table[PDS][3][MODEL_TABLES]; /* by level and number: has been bought */
} model;

#define EACH_GRANT(g) struct model_grant *g = model.grant; g < model.grant + MODEL_GRANTS; g++

/* Of runs: whether they have something in common, whether one is inside the other. */
bool model_overlap(uint64_t a, unsigned a_order, uint64_t b, unsigned b_order);
bool model_inside(uint64_t a, unsigned a_order, uint64_t b, uint64_t b_end);

/* The oldest grant of pd that covers the run with these rights. */
struct model_grant *model_source(unsigned pd, unsigned type, uint64_t place, unsigned order, unsigned rights);

/* Whether another frame or size is there, or a UTCB. */
enum status model_standing(unsigned pd, uint64_t place, unsigned order, uint64_t frame);

/* One place of an item, or of what the kernel gives (source NULL). */
enum status model_offer(unsigned pd, unsigned type, uint64_t place, unsigned order, uint64_t frame, unsigned rights,
                        struct model_grant *source);

/* REMOVE_SELF or REMOVE_BELOW. */
enum status model_remove(unsigned pd, bool self, unsigned type, uint64_t base, unsigned order, unsigned rights);

/* Whether a UTCB is at this page; the rights there, of all grants. */
bool model_utcb(unsigned pd, uint64_t page);
unsigned model_rights(unsigned pd, unsigned type, uint64_t page);

/* A page mapped there needs these tables from now on. */
void model_tables(unsigned pd, uint64_t page, unsigned order);

/* What pd has to pay for. */
unsigned model_pages_used(unsigned pd);
unsigned model_cells_used(unsigned pd);
