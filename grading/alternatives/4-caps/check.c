/*
 * The checker of a debug build: walks over everything this stage keeps, and stops the kernel where something does not fit.
 *
 * It is called between two operations, when no removal and no end has begun.
 */
#include "caps.h"

#ifdef CAIRN_CHECK

#include "check.h"
#include "pool.h"

void check_caps(void);

/* Returns how many cells of pd's the number's grants take; those of booting are the kernel's. */
static uint64_t check_number(const struct pd *pd, uint32_t number)
{
    const struct capability *entry = number_entry(pd, number);
    uint32_t rights = 0;
    uint64_t own = 0;

    CHECK(number || !number_taken(entry), "number 0 is taken", entry);
    for (const struct grant *g = number_grants(entry); g; g = g->younger) {
        CHECK(g->type == TYPE_OBJECT && g->pd == pd && g->place == number, "a grant under another's number", g);
        CHECK(g->what == (uint64_t)entry->object, "a number with grants of two objects", entry);
        CHECK(!g->marked, "a removal has left a mark", g);
        rights |= g->rights;
        own += frame_of(g)->owner == pd;
    }
    CHECK(rights == entry->rights, "rights are not the union of the grants", entry);
    CHECK(!entry->object || entry->grants, "an object without a grant", entry);
    CHECK(!entry->object || number_find(pd, entry->object) == number, "an object that the index does not find", entry);
    CHECK(number_taken(entry) || !entry->pins, "an empty number with pins", entry);
    return own;
}

static void check_cells(const struct pd *pd)
{
    uint64_t free = 0;

    for (const struct frame_info *f = pd->open; f; f = f->next) {
        CHECK(f->owner == pd, "cells in another's page", f);
        CHECK(f->free && f->free != 0xffffffff, "a page without taken or without free cells is in the list", f);
        for (uint32_t bits = f->free; bits; bits &= bits - 1) /* there is no library with the compiler's popcount */
            free++;
    }
    CHECK(free == pd->free_cells, "free cells are not those in the pages", pd);
    CHECK((free + pd->cells) % CELLS_PER_PAGE == 0, "pages of cells are not whole", pd);
    CHECK(pd->used <= pd->quota, "more used than the account has", pd);
}

static void check_pd(const struct pd *pd)
{
    uint64_t cells = 0, pages = 0;

    for (uint32_t t = 0; t < CAP_TABLES; t++) {
        if (pd->directory[t] == empty_table)
            continue;
        pages += frame_of(pd->directory[t])->owner == pd;
        for (uint32_t i = 0; i < SELECTORS_PER_TABLE; i++)
            cells += check_number(pd, t * SELECTORS_PER_TABLE + i);
    }
    for (const struct object *o = pd->paid; o; o = o->next) {
        CHECK(o->payer == pd && o->type != TYPE_NULL && !o->dying, "a dead object in its payer's list", o);
        CHECK(o->root && o->root->what == (uint64_t)o, "an object without its first grant", o);
        cells += o->type == TYPE_SC || o->type == TYPE_PT || o->type == TYPE_SM;
    }
    CHECK(!pd->ending, "an object's end has not come to its end", pd);
    check_cells(pd);
    CHECK(cells <= pd->cells, "cells that nobody pays", pd);
    CHECK(pages <= pd->used, "tables that nobody pays", pd);
}

/* All PDs, in the order of who pays whom: each after its payer, without recursion. */
void check_caps(void)
{
    uint64_t quota = 0;
    const struct pd *root = pool.root;
    const struct object *at = &root->object;

    check_grants();
    while (at) {
        if (at->type == TYPE_PD) {
            check_pd((const struct pd *)at);
            quota += ((const struct pd *)at)->quota;
        }
        if (at->type == TYPE_PD && ((const struct pd *)at)->paid) {
            at = ((const struct pd *)at)->paid;
            continue;
        }
        while (at != &root->object && !at->next)
            at = &at->payer->object;
        at = at == &root->object ? NULL : at->next;
    }
    CHECK(quota == pool_size(), "the quotas are not the pool", root);
}

#endif
