/*
 * Accounts beside the model. kernel/ABI.md §5 says what is charged, but not which cells share a page: so how many pages of cells
 * a PD has after some were given back is known only within bounds, until its figures are seen. A charge is exact: cells of pages
 * that are there first, then new pages.
 */
#include "judge.h"

#include <stddef.h>

struct more more[SLOTS];

static unsigned cells_before[SLOTS];
static bool known_before[SLOTS];

static bool is_pd(int slot)
{
    return m.object[slot].alive && m.object[slot].type == TYPE_PD;
}

static unsigned cells_of(int pd)
{
    return model_cells(pd) + more[pd].base_cells;
}

/* Whole pages, without those of cells. */
static unsigned pages_of(int pd)
{
    return more[pd].base_pages + model_pages(pd) + model_tables(pd) + (more[pd].spaces ? 3 : 0);
}

uint64_t account_used(int pd, unsigned cell_pages)
{
    return pages_of(pd) + cell_pages;
}

uint64_t account_free(int pd, unsigned cell_pages)
{
    return m.object[pd].quota - account_used(pd, cell_pages);
}

static unsigned pages_for(unsigned cells)
{
    return (cells + CELLS_PER_PAGE - 1) / CELLS_PER_PAGE;
}

/* New pages for so many new cells, when there are cell_pages with so many taken. */
static unsigned growth(unsigned cell_pages, unsigned taken, unsigned cells)
{
    const unsigned spare = cell_pages * CELLS_PER_PAGE - taken;
    return cells > spare ? pages_for(cells - spare) : 0;
}

/* What lacks for the part of a charge; the whole of it the model may have made already. */
static uint32_t lacking(const struct charge *part, const struct charge *whole, unsigned cell_pages)
{
    const unsigned taken = cells_of(part->pd) - (whole->made ? whole->cells : 0);
    const uint64_t need = (uint64_t)part->pages + growth(cell_pages, taken, part->cells);
    const uint64_t have = account_free(part->pd, cell_pages) + (whole->made ? whole->pages : 0);
    return need > have ? (uint32_t)(need - have) : 0;
}

uint32_t account_lacks(const struct charge *part, const struct charge *whole)
{
    return lacking(part, whole, more[part->pd].low);
}

/* One PD under two names is charged once, under the first. */
static void merge(struct charges *c)
{
    for (int i = 1; i < 5; i++)
        for (int k = 1; k < i; k++)
            if (c->of[i].there && c->of[k].there && c->of[i].pd == c->of[k].pd) {
                c->of[k].pages += c->of[i].pages;
                c->of[k].cells += c->of[i].cells;
                c->of[i].there = false;
            }
}

/* Whether the result can be this one, for owner first and those behind it; *rdx: what else it could be. */
static bool fits(const struct charges *c, int owner, bool good, uint64_t seen_rdx, uint64_t *rdx)
{
    while (owner < 5 && (!c->of[owner].there || (!c->of[owner].pages && !c->of[owner].cells)))
        owner++;
    if (owner == 5)
        return good;
    struct more *pd = &more[c->of[owner].pd];
    for (unsigned pages = pd->low; pages <= pd->high; pages++) {
        const uint32_t lacks = lacking(&c->of[owner], &c->of[owner], pages);
        const uint64_t refusal = REFUSAL(lacks, owner, c->item, NO_QUOTA);
        if (lacks)
            *rdx = refusal;
        if (lacks ? !good && seen_rdx == refusal : fits(c, owner + 1, good, seen_rdx, rdx)) {
            pd->low = pages; /* fewer would have given something else; more may be, too */
            while (pd->high > pages && !lacking(&c->of[owner], &c->of[owner], pd->high) == !!lacks)
                pd->high--;
            return true;
        }
    }
    return false;
}

bool accounts_cover(const struct charges *given, uint64_t seen_rax, uint64_t seen_rdx, uint64_t *rdx)
{
    struct charges c = *given;
    const bool good = seen_rax != NO_QUOTA;

    merge(&c);
    *rdx = 0;
    if (fits(&c, 1, good, seen_rdx, rdx))
        return good;
    return *rdx == 0; /* what was seen cannot be: it must have been covered, or refused with the last that was found */
}

/* ---- Around a step ---------------------------------------------------------------------------------------------------- */

void accounts_before(void)
{
    for (int i = 0; i < SLOTS; i++) {
        known_before[i] = is_pd(i);
        if (known_before[i])
            cells_before[i] = cells_of(i);
    }
}

static void settle(int pd, unsigned before, bool mixed)
{
    struct more *x = &more[pd];
    const unsigned now = cells_of(pd);

    if (mixed) {
        x->low = pages_for(now), x->high = now;
    } else if (now > before) {
        x->low += growth(x->low, before, now - before);
        x->high += growth(x->high, before, now - before);
    } else if (now < before) {
        x->low = pages_for(now);
        x->high = x->high < now ? x->high : now;
    }
}

void accounts_after(bool mixed)
{
    for (int i = 0; i < SLOTS; i++) {
        if (is_pd(i) && known_before[i])
            settle(i, cells_before[i], mixed);
        else if (is_pd(i))
            more[i].low = more[i].high = pages_for(cells_of(i));
    }
}

/* ---- What is seen ----------------------------------------------------------------------------------------------------- */

void account_born(unsigned actor, const struct walk_account *seen)
{
    const int pd = slot_of_actor(actor);

    more[pd].base_pages = more[pd].base_cells = 0;
    more[pd].base_cells = seen->cells - cells_of(pd);
    more[pd].low = more[pd].high = pages_for(seen->cells);
    more[pd].base_pages = seen->used - pages_of(pd) - more[pd].low;
}

const char *account_check(unsigned actor, const struct walk_account *seen)
{
    const int pd = slot_of_actor(actor);
    struct more *x = &more[pd];

    if (seen->quota != m.object[pd].quota)
        return "quota";
    if (seen->cells != cells_of(pd))
        return "cells";
    if (seen->used < account_used(pd, x->low) || seen->used > account_used(pd, x->high))
        return "used pages";
    if (seen->used > seen->quota)
        return "used pages beyond the quota";
    x->low = x->high = seen->used - pages_of(pd);
    return NULL;
}
